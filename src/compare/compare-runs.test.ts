import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { RunRecord } from "../result/run-result.ts";
import { checkFor } from "../result/run-check.ts";
import { syntheticCheck } from "../testing/check-result.ts";
import { synthesiseRecoveries } from "../testing/recovery-rows.ts";
import { syntheticRun, withResult, type SyntheticCell, type SyntheticRun } from "../testing/run-record.ts";
import { comparableRun } from "./comparable-run.ts";
import type { Comparison, QuantileComparison } from "./comparison.ts";
import type { Variable } from "./pair.ts";
import { compareCells, compareRuns, type CompareOptions } from "./compare-runs.ts";

const low: SyntheticCell = { effort: "low", frameMs: 20, network: "none", thinkMs: 790, sigma: 0.3 };
const run = (settings: Partial<SyntheticRun> = {}): RunRecord => syntheticRun({ cells: [low], ...settings });
const compareRecords = (a: RunRecord, b: RunRecord, options: CompareOptions & { readonly vary?: readonly Variable[] } = {}): Comparison =>
  compareRuns([comparableRun(a)], [comparableRun(b)], options);
const row = (comparison: Comparison, p: number): QuantileComparison =>
  comparison.pairs[0]?.quantiles.find((found) => found.metric === "voice_to_voice" && found.p === p) as QuantileComparison;
/** The run with every turn that `pick` chooses unanswered after patience. */
const losing = (record: RunRecord, pick: (ms: number) => boolean): RunRecord => ({
  ...record,
  turns: record.turns.map((turn) => {
    const { firstAudibleUs, ...rest } = turn;
    return pick(((firstAudibleUs ?? 0) - (turn.speechEndUs ?? 0)) / 1_000) ? { ...rest, outcome: "unanswered" as const, censoredAtMs: 2_000 } : turn;
  }),
});

const twentyCallers = { sessions: 20, turns: 2 };
const manyCallers = { sessions: 400, turns: 5 };

test("two seeds of one world are not a regression, with 40 turns a side", () => {
  for (const seed of [2, 3, 4, 5, 6])
    assert.notEqual(compareRecords(run({ ...twentyCallers, seed: 1 }), run({ ...twentyCallers, seed })).verdict, "regression");
});

test("+40 % is a regression at p50 with 40 turns a side, and p90 is information", () => {
  const comparison = compareRecords(run({ ...twentyCallers, seed: 1 }), run({ ...twentyCallers, seed: 2, slowdown: 1.4 }));
  assert.equal(comparison.verdict, "regression");
  assert.equal(row(comparison, 0.5).verdict, "regression");
  assert.equal(row(comparison, 0.9).gated, false);
  assert.equal(row(comparison, 0.9).verdict, undefined);
  assert.match(row(comparison, 0.9).reason ?? "", /100 are needed/);
});

const planted: readonly (readonly [number, string])[] = [
  [1, "ok"],
  [1.2, "regression"],
  [1 / 1.25, "improved"],
  [1.12, "inconclusive"],
];
for (const [slowdown, verdict] of planted) {
  test(`with 2,000 turns a side, ${slowdown.toFixed(2)} times as slow is ${verdict}`, () => {
    const comparison = compareRecords(run({ ...manyCallers, seed: 1 }), run({ ...manyCallers, seed: 2, slowdown }));
    assert.equal(comparison.verdict, verdict);
    assert.equal(row(comparison, 0.9).gated, true);
  });
}

test("an open comparison says how many sessions would tell, by what this one had", () => {
  const comparison = compareRecords(run({ ...twentyCallers, seed: 1 }), run({ ...twentyCallers, seed: 2, slowdown: 1.1 }));
  assert.match(row(comparison, 0.5).reason ?? "", /(about \d+ sessions a side|no sensible number of sessions) would tell/);
});

test("a candidate that leaves its slow turns unanswered has not improved", () => {
  const baseline = run({ ...manyCallers, seed: 1 });
  const comparison = compareRecords(
    baseline,
    losing(run({ ...manyCallers, seed: 2 }), (ms) => ms > 1_800),
  );
  assert.equal(comparison.verdict, "regression");
  assert.equal(row(comparison, 0.9).verdict, "regression");
  assert.equal(row(comparison, 0.9).candidate.quantile?.above, 2_000);
  assert.equal(comparison.pairs[0]?.answered?.verdict, "regression");
});

test("a few unanswered turns that no gated quantile sees are found by the answered share", () => {
  const comparison = compareRecords(run({ ...manyCallers, seed: 1 }), run({ ...manyCallers, seed: 2, unansweredShare: 0.03 }));
  assert.notEqual(row(comparison, 0.5).verdict, "regression");
  assert.equal(comparison.pairs[0]?.answered?.verdict, "regression");
  assert.equal(comparison.verdict, "regression");
});

