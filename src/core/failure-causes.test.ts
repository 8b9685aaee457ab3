// The table is data, so its test is a second telling of it: every code with its class and whether to try again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiCauses, causeOfApi, causeOfClose, causeOfSocket, causeOfStatus, closeCauses, socketCauses, statusCauses } from "./failure-causes.ts";
import { classMeanings, failureClasses } from "./failure-classes.ts";

/** `+` may be tried again, `-` may not. */
const ofSockets: Readonly<Record<string, string>> = {
  "client_limit-": "EMFILE ENFILE EADDRNOTAVAIL EADDRINUSE EAGAIN ENOMEM ENOBUFS EPERM EACCES EAI_MEMORY",
  "network+":
    "ECONNREFUSED ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA EAI_NONAME ETIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ECONNRESET ECONNABORTED EPIPE",
};
const ofStatuses: Readonly<Record<string, string>> = {
  "protocol-": "100 103 600 0",
  "handshake-": "200 204 301 302 307 308 400 401 403 404 407 426 451 501 505",
  "handshake+": "409",
  "timeout+": "408",
  "rate_limit+": "429",
  "rate_limit-": "402",
  "server_error+": "425 500 502 503 504 520 529",
};
const ofCloses: Readonly<Record<string, string>> = {
  "server_error+": "1000 1005 1011 1012 1013 1014",
  "expired+": "1001",
  "network+": "1006 1015",
  "protocol-": "0 999 1002 1003 1004 1007 1009 1010 1016 1999 2000 2999 5000 65535",
  "handshake-": "1008 3000 3001 3003 3999 4000 4001 4004 4999",
  "timeout+": "3008",
};
const ofApi: Readonly<Record<string, string>> = {
  "rate_limit+": "rate_limit_exceeded slow_down",
  "rate_limit-": "insufficient_quota credit_balance_exhausted",
  "expired+": "session_expired",
  "handshake-": "invalid_api_key invalid_model missing_model model_not_found beta_api_shape_disabled",
  "server_error+": "server_error server_is_overloaded",
  "protocol-": "invalid_value something_new constructor __proto__ toString",
};

const told = ({ class: failureClass, isRetryable }: { readonly class: string; readonly isRetryable: boolean }): string =>
  `${failureClass}${isRetryable ? "+" : "-"}`;
const pairs = (table: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(table).flatMap(([expected, codes]) => codes.split(" ").map((code) => [code, expected] as const));

test("every code has its class, and is tried again or not", () => {
  for (const [code, expected] of pairs(ofSockets)) assert.equal(told(causeOfSocket(code) ?? assert.fail(code)), expected, code);
  for (const [code, expected] of pairs(ofStatuses)) assert.equal(told(causeOfStatus(Number(code))), expected, code);
  for (const [code, expected] of pairs(ofCloses)) assert.equal(told(causeOfClose(Number(code))), expected, code);
  for (const [code, expected] of pairs(ofApi)) assert.equal(told(causeOfApi(code)), expected, code);
  assert.equal(told(causeOfApi(undefined)), "protocol-");
});

test("no line of the table is left untold", () => {
  const tables = [
    [socketCauses, ofSockets],
    [statusCauses, ofStatuses],
    [closeCauses, ofCloses],
    [apiCauses, ofApi],
  ] as const;
  for (const [table, expected] of tables) {
    const codes = pairs(expected).map(([code]) => code);
    for (const [code, { remedy }] of Object.entries(table)) {
      assert.ok(codes.includes(code), `${code} is in no list above`);
      assert.ok(remedy.length > 5, `${code} has no remedy`);
    }
  }
});

test("what ws refuses is the server's breach, and names that every object has are no codes", () => {
  assert.equal(causeOfSocket("WS_ERR_INVALID_OPCODE")?.class, "protocol");
  for (const name of ["constructor", "__proto__", "toString", "EWHATEVER"]) assert.equal(causeOfSocket(name), undefined, name);
});

test("every class says what it means, whose it is and what to try", () => {
  for (const name of failureClasses) for (const text of Object.values(classMeanings[name])) assert.ok(text.length > 5, name);
});
