// What a WebSocket close code says about who ended the session, after RFC 6455 section 7.4 and the API's own range.

/** A reason a person understands, with the API's own codes by name. */
export function describeClose(code: number, reason: string): string {
  const known = names[code];
  const said = reason ? ` "${reason}"` : "";
  return `closed with ${code}${known ? ` (${known})` : ""}${said}`;
}

const names: Readonly<Record<number, string>> = {
  1000: "normal",
  1001: "going away; the API's hour is over or the server restarts",
  1002: "protocol error",
  1003: "data it does not accept",
  1005: "without a code",
  1006: "connection lost without a close",
  1007: "invalid text",
  1008: "policy",
  1009: "message too large",
  1011: "server error",
  1012: "server restarts",
  1013: "try again later",
  3000: "the key was refused",
  4000: "the request was refused",
  4004: "no such model for this key",
};