test("two runs at different times are given the drift allowance, cells of one run are not", () => {
  const cells = [low, { ...low, effort: "high" }];
  const both = syntheticRun({ cells, ...manyCallers });
  assert.equal(orThrow(compareCells(comparableRun(both), { by: "effort", base: "low" })).policy.driftAllowance, 0);
  const comparison = compareRecords(both, both);
  assert.equal(comparison.policy.driftAllowance, 0.05);
  assert.match(comparison.notes.join(), /drift not estimable/);
});

test("a run that could not measure its own error has that of the machine's check", () => {
  const record = run(manyCallers);
  const { truthError: _, ...instrument } = record.result.instrument;
  const error = checkFor(syntheticCheck, { concurrency: 500, frameMs: 20, startedAtMs: syntheticCheck.startedAtMs });
  const checked = withResult(record, { instrument, check: error });
  assert.equal(compareRecords(checked, checked).policy.absoluteMs.toFixed(1), "87.9");
  assert.equal(compareRecords(withResult(record, { check: error }), record).policy.absoluteMs, 20);
  assert.doesNotMatch(compareRecords(record, record).notes.join(), /a change counts above/);
});

test("a gate is never tighter than three times the instrument's error", () => {
  const record = run(manyCallers);
  const coarse = withResult(record, { instrument: { ...record.result.instrument, truthError: { count: 1, absoluteP99: 400, unmatched: 0 } } });
  const comparison = compareRecords(coarse, run({ ...manyCallers, seed: 2, slowdown: 1.3 }));
  assert.equal(comparison.policy.absoluteMs, 1_200);
  assert.match(comparison.notes.join(), /a change counts above 1200 ms, not above 20 ms: that is three times/);
  assert.notEqual(comparison.verdict, "regression");
});

test("a run that is not valid proves nothing", () => {
  const invalid = withResult(run(manyCallers), {
    validity: { verdict: "invalid", doubts: [{ code: "late_frames", severity: "invalid", message: "frames were late", remedy: "fewer callers" }] },
  });
  const comparison = compareRecords(invalid, run({ ...manyCallers, slowdown: 2 }));
  assert.equal(comparison.verdict, "inconclusive");
  assert.match(comparison.notes.join(), /frames were late/);
});

test("what differs and was not declared makes the pair incomparable, and all of it is listed", () => {
  const a = run(twentyCallers);
  const b = syntheticRun({ ...twentyCallers, cells: [{ ...low, effort: "high", frameMs: 40 }] });
  const comparison = compareRecords(a, withResult(b, { identity: { ...b.result.identity, instructions: "other", fixtures: {} } }), { vary: ["effort"] });
  assert.equal(comparison.verdict, "incomparable");
  const [pair] = comparison.pairs;
  assert.deepEqual(pair?.declared, ["the effort differs: low against high"]);
  assert.deepEqual(pair?.incomparable, [
    "the callers' speech differs: address-change, cancel-order, order-status",
    "the instructions differ",
    "the frame size differs: 20 against 40",
  ]);
});

test("comparing is deterministic and its result is plain data", () => {
  const compare = (): Comparison => compareRecords(run(twentyCallers), run({ ...twentyCallers, seed: 9, unansweredShare: 0.5 }));
  assert.deepEqual(compare(), compare());
  assert.deepEqual(JSON.parse(JSON.stringify(compare())), compare());
});

test("an axis or a base that the run does not have is an issue that says what it has", () => {
  const record = syntheticRun(twentyCallers);
  const byWhat = compareCells(comparableRun(record), { by: "colour", base: "low" });
  assert.ok(!byWhat.ok && /effort, frameMs/.test(byWhat.issues[0]?.message ?? ""));
  const base = compareCells(comparableRun(record), { by: "effort", base: "medium" });
  assert.ok(!base.ok && /low, high/.test(base.issues[0]?.message ?? ""));
});

test("along an axis each cell is compared with the base that shares its other axes", () => {
  const comparison = orThrow(compareCells(comparableRun(syntheticRun(twentyCallers)), { by: "effort", base: "low" }));
  assert.deepEqual(
    comparison.pairs.map((pair) => [pair.baselineCell, pair.candidateCell, pair.incomparable]),
    [20, 40].map((frameMs) => [`effort=low,frameMs=${frameMs}`, `effort=high,frameMs=${frameMs}`, []]),
  );
});

test("how long recovering took is information where both runs had to, and nothing where one had not", () => {
  const dropping = (seed: number): RunRecord => {
    const record = run({ ...twentyCallers, seed });
    return { ...record, recoveries: synthesiseRecoveries(record, ["reset"]) };
  };
  const recovering = (comparison: Comparison) => comparison.pairs[0]?.quantiles.filter(({ metric }) => metric.startsWith("recover_")) ?? [];
  const both = recovering(compareRecords(dropping(1), dropping(2)));
  assert.deepEqual(
    both.map(({ metric, p, gated, verdict }) => [metric, p, gated, verdict]),
    ["recover_detect", "recover_session", "recover_first_audible"].map((metric) => [metric, 0.5, false, undefined]),
  );
  assert.equal(both[2]?.baseline.turns, 20);
  assert.deepEqual(recovering(compareRecords(dropping(1), run({ ...twentyCallers, seed: 2 }))), []);
});
