// The key a client shows and whether it opens the door. By default any key does, and none.

import type { IncomingHttpHeaders } from "node:http";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Secret, Secrets } from "./secrets.ts";
import { isSecret } from "./secrets.ts";

export interface KeyRule {
  /** The one key that is taken, besides secrets minted with it. */
  readonly requireKey?: string;
  readonly secrets: Secrets;
}

const SUBPROTOCOL = "openai-insecure-api-key.";

/** The key of `Authorization: Bearer`, of `api-key`, or of a browser's subprotocol. */
export function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? "")?.[1];
  const azure = headers["api-key"];
  const offered = headers["sec-websocket-protocol"]?.split(",").map((protocol) => protocol.trim());
  const browser = offered?.find((protocol) => protocol.startsWith(SUBPROTOCOL))?.slice(SUBPROTOCOL.length);
  return bearer ?? (typeof azure === "string" && azure !== "" ? azure : undefined) ?? browser;
}

/** The secret that the key is, if it is one; or why the door stays shut. */
export function checkKey(headers: IncomingHttpHeaders, { requireKey, secrets }: KeyRule): { readonly secret?: Secret } | { readonly wrong: Fault } {
  const key = keyOf(headers);
  if (key === undefined) {
    const message = "Missing bearer or basic authentication in header";
    return requireKey === undefined ? {} : { wrong: fault(null, null, message) };
  }
  const secret = isSecret(key) ? secrets.find(key) : undefined;
  if (secret) return secrets.isExpired(secret) ? { wrong: fault("invalid_api_key", null, "The ephemeral key has expired.") } : { secret };
  const isTaken = requireKey === undefined || key === requireKey;
  return isTaken ? {} : { wrong: fault("invalid_api_key", null, "Incorrect API key provided.") };
}
