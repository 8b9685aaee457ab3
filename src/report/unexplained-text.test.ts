import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { unexplainedTextTokens } from "./unexplained-text.ts";

const [plain] = syntheticRun({ sessions: 1, turns: 1 }).turns as readonly [TurnRow];
const usage = { textIn: 10, textCached: 0, audioIn: 20, audioCached: 0, textOut: 113, audioOut: 40 };
const row = (change: Partial<TurnRow>): TurnRow => ({
  ...plain,
  kind: "plain",
  outcome: "answered",
  responseIds: ["resp_1"],
  usage,
  transcripts: { answer: "one two three four five six seven eight nine ten" },
  ...change,
});

test("of the text that was billed, the answer's words are explained, and the rest is the mean over turns", () => {
  assert.equal(unexplainedTextTokens([row({}), row({ usage: { ...usage, textOut: 13 } })]), 50);
  assert.equal(unexplainedTextTokens([row({ usage: { ...usage, textOut: 3 } })]), 0);
});

test("turns that call functions, have several responses, or lack usage or transcript say nothing of it", () => {
  const { usage: _told, ...untold } = row({});
  const { transcripts: _read, ...unread } = row({});
  assert.equal(unexplainedTextTokens([row({ kind: "tool" }), row({ responseIds: ["a", "b"] }), row({ outcome: "unanswered" }), untold, unread]), undefined);
});
