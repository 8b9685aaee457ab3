import assert from "node:assert/strict";
import { test } from "node:test";
import { journalLine, type JournalEntry } from "../cost/budget-journal.ts";
import { nothing } from "../cost/amount.ts";
import { syntheticRun } from "../testing/run-record.ts";
import type { RunHead } from "./assemble.ts";
import { budgetTextOf } from "./budget-text.ts";
import { recoverRun } from "./recover.ts";
import type { RunResult } from "./run-result.ts";

/** What a run with that journal comes to that was killed after all its turns. */
function recovered(journal: string): RunResult {
  const { result, turns, scenarioYaml } = syntheticRun({ sessions: 4 });
  const head: RunHead = { ...result, cells: result.cells.map(({ money, ...cell }) => ({ ...cell, priceList: money.priceList })) };
  return recoverRun({
    type: "cut",
    head,
    turns,
    recoveries: [],
    droppedRows: 0,
    truth: () => [],
    canary: { rows: "", truth: "" },
    journal,
    sounds: [],
    scenarioYaml,
  }).result;
}

const amount = (microUsd: number) => ({ microUsd, tokens: 0, audioMs: 0 });
const open: JournalEntry = { type: "open", limits: { microUsd: 50_000 }, spentBefore: nothing, priceList: "p" };
const spending: readonly JournalEntry[] = [
  { type: "reserve", key: "a", amount: amount(20_000) },
  { type: "settle", key: "a", amount: amount(5_000) },
  { type: "reserve", key: "b", amount: amount(18_000) },
];
const textOf = (...entries: readonly JournalEntry[]): string => entries.map(journalLine).join("");

test("a killed run says what its budget may have come to: what was settled, and all of what was still reserved", () => {
  const { budget } = recovered(textOf(open, ...spending));
  assert.deepEqual(budget, { limits: { microUsd: 50_000 }, isDefault: false, spent: amount(23_000), standing: amount(18_000), aboveBound: 0 });
  assert.equal(budgetTextOf(budget), "$0.0230 of $0.0500, of it $0.0180 reserved by turns whose cost nobody told");
});

test("it knows what an earlier part spent, and that nobody wrote the limit", () => {
  const { budget } = recovered(textOf({ ...open, spentBefore: amount(7_000), isDefault: true }, ...spending));
  assert.deepEqual([budget?.spentBefore, budget?.isDefault, budget?.spent], [amount(7_000), true, amount(30_000)]);
});

test("a damaged journal is said to be that, and a run without a budget has none", () => {
  const damaged = recovered(`x${textOf(open, ...spending)}`);
  assert.equal(damaged.budget, undefined);
  assert.match(damaged.end.reason ?? "", /its budget\.ndjson is damaged, so nobody knows what it spent/);
  assert.deepEqual([recovered("").budget, recovered("").end.reason?.includes("budget")], [undefined, false]);
});
