import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { closingTable } from "./closing-table.ts";
import { comparisonMarkdown, comparisonText } from "./comparison-text.ts";
import { comparableRun } from "../compare/comparable-run.ts";
import { compareRuns } from "../compare/compare-runs.ts";
import { markdownSummary } from "./markdown.ts";

const record = syntheticRun({ unansweredShare: 0.15, breaksCall: true, sessions: 20 });

test("no line is wider than 120 columns, whatever its names", () => {
  const long = "x".repeat(300);
  const wide = { ...record, turns: record.turns.map((row) => ({ ...row, ...(row.failure && { failure: long }) })) };
  const cells = record.result.cells.map((cell) => ({ ...cell, axes: { ...cell.axes, instructions: long } }));
  const lines = closingTable(withResult(wide, { cells, scenario: long })).split("\n");
  assert.deepEqual(
    lines.filter((line) => line.length > 120),
    [],
  );
});

test("it says that it was offline, that the plan reconciles, and which quantiles are not shown", () => {
  const text = closingTable(record);
  assert.match(text, /OFFLINE: low measured, high assumed/);
  assert.match(text, /plan +160 planned = \d+ answered \+ \d+ unanswered \+ 1 failed/);
  assert.match(text, /p95, p99 not shown: 40 turns are too few/);
  assert.match(text, /nothing was charged/);
  assert.match(text, /slowest +.*: no answer in 8\.0 s/);
  assert.match(text, /> 8,000/);
});

test("a turn that broke early never reads as a fast one", () => {
  const broken = syntheticRun({ sessions: 6, turns: 1, breaksCall: true, unansweredShare: 0 });
  assert.doesNotMatch(closingTable(broken), /> 310/);
  assert.match(closingTable(broken), /failed +1 network: 1006/);
});

test("a plan that does not reconcile, a doubt, an end and a missed threshold are said", () => {
  const doubt = { code: "late_frames", severity: "doubt" as const, message: "frames were late", remedy: "use fewer callers" };
  const text = closingTable(
    withResult(record, {
      plan: { ...record.result.plan, turnsPlanned: 170 },
      validity: { verdict: "doubtful", doubts: [doubt] },
      end: { type: "killed", reason: "found without an end" },
      thresholds: [{ text: "voice_to_voice p50 < 1s", cell: "effort=low,frameMs=20", passed: false, actual: "p50 = 1,512 ms" }],
    }),
  );
  assert.match(text, /170 planned, but 160 accounted for/);
  assert.match(text, /frames were late: use fewer callers/);
  assert.match(text, /ended +killed: found without an end/);
  assert.match(text, /THRESHOLD MISSED +voice_to_voice p50 < 1s/);
});

test("a real provider is not called offline", () => {
  const cells = record.result.cells.map(({ dataOrigin: _dataOrigin, profile: _profile, ...cell }) => ({ ...cell, provider: "compatible" }));
  const text = closingTable(withResult(record, { cells }));
  assert.doesNotMatch(text, /OFFLINE|nothing was charged/);
  assert.match(text, /target compatible\/gpt-realtime-2/);
});

test("an empty run still closes", () => {
  const cells = record.result.cells.map((cell) => ({ ...cell, outcomes: { answered: 0, unanswered: 0, failed: 0, interrupted: 0, dropped: 80 }, metrics: {} }));
  assert.match(closingTable(withResult({ ...record, turns: [] }, { cells })), /0\/0 +– +–/);
});

test("the summary is Markdown in which a stranger's text stays text", () => {
  const text = markdownSummary(withResult(record, { scenario: "<img src=x> *bold* | pipe" }));
  assert.match(text, /^# \\<img src=x\\> \\\*bold\\\* \\\| pipe$/m);
  assert.match(text, /^\| low, 20 ms frames \| 40 \|/m);
});

test("a comparison's text leads with the verdict and says what it rests on", () => {
  const comparison = compareRuns([comparableRun(syntheticRun({ sessions: 20 }))], [comparableRun(syntheticRun({ sessions: 20, seed: 2, slowdown: 1.5 }))]);
  assert.match(comparisonText(comparison), /^REGRESSION /);
  assert.match(comparisonText(comparison), /voice_to_voice p50 .*\+\d+ % \[\+\d+ % \.\. \+\d+ %\] +regression/);
  assert.match(comparisonText(comparison), /note: drift not estimable/);
  assert.match(comparisonMarkdown(comparison), /^# regression: /);
});

test("a run by time says for how long, what it began, and whether memory grew", () => {
  const { plan, instrument } = record.result;
  const withMemory = (rssBytesLast: number): string =>
    closingTable(withResult(record, { plan: { ...plan, windowMs: 60_000 }, instrument: { ...instrument, rssBytesFirst: 200e6, rssBytesLast } }));
  assert.match(withMemory(210e6), /4 cells x 20 callers for 1 min = 160 turns/);
  assert.match(withMemory(210e6), /160 begun in 1 min = /);
  for (const [bytes, text] of [
    [210e6, "memory 210 MB, flat"],
    [240e6, "memory 240 MB, grew by 40 MB"],
    [150e6, "memory 150 MB, fell by 50 MB"],
  ] as const)
    assert.ok(withMemory(bytes).replaceAll(/\s+/g, " ").includes(text), text);
  assert.doesNotMatch(closingTable(withResult(record, { instrument: { ...instrument, rssBytesFirst: 1, rssBytesLast: 2 } })), /memory/);
});

test("canaries are quoted by p99 only where they had turns enough, and said to be off or silent", () => {
  const shown = (canary: NonNullable<typeof record.result.instrument.canary>): string =>
    markdownSummary(withResult(record, { instrument: { ...record.result.instrument, canary } }));
  assert.match(shown({ sessions: 1, count: 9, p50: 0.9, p99: 3, max: 4 }), /canary p50 0\.9 ms, at most 4\.0 ms over 9 turns/);
  assert.match(shown({ sessions: 2, count: 1_000, p50: 0.9, p99: 3, max: 40 }), /canary p50 0\.9 ms, p99 3\.0 ms over 1,000 turns/);
  assert.match(shown({ sessions: 0, count: 0 }), /no canary/);
  assert.match(shown({ sessions: 1, count: 0 }), /canary without a measured turn/);
  assert.doesNotMatch(markdownSummary(record), /canary/);
});
