import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun } from "../testing/run-record.ts";
import { comparableRun, type ComparableRun } from "./comparable-run.ts";
import { compareCells, compareRuns, type Side } from "./compare-runs.ts";
import { studentT, wideningFor } from "./few-runs.ts";

test("Student's t is the tables'", () => {
  for (const [freedom, t] of [
    [4, 2.776],
    [8, 2.306],
    [30, 2.042],
  ] as const)
    assert.ok(Math.abs(studentT(freedom) / t - 1) < 0.003, `${freedom}: ${studentT(freedom)}`);
  assert.ok(wideningFor(3, 3) > 1.7 && wideningFor(10, 10) < 1.15);
});

const cells = [{ effort: "low", frameMs: 20, network: "none", thinkMs: 790, sigma: 0.3 }];
const at = (seed: number, slowdown: number): ComparableRun =>
  comparableRun(syntheticRun({ cells, sessions: 100, turns: 5, seed, slowdown, runId: `run-${seed}` }));
const side = (from: number, slowdowns: readonly number[]): Side => slowdowns.map((slowdown, index) => at(from + index, slowdown)) as unknown as Side;

test("three runs a side show their own drift: what lies within it is no regression", () => {
  const drifting = compareRuns(side(1, [1, 1.15, 0.9]), side(11, [1.2, 1, 1.1]));
  assert.equal(drifting.design, "run_sets");
  assert.equal(drifting.policy.driftAllowance, 0);
  assert.equal(drifting.verdict, "inconclusive");
});

test("three steady runs a side prove what is there, and that nothing is", () => {
  assert.equal(compareRuns(side(1, [1, 1, 1]), side(11, [1.3, 1.3, 1.3])).verdict, "regression");
  assert.equal(compareRuns(side(1, [1, 1, 1]), side(11, [1, 1, 1])).verdict, "ok");
});

test("two runs are too few, and it is said", () => {
  const comparison = compareRuns(side(1, [1, 1]), side(11, [1, 1]));
  assert.equal(comparison.design, "two_runs");
  assert.match(comparison.notes.join(), /2 runs on one side, 3 are needed/);
});

test("runs of one side that measured different things are no side", () => {
  const longer = syntheticRun({ cells, sessions: 100, turns: 5, seed: 3 });
  const stranger = comparableRun({ ...longer, result: { ...longer.result, runId: "run-3", identity: { ...longer.result.identity, patienceMs: 4_000 } } });
  const comparison = compareRuns([at(1, 1), at(2, 1), stranger], side(11, [1, 1, 1]));
  assert.equal(comparison.verdict, "incomparable");
  assert.match(comparison.pairs[0]?.incomparable.join() ?? "", /run-3 and run-1 of the baseline: the callers' patience differs: 8000 against 4000/);
});

/** Two cells whose callers took turns while the world slowed down to one and a half times; the second is `slowdown` times as slow. */
function drifting(slowdown: number): ComparableRun {
  const record = syntheticRun({ sessions: 100, turns: 5, cells: ["low", "high"].map((effort) => ({ ...(cells[0] as (typeof cells)[0]), effort })) });
  const turns = record.turns.map((row) => {
    const factor = (1 + (0.5 * row.session) / 100) * (row.effort === "high" ? slowdown : 1);
    const took = (row.firstAudibleUs ?? 0) - (row.speechEndUs ?? 0);
    return row.firstAudibleUs === undefined ? row : { ...row, firstAudibleUs: Math.round((row.speechEndUs ?? 0) + took * factor) };
  });
  return comparableRun({ ...record, turns });
}

test("cells that took turns are compared block by block: drift of half as much again widens nothing", () => {
  const compared = (run: ComparableRun, order: ComparableRun["order"]): { readonly low: number; readonly high: number } => {
    const result = compareCells({ ...run, order }, { by: "effort", base: "low" });
    assert.ok(result.ok);
    const { low, high } = result.value.pairs[0]?.quantiles[0]?.logRatio ?? { low: NaN, high: NaN };
    return { low: Number(low), high: Number(high) };
  };
  const [together, apart] = [compared(drifting(1), "blocks"), compared(drifting(1), "serial")];
  assert.ok(together.low < 0 && together.high > 0);
  assert.ok(together.high - together.low < 0.7 * (apart.high - apart.low), `${JSON.stringify(together)} against ${JSON.stringify(apart)}`);
});
