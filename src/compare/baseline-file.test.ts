import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { formatBaseline, isBaseline, parseBaseline } from "./baseline-file.ts";
import { comparableRun } from "./comparable-run.ts";
import { compareRuns } from "./compare-runs.ts";

const run = comparableRun(syntheticRun({ sessions: 30, turns: 5, unansweredShare: 0.05 }));
const other = comparableRun(syntheticRun({ sessions: 30, turns: 5, seed: 2, slowdown: 1.3 }));

test("a kept baseline gives the comparison that its run gives", () => {
  const text = formatBaseline([run]);
  assert.ok(isBaseline(text));
  const [kept] = orThrow(parseBaseline(text, "baseline.json"));
  const [fromRun, fromFile] = [compareRuns([run], [other]), compareRuns([kept as typeof run], [other])];
  assert.equal(fromFile.verdict, fromRun.verdict);
  assert.deepEqual(
    fromFile.pairs.flatMap((pair) => pair.quantiles.map(({ metric, verdict, baseline }) => [metric, verdict, baseline.turns, baseline.censored])),
    fromRun.pairs.flatMap((pair) => pair.quantiles.map(({ metric, verdict, baseline }) => [metric, verdict, baseline.turns, baseline.censored])),
  );
});

test("a baseline of 600 turns is small enough to commit, and holds nothing that was said", () => {
  const text = formatBaseline([run]);
  assert.ok(text.length < 64 * 1_024, `${text.length} bytes`);
  assert.doesNotMatch(text, /Where is my order|warehouse/);
});

for (const [name, text, said] of [
  ["another version", JSON.stringify({ v: 9, type: "earshot baseline", runs: [{}] }), /version 9/],
  ["no run", JSON.stringify({ v: 1, type: "earshot baseline", runs: [] }), /no run/],
  ["torn", formatBaseline([run]).slice(0, 3_000), /can't be read/],
  ["a run without samples", JSON.stringify({ v: 1, type: "earshot baseline", runs: [{}] }), /can't be read/],
] as const) {
  test(`a baseline with ${name} is refused with what to do`, () => {
    const parsed = parseBaseline(text, "baseline.json");
    assert.ok(!parsed.ok);
    assert.match(parsed.issues[0]?.message ?? "", said);
    assert.match(parsed.issues[0]?.message ?? "", /save it anew/);
  });
}
