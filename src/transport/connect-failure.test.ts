import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureClass } from "../core/failure-classes.ts";
import type { ConnectPhase } from "./connect-failure.ts";
import { failureOfError, failureOfStatus } from "./connect-failure.ts";

const errors: readonly (readonly [code: string, phase: ConnectPhase, expected: FailureClass, said: RegExp])[] = [
  ["EMFILE", "tcp", "client_limit", /no file descriptor left \(EMFILE\); raise ulimit -n/],
  ["ENFILE", "dns", "client_limit", /fs\.file-max/],
  ["EADDRNOTAVAIL", "tcp", "client_limit", /ip_local_port_range/],
  ["ENOMEM", "tcp", "client_limit", /no memory left/],
  ["ENOTFOUND", "dns", "network", /name lookup of h:443 failed: no such host name/],
  ["EAI_AGAIN", "dns", "network", /name server/],
  ["ECONNREFUSED", "tcp", "network", /nothing listens there/],
  ["ETIMEDOUT", "tcp", "network", /no answer came/],
  ["EHOSTUNREACH", "tcp", "network", /no route/],
  ["ECONNRESET", "tls", "network", /TLS handshake with h:443 failed/],
  ["ECONNRESET", "upgrade", "network", /WebSocket upgrade at h:443 failed/],
  ["CERT_HAS_EXPIRED", "tls", "handshake", /boom \(CERT_HAS_EXPIRED\); check the certificate/],
  ["HPE_INVALID_CONSTANT", "upgrade", "handshake", /WebSocket endpoint/],
  ["WS_ERR_INVALID_OPCODE", "open", "protocol", /RFC 6455/],
  ["EWHATEVER", "open", "network", /open connection to h:443 failed: boom/],
];

test("an error is classed by its code and phase, and says what to try", () => {
  for (const [code, phase, expected, said] of errors) {
    const failure = failureOfError(Object.assign(new Error("boom"), { code }), { phase, place: "h:443" });
    assert.deepEqual([failure.phase, failure.class], [phase, expected], code);
    assert.match(failure.message, said);
  }
});

test("a refused upgrade says what its status asks for", () => {
  const said = (status: number): string => failureOfStatus(status, { phase: "upgrade", place: "h:443" }).message;
  for (const [status, expected] of [
    [401, /HTTP 401; check the key/],
    [302, /redirects are not followed/],
    [404, /path/],
    [429, /rate/],
    [503, /later/],
    [400, /headers/],
  ] as const) {
    assert.match(said(status), expected);
  }
});
