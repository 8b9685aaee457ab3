import assert from "node:assert/strict";
import { test } from "node:test";
import type { BudgetFindings, RunRecord, RunResult } from "../result/run-result.ts";
import { syntheticCheck } from "../testing/check-result.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { checkFor } from "../result/run-check.ts";
import { mergeRuns, type Part } from "./merge.ts";

const whole = syntheticRun({ sessions: 10 });
const process = { cpuShare: 0.1, rssBytesMax: 1, rssBytesLast: 1 };

/** Every second caller of the run, as its part. */
function partOf(part: number, change: Partial<RunResult> = {}): Part {
  const mine = ({ session }: { readonly session: number }): boolean => session % 2 === part - 1;
  const turns = whole.turns.filter(mine);
  const cells = whole.result.cells.map((cell) => ({ ...cell, turnsPlanned: turns.filter((row) => row.cell === cell.id).length }));
  const calls = whole.result.calls.filter(mine);
  const result: Partial<RunResult> = { runId: `run-${part}`, segment: { part, of: 2, plan: "p" }, cells, calls };
  return { source: `part ${part}`, record: { ...withResult(whole, { ...result, ...change }), turns }, truth: [], findings: { checks: [], process } };
}

const merged = (...parts: readonly Part[]): RunRecord => {
  const made = mergeRuns(parts);
  assert.ok(made.ok, made.ok ? "" : JSON.stringify(made.issues));
  return made.value.record;
};
const refusals = (...parts: readonly Part[]): readonly string[] => {
  const made = mergeRuns(parts);
  return made.ok ? [] : made.issues.map(({ source, message }) => `${source} ${message}`);
};

test("the parts of a plan have the turns, outcomes and quantiles of the whole", () => {
  const { result, turns } = merged(partOf(2), partOf(1));
  assert.equal(turns.length, whole.turns.length);
  assert.deepEqual([result.merged, result.plan.turnsPlanned, result.end], [["run-1", "run-2"], whole.result.plan.turnsPlanned, { type: "complete" }]);
  for (const [index, cell] of result.cells.entries()) {
    assert.deepEqual(cell.outcomes, whole.result.cells[index]?.outcomes);
    assert.deepEqual(cell.metrics.voice_to_voice, whole.result.cells[index]?.metrics.voice_to_voice);
  }
  assert.ok(!result.validity.doubts.some(({ code }) => code === "not_reconciled"));
});

test("what is no part, is there twice, is missing, was killed or began at another time is refused, all at once", () => {
  const { segment: _s, ...plain } = partOf(1).record.result;
  assert.match(refusals({ ...partOf(1), record: { ...whole, result: plain } }, partOf(2)).join("\n"), /is a whole run, and no part of one/);
  assert.match(refusals(partOf(1), { ...partOf(1), source: "again" }).join("\n"), /again is part 1\/2, and so is part 1\nmerge part 2 of 2 is missing/);
  assert.deepEqual(refusals(partOf(1), { ...partOf(2), findings: undefined }), [
    "part 2 was killed before its end, so a part of the load is missing; run all parts again",
  ]);
  assert.match(
    refusals(partOf(1), partOf(2, { seed: 2, startedAt: "2026-11-22T12:00:01.000Z" })).join("\n"),
    /has seed 2, and part 1 has 1\n.*has a start \(--start-at gives all parts the same\) of 2026-11-22T12:00:01\.000Z, and part 1 has/,
  );
  assert.equal(mergeRuns([]).ok, false);
});

test("the worst end of a part is the end of all, and a threshold that ended it stays missed", () => {
  const text = "answered rate >= 1%";
  const threshold = { text, cell: whole.result.cells[0]?.id ?? "", passed: false, actual: "0 %", endedRun: true } as const;
  const { end, thresholds } = merged(partOf(1), partOf(2, { end: { type: "interrupted", reason: "enough" }, thresholds: [threshold] })).result;
  assert.deepEqual(end, { type: "interrupted", reason: "part 2: enough" });
  assert.deepEqual(
    thresholds.map(({ cell, passed, endedRun }) => [cell === threshold.cell, passed, endedRun]),
    whole.result.cells.map((_, index) => [index === 0, index !== 0, index === 0 ? true : undefined]),
  );
});

test("a check of one machine does not cover another that has none, unless it doubts the run", () => {
  const checkOf = (concurrency: number) => checkFor(syntheticCheck, { concurrency, frameMs: 20, startedAtMs: syntheticCheck.startedAtMs });
  const [fits, beyond] = [checkOf(1), checkOf(5_000)];
  assert.deepEqual(merged(partOf(1, { check: fits }), partOf(2, { check: beyond })).result.check, beyond);
  assert.deepEqual(merged(partOf(1, { check: fits }), partOf(2)).result.check, undefined);
  assert.deepEqual(merged(partOf(1), partOf(2, { check: beyond })).result.check, beyond);
});

const budgetOf = (change: Partial<BudgetFindings> = {}): BudgetFindings => ({
  limits: { microUsd: 500 },
  isDefault: false,
  spent: { microUsd: 300, tokens: 30, audioMs: 3 },
  standing: { microUsd: 100, tokens: 10, audioMs: 1 },
  waits: 2,
  longestWaitMs: 400,
  aboveBound: 0,
  ...change,
});

test("shares of a budget add up to the whole, what was spent of them too, and one that ran out did so for all", () => {
  const before = { microUsd: 7, tokens: 0, audioMs: 0 };
  const more = { waits: 1, longestWaitMs: 900, aboveBound: 1, over: "microUsd", spentBefore: before } as const;
  assert.deepEqual(merged(partOf(1, { budget: budgetOf() }), partOf(2, { budget: budgetOf(more) })).result.budget, {
    limits: { microUsd: 1_000 },
    isDefault: false,
    spentBefore: before,
    spent: { microUsd: 600, tokens: 60, audioMs: 6 },
    standing: { microUsd: 200, tokens: 20, audioMs: 2 },
    waits: 3,
    longestWaitMs: 900,
    aboveBound: 1,
    over: "microUsd",
  });
});

test("of a budget that one part lacks nothing is said", () => {
  assert.equal(merged(partOf(1, { budget: budgetOf() }), partOf(2)).result.budget, undefined);
  assert.equal(merged(partOf(1), partOf(2)).result.budget, undefined);
});
