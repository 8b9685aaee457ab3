import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import { growthFactor } from "./growth.ts";
import { readProfile } from "./profile.ts";
import { createServiceQueue } from "./service-queue.ts";

const long = orThrow(readProfile("long-session"));
const exact = orThrow(readProfile("exact"));

test("only a profile that grows makes an old session slower: after nine minutes a median turn takes six to eight seconds", () => {
  assert.equal(growthFactor(exact, 600_000, 100_000), 1);
  assert.equal(growthFactor(long, 0, 0), 1);
  const medianThinkMs = 788;
  const afterNineMs = 700 + medianThinkMs * growthFactor(long, 9 * 60_000, 9_000);
  assert.ok(afterNineMs > 6_000 && afterNineMs < 8_000, String(afterNineMs));
});

test("an answer's think time holds its growth, and the truth says so", () => {
  const thinkAt = (ms: number): number => {
    const session = openSession({ profile: long, speech: plainSpeech(long) });
    session.send(ms, { type: "response.create" });
    session.until(ms + 60_000);
    return session.truth[0]?.planned.thinkMs ?? 0;
  };
  // The instructions, 17 tokens, are context too.
  const factor = 1 + 0.35 * 10 + 0.35 * 0.017;
  assert.ok(Math.abs(thinkAt(600_000) / thinkAt(0) - factor / (1 + 0.35 * 0.017)) < 0.02);
});

test("a line of two places serves two at a time, in the order they came", () => {
  const line = createServiceQueue(2);
  assert.deepEqual(
    [
      [0, 100],
      [10, 100],
      [20, 100],
      [20, 100],
      [500, 100],
    ].map(([atUs, serviceUs]) => line.enter(atUs as number, serviceUs as number)),
    [0, 0, 80, 90, 0],
  );
});

test("sessions that share a line wait for each other, which delays the answer and is told in the truth", () => {
  const queue = createServiceQueue(1);
  const sessions = [0, 1].map(() => openSession({ profile: exact, speech: plainSpeech(exact), queue }));
  for (const session of sessions) {
    session.send(0, { type: "response.create" });
    session.until(2_000);
  }
  assert.deepEqual(
    sessions.map(({ truth }) => [truth[0]?.planned.queueMs, truth[0]?.firstDeltaSentUs]),
    [
      [0, 300_000],
      [300, 600_000],
    ],
  );
});
