import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";
import { stages } from "./stages.ts";

const answered = (stage: number, ms: number): TurnRow =>
  ({ kind: "plain", stage, outcome: "answered", speechEndUs: 0, firstAudibleUs: ms * 1_000 }) as unknown as TurnRow;
const dropped = { kind: "plain", stage: 2, outcome: "dropped" } as unknown as TurnRow;
const lost = { kind: "plain", stage: 2, outcome: "unanswered", speechEndUs: 0, censoredAtMs: 8_000 } as unknown as TurnRow;

test("each stage has its line and its row, in order, its median and what it lost", () => {
  assert.deepEqual(stages({ turns: [lost, dropped, answered(1, 1_500), answered(1, 900), answered(1, 1_600)] }), [
    { line: "stage 1: 3 turns, 100 % answered, voice-to-voice p50 1,500 ms", cells: ["1", "3", "100 %", "0", "1,500"] },
    { line: "stage 2: 2 turns, 0 % answered, 1 dropped, voice-to-voice p50 > 8,000 ms", cells: ["2", "2", "0 %", "1", "> 8,000"] },
  ]);
});

test("stages of unlike loads are told apart, and of cells that differ in anything else they are one", () => {
  const of = (cell: string, stage: number): TurnRow => ({ ...answered(stage, 900), cell }) as TurnRow;
  const turns = [of("load.stages[0].sessions=2,effort=low", 1), of("load.stages[0].sessions=2,effort=high", 1), of("load.stages[0].sessions=9,effort=low", 1)];
  assert.deepEqual(
    stages({ turns }).map(({ line }) => line.replace(/,.*/, "")),
    ["stage 1 of load.stages[0].sessions=2: 2 turns", "stage 1 of load.stages[0].sessions=9: 1 turns"],
  );
});

test("without stages there is nothing to say", () => {
  const { stage: _none, ...plain } = answered(1, 900);
  assert.deepEqual(stages({ turns: [plain] }), []);
});

/** A run of two stages after four turns to warm up, within a budget. */
function staged() {
  const record = syntheticRun({ sessions: 10 });
  const amount = (microUsd: number) => ({ microUsd, tokens: 0, audioMs: 0 });
  const budget = { limits: { microUsd: 2e6 }, isDefault: false, spent: amount(1.5e6), standing: amount(0), waits: 0, aboveBound: 0 };
  const cells = record.result.cells.map((cell, index) => (index === 0 ? { ...cell, warmUpTurns: 4 } : cell));
  const turns = record.turns.map((row) => ({ ...row, stage: row.turn + 1 }));
  return { ...withResult(record, { budget, cells }), turns };
}

test("the summary and the page have the stages, what warmed up and the budget, and neither without them", () => {
  const summary = markdownSummary(staged());
  assert.match(summary, /^## Stage after stage$[^#]*^\| 1 \| 40 \| 100 % \| 0 \| [\d,]+ \|$[^#]*^\| 2 \| 40 \|/m);
  assert.match(summary, /^- 80 planned = 80 answered; before that 4 to warm up, in no figure$/m);
  assert.match(summary, /^- budget \$1\.50 of \$2\.00$/m);
  const page = htmlReport(staged());
  assert.match(page, /<h2>Stage after stage<\/h2>/);
  assert.match(page, /before that 4 to warm up, in no figure/);
  assert.match(page, /Budget: \$1\.50 of \$2\.00\./);
  for (const text of [markdownSummary(syntheticRun()), htmlReport(syntheticRun())]) assert.doesNotMatch(text, /Stage after stage|warm up|udget/);
});
