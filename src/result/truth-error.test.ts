import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { FAR_OFF_MS, isOftenFarOff, joinTruth, readTruthLog, truthErrorStats, type TruthRow } from "./truth-error.ts";

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

test("a network's fixed delay is no error; turns on any other are left out, turns without truth are counted", () => {
  assert.equal(joinTruth([{ ...row, network: "delay:80ms" }], [truth], () => 0).errors[0]?.errorMs, 900 - (875 + 8 + 15) - 160);
  for (const network of ["lte", "delay:80ms,loss:1%", "blackhole@5s+3s"])
    assert.deepEqual(
      joinTruth([{ ...row, network }], [truth], () => 0),
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
  assert.deepEqual(truthErrorStats({ errors, unmatched: 0 }), { count: 5, unmatched: 0, farOff: 0, p01: -3, p50: 0, p99: 2, min: -3, max: 2, absoluteP99: 3 });
});

const statsOf = (errorsMs: readonly number[]) => truthErrorStats({ errors: errorsMs.map((errorMs) => ({ row, errorMs })), unmatched: 0 });
const turnsOf = (count: number, ...far: readonly number[]): readonly number[] => [...far, ...Array.from({ length: count - far.length }, () => 1)];

test("one stall in few turns is no verdict, two are, and of many turns it takes more than one in a hundred", () => {
  const often = (errorsMs: readonly number[]): boolean => isOftenFarOff(statsOf(errorsMs));
  assert.deepEqual([often(turnsOf(1, 400)), often(turnsOf(40, -400)), often(turnsOf(40, 11, -11)), often(turnsOf(40, 10, 10))], [false, false, true, false]);
  assert.deepEqual([often(turnsOf(1_000, ...turnsOf(10).map(() => 50))), often(turnsOf(1_000, ...turnsOf(11).map(() => 50)))], [false, true]);
});

test("from a hundred turns on that is what the p99 says", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = stream(seed, "far off");
    const count = 100 + random.integer(900);
    const share = random.uniform() * 0.03;
    const stats = statsOf(Array.from({ length: count }, () => (random.uniform() < share ? 20 : 1)));
    assert.equal(isOftenFarOff(stats), (stats.absoluteP99 ?? 0) > FAR_OFF_MS, `seed ${seed}: ${JSON.stringify(stats)}`);
  }
});
