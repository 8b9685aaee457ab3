import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterMsOf, type RetryHeaders } from "./retry-after.ts";

const date = "Sun, 22 Nov 2026 12:00:00 GMT";
const cases: readonly (readonly [name: string, headers: RetryHeaders, expected: number | undefined])[] = [
  ["nothing", {}, undefined],
  ["seconds", { "retry-after": "7" }, 7_000],
  ["no time at all", { "retry-after": "0" }, 0],
  ["seconds with space", { "retry-after": " 7 " }, 7_000],
  ["a year", { "retry-after": "31536000" }, 86_400_000],
  ["more digits than any time has", { "retry-after": "9".repeat(400) }, undefined],
  ["less than nothing", { "retry-after": "-5" }, undefined],
  ["a fraction", { "retry-after": "1.5" }, undefined],
  ["a word", { "retry-after": "soon" }, undefined],
  ["a date, half a minute after the answer's", { "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", date }, 30_000],
  ["a date that is over", { "retry-after": "Sun, 22 Nov 2026 11:00:00 GMT", date }, 0],
  ["a date in an answer without one", { "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" }, undefined],
  ["a date in an answer with a broken one", { "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", date: "yesterday" }, undefined],
  ["a date that is none", { "retry-after": "Sun, 99 Nov 2026 12:00:30 GMT", date }, undefined],
];
for (const [name, headers, expected] of cases) {
  test(`Retry-After with ${name} is ${expected === undefined ? "no time" : `${expected} ms`}`, () => {
    assert.equal(retryAfterMsOf(headers), expected);
  });
}
