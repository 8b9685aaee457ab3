import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeObjectives } from "../library/objectives.ts";
import { formatIssue, orThrow } from "../core/issues.ts";
import type { RunRecord } from "../result/run-result.ts";
import { syntheticRun, twoEfforts, withResult, type SyntheticCell } from "../testing/run-record.ts";
import { effortCsv } from "./effort-csv.ts";
import { objectiveFinding as findingOf, type ObjectiveFinding } from "./objective-finding.ts";

const effort = (name: string, thinkMs: number): SyntheticCell => ({ effort: name, frameMs: 20, network: "none", thinkMs, sigma: 0.2 });
const cells = [effort("low", 700), effort("medium", 900), effort("high", 2_500)];
const run = syntheticRun({ cells, sessions: 200 });
/** All have the same frames. */
const short = (text: string): string => text.replaceAll(", 20 ms frames", "");
function objectiveFinding(record: RunRecord): ObjectiveFinding | undefined {
  const found = findingOf(record);
  return found && { ...found, value: short(found.value), text: short(found.text) };
}
const asking = (record: RunRecord, ...texts: readonly string[]): RunRecord => ({ ...record, objectives: orThrow(judgeObjectives(record, texts)) });
/** The run with what each turn of these efforts cost. */
const priced = (record: RunRecord, microUsd: Readonly<Record<string, number | null>>): RunRecord => ({
  ...record,
  turns: record.turns.map((row) => ({ ...row, costMicroUsd: microUsd[row.effort ?? ""] ?? null })),
});

test("the cheapest of those that are proven to meet it is named, whatever its place, and what else there is beside it", () => {
  const found = objectiveFinding(asking(priced(run, { low: 8_000, medium: 5_000, high: 1_000 }), "voice_to_voice p90 < 2800ms"));
  assert.deepEqual([found?.value, found?.tone], ["medium", "good"]);
  assert.match(
    found?.text ?? "",
    /^voice_to_voice p90 < 2800ms: the cheapest that meets it with 95 % confidence is medium: p90 [\d,]+ ms \[[\d,]+ - [\d,]+\], \$0\.0050 a turn; low \(\$0\.0080 a turn\) meets it and costs more$/,
  );
});

test("a setting that only looks fast enough is not taken, though it be cheaper, and what would prove it is told", () => {
  const few = syntheticRun({ cells, sessions: 20 });
  const mixed = { ...run, turns: [...run.turns.filter((row) => row.effort !== "low"), ...few.turns.filter((row) => row.effort === "low")] };
  const found = objectiveFinding(asking(priced(mixed, { low: 1_000, medium: 5_000, high: 9_000 }), "voice_to_voice p90 < 2800ms"));
  assert.equal(found?.value, "medium");
  assert.match(
    found?.text ?? "",
    /; low \(\$0\.0010 a turn\) would be cheaper and is not proven: 40 turns are too few to be sure; about \d+ callers would do$/,
  );
});

test("prices that chance can't tell apart are said to be, and where one is unknown nothing is the cheapest", () => {
  const close = { ...run, turns: run.turns.map((row) => ({ ...row, costMicroUsd: 5_000 + (row.session % 7) * 300 + (row.effort === "low" ? 0 : 20) })) };
  assert.match(objectiveFinding(asking(close, "voice_to_voice p90 < 2800ms"))?.text ?? "", /is low: .*; medium \(\$0\.005\d a turn\) may be as cheap$/);
  const unknown = objectiveFinding(asking(priced(run, { low: 5_000, medium: null, high: 1 }), "voice_to_voice p90 < 2800ms"));
  assert.deepEqual([unknown?.value, unknown?.tone], ["2 of 3 meet it", "good"]);
  assert.match(unknown?.text ?? "", /what all of them cost is not known, so the cheapest can't be told$/);
});

test("none is proven: missed for sure by all, by none for sure, and by a run that is not valid", () => {
  const missed = objectiveFinding(asking(run, "voice_to_voice p90 < 900ms"));
  assert.deepEqual([missed?.value, missed?.tone], ["missed", "bad"]);
  assert.match(missed?.text ?? "", /: no setting meets it, with 95 % confidence: low misses it for sure, p90 [\d,]+ ms \[/);
  const open = objectiveFinding(asking(syntheticRun({ cells, sessions: 10 }), "voice_to_voice p90 < 2800ms"));
  assert.deepEqual([open?.value, open?.tone], ["none proven", "warn"]);
  assert.match(
    open?.text ?? "",
    /^voice_to_voice p90 < 2800ms: no setting is proven to meet it with 95 % confidence: low p90 .* \(20 turns are too few to be sure; about \d+ callers would do\); medium /,
  );
  const invalid = withResult(run, { validity: { verdict: "invalid", doubts: [] } });
  assert.match(objectiveFinding(asking(invalid, "voice_to_voice p50 < 9s"))?.text ?? "", /nothing is proven, for the run's figures are not to be used$/);
});

test("several objectives are met together or not at all, and one setting alone has no cheapest", () => {
  assert.equal(objectiveFinding(asking(run, "voice_to_voice p50 < 9s", "voice_to_voice p90 < 900ms"))?.value, "missed");
  const one = syntheticRun({ cells: cells.slice(0, 1), sessions: 200 });
  assert.equal(objectiveFinding(asking(one, "voice_to_voice p90 < 9s"))?.value, "met");
  assert.equal(objectiveFinding(one), undefined);
});

test("without an objective a run of several settings is asked what its thresholds ask", () => {
  const text = "voice_to_voice p90 < 2800ms";
  const { objectives = [] } = asking(run, text);
  assert.match(objectiveFinding(withResult(run, { thresholds: objectives }))?.text ?? "", /^voice_to_voice p90 < 2800ms: the cheapest that meets it/);
  assert.equal(objectiveFinding(syntheticRun({ cells: twoEfforts })), undefined);
  // And an objective takes their place in effort.csv.
  const csv = effortCsv({ ...withResult(run, { thresholds: objectives }), objectives: asking(run, "voice_to_voice p90 < 900ms").objectives ?? [] }).split("\n");
  assert.deepEqual(
    csv.slice(1, 4).map((line) => line.includes(",no,") && !line.includes(",yes,")),
    [true, true, true],
  );
});

test("what can't be read, is about nothing in the run, or can't be proven is refused, all of it at once", () => {
  const judged = judgeObjectives(run, ["voice p90 < 1s", "voice_to_voice{effort=lo} p90 < 1s", "answered rate >= 0.9", "voice_to_voice p90 < 1s"]);
  const issues = judged.ok ? [] : judged.issues.map(formatIssue);
  assert.equal(issues.length, 3);
  assert.match(issues[0] ?? "", /^--objective: "voice p90 < 1s": no metric is called voice/);
  assert.match(issues[1] ?? "", /is about no cell of this run/);
  assert.match(issues[2] ?? "", /how sure that is can't be told; ask for a quantile below a limit/);
});
