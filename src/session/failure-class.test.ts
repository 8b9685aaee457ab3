import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureClass } from "../core/failure-classes.ts";
import { classOfEnd } from "./failure-class.ts";

const cases: readonly (readonly [name: string, failureClass: FailureClass, lastErrorCode: string | undefined, wasReady: boolean, expected: FailureClass])[] = [
  ["a refusal before the session began", "handshake", undefined, false, "handshake"],
  ["a refusal of what stood already", "handshake", undefined, true, "server_error"],
  ["a lost connection", "network", undefined, true, "network"],
  ["a lost connection after the session's time was over", "network", "session_expired", true, "expired"],
  ["a close without a reason after a limit was told", "server_error", "rate_limit_exceeded", true, "rate_limit"],
  ["a refusal after a wrong key was told", "handshake", "invalid_api_key", false, "handshake"],
  ["a lost connection after an error about something else", "network", "response_cancel_not_active", true, "network"],
  ["a limit of our own, whatever was told before", "client_limit", "rate_limit_exceeded", true, "client_limit"],
  ["a breach of the protocol, whatever was told before", "protocol", "server_error", true, "protocol"],
];
for (const [name, failureClass, lastErrorCode, wasReady, expected] of cases) {
  test(`${name} is ${expected}`, () => {
    assert.equal(classOfEnd({ failureClass, lastErrorCode, wasReady }), expected);
  });
}
