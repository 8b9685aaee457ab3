import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryEntry } from "../result/history.ts";
import { historyText } from "./history-text.ts";

const entry = (day: number, p50: number, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  folder: `nightly/${day}`,
  runId: `run-${day}`,
  scenario: "nightly",
  startedAt: `2026-11-${String(day).padStart(2, "0")}T03:00:00.000Z`,
  validity: "valid",
  end: "complete",
  cell: "effort=low",
  turns: 100,
  answered: 99,
  identity: "same",
  summary: { count: 99, censored: 1, p50, p90: p50 * 1.3 },
  ...changes,
});
const view = { metric: "voice_to_voice", last: 20 } as const;

test("each run is held against the median of those before it, and the line shows which way it goes", () => {
  const text = historyText([entry(1, 1_000), entry(2, 1_020), entry(3, 1_400, { commit: "0123456789abcdef", usdPerTurn: 0.0072 })], view);
  assert.match(text, /^nightly {2}effort=low {2}voice_to_voice, ms\np50 ▁▁█/);
  assert.match(text, /run-3 +01234567 +99 % +1,400 +1,820 +p50 \+40 % +\$0\.0072/);
});

test("what may not be compared is a line of its own that says from when on it was asked so", () => {
  const text = historyText([entry(1, 1_000), entry(2, 2_000, { identity: "other" })], view);
  assert.match(text, /as it was asked from 2026-11-01 03:00 on/);
  assert.match(text, /as it was asked from 2026-11-02 03:00 on/);
  assert.doesNotMatch(text, /\+100 %/);
});

test("a quantile among unanswered turns is longer than what was waited, and a doubtful run says so", () => {
  const text = historyText([entry(1, 1_000, { summary: { count: 10, censored: 10, censoredAbove: 8_000 }, validity: "doubtful", end: "interrupted" })], view);
  assert.match(text, /> 8,000 +> 8,000 .*interrupted, doubtful/);
});

test("only the newest runs are shown, each still held against all before it", () => {
  const text = historyText([entry(1, 1_000), entry(2, 1_000), entry(3, 1_500)], { ...view, last: 1 });
  assert.doesNotMatch(text, /run-2/);
  assert.match(text, /p50 \+50 %/);
});
