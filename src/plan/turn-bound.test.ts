import assert from "node:assert/strict";
import { test } from "node:test";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import type { PlannedTurn } from "./planned-turn.ts";
import { boundOf, frontTokens, MOST_OUTPUT_TOKENS } from "./turn-bound.ts";

const settings = scenarioWith({ session: { maxOutputTokens: 100 } });
const { session } = settings;
const [turn] = callOf(scenarioWith()).turns as readonly [PlannedTurn];
const context = { text: 10, audio: 1_000 };

test("a server that hears for itself may answer at the end and at every pause of half its silence, each time reading what it wrote before", () => {
  const responses = (pausesMs: readonly number[]) => boundOf({ turns: [{ ...turn, pausesMs }], settings, context }).responses;
  assert.deepEqual([responses([]), responses([249]), responses([250]), responses([400, 100, 600])], [1, 1, 2, 3]);
  // (1,000 + 2 * 800) ms of caller, and one token for each response that is rounded.
  const spoken = 26 + 2;
  const bound = boundOf({ turns: [{ ...turn, pausesMs: [400] }], settings, context });
  assert.deepEqual([bound.spokenTokens, bound.textIn, bound.audioIn, bound.out], [spoken, 20, 2 * (1_000 + spoken) + 100, 200]);
});

test("push to talk asks for one answer, whatever pauses there are", () => {
  const bound = boundOf({
    turns: [{ ...turn, pausesMs: [900] }],
    settings: { ...settings, session: { ...session, turnDetection: { type: "manual" } } },
    context,
  });
  assert.deepEqual([bound.responses, bound.out], [1, 100]);
});

test("where words decide, every pause may end the turn, and each response takes along the longest wait of its eagerness", () => {
  const bound = (eagerness: "low" | "high") =>
    boundOf({
      turns: [{ ...turn, pausesMs: [20] }],
      settings: { ...settings, session: { ...session, turnDetection: { type: "semantic", eagerness, interruptResponse: true } } },
      context,
    });
  assert.deepEqual([bound("low").responses, bound("high").responses], [2, 2]);
  assert.equal(bound("low").spokenTokens - bound("high").spokenTokens, (2 * (8_000 - 2_000)) / 100);
});

test("no limit on the output is 4,096 tokens, and the minutes they take to say", () => {
  const bound = boundOf({ turns: [], settings: { ...settings, session: { ...session, maxOutputTokens: "inf" } }, context });
  assert.deepEqual([bound.out, bound.audioMs, bound.spokenTokens], [MOST_OUTPUT_TOKENS, MOST_OUTPUT_TOKENS * 50, 0]);
});

test("instructions and tools are never more tokens than bytes", () => {
  assert.equal(frontTokens({ ...session, instructions: "Zürich" }), 500 + 7);
});

test("what is written is counted by its bytes, and any turn may write as much as the longest may", () => {
  const words = { text: "Zürich", durationMs: 0, speechStartMs: 0, speechEndMs: 0 };
  const bound = boundOf({
    turns: [words],
    settings: { ...settings, caller: { ...settings.caller, turns: [{ text: "Zürich", maxOutputTokens: 700 }] } },
    context,
  });
  assert.deepEqual([bound.responses, bound.spokenTokens, bound.out], [1, 7 + 16, 700]);
});
