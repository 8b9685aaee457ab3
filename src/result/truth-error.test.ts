import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { joinTruth, readTruthLog, truthErrorStats, type TruthRow } from "./truth-error.ts";

/** Speech ends 905 ms into the clip; its frame is full at 920 ms and 1,420 ms into the session's audio. */
const row = {
  outcome: "answered",
  network: "none",
  answerId: "resp_1",
  speechEndUs: 905_000,
  speechEndFrameUs: 920_000,
  speechEndAudioMs: 1_420,
  firstAudibleUs: 1_805_000,
} as unknown as TurnRow;
/** On the target's own clock: heard the frame at 5 s, spoke 875 ms later, 8 ms of them silence. */
const truth: TruthRow = {
  type: "turn",
  sessionId: "s",
  responseId: "resp_1",
  frames: [
    { audioEndMs: 1_400, atUs: 4_980_000 },
    { audioEndMs: 1_420, atUs: 5_000_000 },
  ],
  firstDeltaSentUs: 5_875_000,
  firstAudibleOffsetMs: 8,
};

test("the error is what was measured less what the target did, whatever the two clocks show", () => {
  const { errors, unmatched } = joinTruth([row], [truth], () => 0);
  assert.deepEqual(
    errors.map((error) => error.errorMs),
    [900 - (875 + 8 + 15)],
  );
  assert.equal(unmatched, 0);
});

test("turns on an impaired network are left out, turns without truth are counted", () => {
  assert.deepEqual(
    joinTruth([{ ...row, network: "delay:80ms" }], [truth], () => 0),
    { errors: [], unmatched: 0 },
  );
  assert.equal(joinTruth([row], [], () => 0).unmatched, 1);
  assert.equal(joinTruth([row], [{ ...truth, frames: [] }], () => 0).unmatched, 1);
});

test("a torn line of the log costs that line only", () => {
  assert.equal(readTruthLog(`${JSON.stringify(truth)}\n${JSON.stringify(truth).slice(0, 90)}`).length, 1);
});

test("the distribution keeps its sign and its extremes", () => {
  const errors = [-3, -1, 0, 1, 2].map((errorMs) => ({ row, errorMs }));
  assert.deepEqual(truthErrorStats({ errors, unmatched: 0 }), { count: 5, unmatched: 0, p01: -3, p50: 0, p99: 2, min: -3, max: 2, absoluteP99: 3 });
});
