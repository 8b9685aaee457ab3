import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";
import { createRateLimiter } from "./rate-limit.ts";

const secondsUs = (s: number): number => s * 1_000_000;

test("a bucket gives what it has, refuses what it has not, and fills up continuously", () => {
  const limiter = createRateLimiter({ tokensPerMinute: 600, requestsPerMinute: 100 });
  assert.equal(limiter?.reserve(0, 500), undefined);
  assert.match(limiter?.reserve(0, 200) ?? "", /tokens per min: Limit 600, Requested 200\. Please try again in 10\.000s/);
  assert.deepEqual(limiter?.rows(0), [
    { name: "requests", limit: 100, remaining: 99, reset_seconds: 0.6 },
    { name: "tokens", limit: 600, remaining: 100, reset_seconds: 50 },
  ]);
  assert.equal(limiter?.reserve(secondsUs(10), 200), undefined);
});

test("output may overdraw a bucket; then nothing remains until it has filled up again", () => {
  const limiter = createRateLimiter({ tokensPerMinute: 60 });
  limiter?.reserve(0, 60);
  limiter?.spend(0, 30);
  assert.deepEqual(limiter?.rows(0), [{ name: "tokens", limit: 60, remaining: 0, reset_seconds: 90 }]);
  assert.notEqual(limiter?.reserve(secondsUs(29), 1), undefined);
  assert.equal(limiter?.reserve(secondsUs(31), 1), undefined);
});

test("without a limit there is no limiter", () => assert.equal(createRateLimiter({}), undefined));

test("a response over the limit fails with its code, costs nothing, and the next one after the wait is answered", () => {
  const profile = orThrow(readProfile("exact"));
  const limiter = createRateLimiter({ requestsPerMinute: 1 });
  const session = openSession({ profile, speech: plainSpeech(profile), asked: limiter ? { limiter } : {} });
  for (const ms of [0, 10_000, 70_000]) session.send(ms, { type: "response.create" });
  session.until(80_000);
  const ended = session.only("response.done").map(({ response }) => response);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ["completed", "failed", "completed"],
  );
  const { status_details, usage } = ended[1] as (typeof ended)[0];
  assert.equal(status_details?.type === "failed" ? status_details.error.code : "", "rate_limit_exceeded");
  assert.equal(usage?.total_tokens, 0);
  assert.equal(session.only("error").length, 0);
  assert.equal(session.only("response.created").length, 3);
  const rows = session.only("rate_limits.updated").map(({ rate_limits }) => rate_limits[0]);
  assert.deepEqual([rows.length, rows[1]?.name, rows[1]?.remaining, Math.round(rows[1]?.reset_seconds ?? 0)], [3, "requests", 0, 50]);
});
