import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { TruthRow } from "../result/truth-error.ts";
import { joinAll, type MetricErrors } from "./truth-join.ts";

/**
 * Speech from 100 to 905 ms after the microphone's first frame, which begins 40 ms into the session's audio and at 1 s of
 * the measurer's clock. So the frame with the first voiced sample is full at 1,120 ms (160 ms of audio), the one with the
 * last at 1,920 ms (960 ms of audio).
 */
const row = {
  outcome: "answered",
  network: "none",
  kind: "plain",
  frameMs: 20,
  answerId: "resp_1",
  speechStartUs: 1_100_000 + 5_000,
  speechEndUs: 1_905_000,
  speechEndFrameUs: 1_920_000,
  speechEndAudioMs: 960,
  speechStoppedUs: 2_421_000,
  firstDeltaUs: 2_722_000,
  firstAudibleUs: 2_823_000,
} as unknown as TurnRow;

/** The target's clock is 50 s ahead, and both frames took it 0.5 ms to get. Its answers leave at whole milliseconds. */
const truth: TruthRow = {
  type: "turn",
  sessionId: "s",
  responseId: "resp_1",
  onset: {
    frames: [140, 160, 180].map((audioEndMs) => ({ audioEndMs, atUs: 50_960_500 + audioEndMs * 1_000 })),
    sentUs: 51_300_500,
  },
  frames: [940, 960, 980].map((audioEndMs) => ({ audioEndMs, atUs: 50_960_500 + audioEndMs * 1_000 })),
  stoppedSentUs: 52_420_500,
  firstDeltaSentUs: 52_720_500,
  firstAudibleOffsetMs: 100,
};

const errorsOf = (rows: readonly TurnRow[], log: readonly TruthRow[] = [truth], startBufferMs = 0): Record<string, MetricErrors["errorsMs"]> =>
  Object.fromEntries(
    Object.entries(joinAll(rows, log, () => startBufferMs)).flatMap(([metric, { errorsMs }]) => (errorsMs.length > 0 ? [[metric, errorsMs]] : [])),
  );

test("each metric's error is what was measured less what the target did, whatever the two clocks show", () => {
  assert.deepEqual(errorsOf([row]), { voice_to_voice: [3 - 0.5 + 0.5], first_audio: [2], end_of_utterance: [1] });
});

test("an error keeps its sign: a frame that reached the target late makes the answer seem fast", () => {
  const late = { ...truth, frames: truth.frames.map((frame) => ({ ...frame, atUs: frame.atUs - 4_000 })) };
  assert.deepEqual(errorsOf([row], [late])["first_audio"], [-2]);
});

test("the modelled player's start buffer is part of the truth of what is played, and of nothing else", () => {
  const { voice_to_voice, first_audio } = errorsOf([row], [truth], 2);
  assert.deepEqual([voice_to_voice, first_audio], [[1], [2]]);
});

test("a network's fixed delay is no error, up and down; what is not fixed is not judged", () => {
  const shaped = (network: string, byMs: number): TurnRow => {
    const later = (us: number | undefined): number => (us ?? 0) + byMs * 1_000;
    const { speechStoppedUs, firstDeltaUs, firstAudibleUs } = row;
    return { ...row, network, speechStoppedUs: later(speechStoppedUs), firstDeltaUs: later(firstDeltaUs), firstAudibleUs: later(firstAudibleUs) };
  };
  for (const [network, byMs] of [
    ["delay:50ms", 100],
    ["delay-up:30ms", 30],
    ["delay-down:7ms,delay-up:3ms", 10],
  ] as const)
    assert.deepEqual(errorsOf([shaped(network, byMs)]), errorsOf([row]), network);
  assert.deepEqual(errorsOf([shaped("lte", 100)]), {});
});

test("a turn with a function is an error of tool_turn only", () => {
  assert.deepEqual(errorsOf([{ ...row, kind: "tool" }]), { tool_turn: [3] });
});

test("an interruption is held against the frame with its first voiced sample, also where that ends a frame", () => {
  const stopped = { ...row, playerStoppedUs: 1_342_000 };
  // Due at 1,120 ms and heard of at 51,120.5; told at 51,300.5: 180 ms. The player stopped 222 ms after the frame was due.
  assert.deepEqual(errorsOf([stopped])["barge_in_stop"], [42]);
  assert.deepEqual(errorsOf([{ ...stopped, speechStartUs: 1_120_000 }])["barge_in_stop"], [42]);
  assert.deepEqual(errorsOf([{ ...stopped, speechStartUs: 1_120_001 }])["barge_in_stop"], [42]);
});

test("what the log can't tell is counted, not guessed; what is no turn of the metric is neither", () => {
  const stopped = { ...row, playerStoppedUs: 1_342_000 };
  const { onset: _, ...deaf } = truth;
  const joined = joinAll([stopped], [deaf], () => 0);
  assert.deepEqual([joined.barge_in_stop.unmatched, joined.voice_to_voice.unmatched], [1, 0]);
  const counts = (rows: readonly TurnRow[], log: readonly TruthRow[]): number => joinAll(rows, log, () => 0).voice_to_voice.unmatched;
  assert.equal(counts([row], []), 1);
  assert.equal(counts([row], [{ ...truth, frames: [] }]), 1);
  assert.equal(counts([{ ...row, outcome: "unanswered" }], []), 0);
  assert.equal(counts([{ ...row, network: "delay:80ms" }], []), 1);
  assert.equal(counts([{ ...row, network: "delay:80ms,jitter:5ms" }], []), 0);
});
