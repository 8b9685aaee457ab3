import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { stageLines } from "./stage-lines.ts";

const answered = (stage: number, ms: number): TurnRow =>
  ({ kind: "plain", stage, outcome: "answered", speechEndUs: 0, firstAudibleUs: ms * 1_000 }) as unknown as TurnRow;
const dropped = { kind: "plain", stage: 2, outcome: "dropped" } as unknown as TurnRow;
const lost = { kind: "plain", stage: 2, outcome: "unanswered", speechEndUs: 0, censoredAtMs: 8_000 } as unknown as TurnRow;

test("each stage has its line, in order, its median and what it lost", () => {
  assert.deepEqual(stageLines({ turns: [lost, dropped, answered(1, 1_500), answered(1, 900), answered(1, 1_600)] }), [
    "stage 1: 3 turns, 100 % answered, voice-to-voice p50 1,500 ms",
    "stage 2: 2 turns, 0 % answered, 1 dropped, voice-to-voice p50 > 8,000 ms",
  ]);
});

test("without stages there is nothing to say", () => {
  const { stage: _none, ...plain } = answered(1, 900);
  assert.deepEqual(stageLines({ turns: [plain] }), []);
});
