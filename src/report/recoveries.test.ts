import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { Storm } from "../metrics/storm.ts";
import type { RunRecord } from "../result/run-result.ts";
import { neverBack, recoveryRow, synthesiseRecoveries } from "../testing/recovery-rows.ts";
import { syntheticRun, twoEfforts, withResult } from "../testing/run-record.ts";
import { closingTable } from "./closing-table.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";
import { lossesPerSessionHour, recoveryLines, recoveryStepsText, slowestRecoveries, stormText } from "./recoveries.ts";
import { recoveriesCsv } from "./recoveries-csv.ts";
import { recoveriesByCauseTables, recoveriesByCellTables } from "./recovery-table.ts";
import { summaryCsv } from "./summary-csv.ts";

const base = syntheticRun({ sessions: 24, cells: twoEfforts.slice(0, 2) });
const cell = base.result.cells[0]?.id ?? "";
const withRows = (...recoveries: readonly RecoveryRow[]): RunRecord => ({ ...base, recoveries: recoveries.map((row) => ({ ...row, cell })) });
const texts = (record: RunRecord): readonly string[] => recoveryLines(record).map(({ label, text }) => `${label}: ${text}`);

test("few recoveries show their maximum and no quantile", () => {
  const record = withRows(
    recoveryRow({ turn: 0, audioLostUpMs: 1_250 }),
    recoveryRow({ cause: "half_open", detectedUs: 28_000_000, firstAudibleUs: 29_000_000 }),
  );
  assert.deepEqual(texts(record), [
    "lost connections: 2 (reset 1, half open 1), all came back; noticed at most 18,000 ms; a session again at most 230 ms; heard again at most 19,000 ms; speech lost 1.3 s, answers 0 ms; turns lost 0, doubled 0",
  ]);
  const headers = recoveriesByCauseTables(record)?.times.columns.map(({ header }) => header) ?? [];
  assert.ok(headers.includes("heard again at most"));
  assert.ok(!headers.some((header) => /p50|p95/.test(header)), headers.join());
});

test("twenty recoveries have a median, two hundred a p95", () => {
  const many = (count: number): string =>
    texts(withRows(...Array.from({ length: count }, (_, session) => recoveryRow({ session, lostUs: 10_000_000 - session * 1_000 }))))[0] ?? "";
  assert.doesNotMatch(many(19), /p50/);
  assert.match(many(20), /heard again p50 609, at most 619 ms/);
  assert.match(many(200), /heard again p50 699, p95 789 ms/);
});

test("what never came back is longer than the slowest that did, however early it was given up", () => {
  const record = withRows(recoveryRow({ firstAudibleUs: 60_000_000, turn: 0 }), neverBack());
  assert.match(texts(record)[0] ?? "", /1 of 2 came back; .*heard again at most > 50,000 ms; .*turns lost 1/);
  assert.equal(slowestRecoveries(record, 1)[0]?.cause, "refused");
  assert.match(
    recoveryStepsText(neverBack()),
    /caller 1, last sign of life at 10.0 s: \+2 ms noticed: refused, in turn 2; .*dialled the last of 6 times, after 12 s of waiting; it never came back/,
  );
});

test("replacements on purpose are told apart from losses, and nobody counts them as lost", () => {
  const record = withRows(
    recoveryRow(),
    recoveryRow({
      cause: "rollover",
      planned: true,
      turnsDoubled: 1,
      costMicroUsd: 1_000,
      usage: { textIn: 10, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 },
    }),
  );
  assert.deepEqual(
    texts(record).map((text) => text.split(";")[0]),
    ["lost connections: 1 (reset 1), all came back", "rolled over: 1 on purpose, all came back"],
  );
  assert.match(texts(record)[1] ?? "", /doubled 1; replays \$0\.0010, 10 tokens/);
  assert.deepEqual(
    recoveriesByCauseTables(record)?.times.rows.map(([cause, times]) => [cause, times]),
    [
      ["reset", "1"],
      ["rollover", "1"],
    ],
  );
});

test("a storm says when all had a session again, and of hearing only what was owed to somebody who listened", () => {
  const storm: Storm = {
    startedUs: 12_340_000,
    callers: 1_200,
    recovered: 1_199,
    peakConnectsPerS: 1_050,
    ready95: { value: 2_350 },
    readyAll: { above: 9_000 },
    heard95: undefined,
    heardAll: undefined,
  };
  const cut = "1,200 callers were cut off together at 12.3 s: a session again for 95 % after 2.4 s, for all after > 9.0 s";
  assert.equal(stormText(storm), `${cut}; at most 1,050 reconnects in a second`);
  assert.equal(
    stormText({ ...storm, heard95: { value: 3_000 }, heardAll: { value: 4_100 } }),
    `${cut}; 95 % heard something again after 3.0 s, all after 4.1 s, their own thinking and words in between included; at most 1,050 reconnects in a second`,
  );
});

test("callers cut off together are a storm in every report", () => {
  const record = { ...base, recoveries: synthesiseRecoveries(base, ["reset"]) };
  for (const text of [closingTable(record), markdownSummary(record), htmlReport(record)])
    assert.match(text.replaceAll(/\s+/g, " "), /24 callers were cut off together at 4\.0 s: a session again for 95 % after 0\.\d s/);
});

test("losses are counted by hours of connection, of calls or, where a kill took them, of turns", () => {
  const record = withRows(recoveryRow(), recoveryRow({ cause: "rollover", planned: true }));
  const hours = record.result.calls.reduce((sum, { openUs = 0, endedUs = 0 }) => sum + endedUs - openUs, 0) / 3.6e9;
  assert.equal(lossesPerSessionHour(record)?.toFixed(6), (1 / hours).toFixed(6));
  const killed = withResult({ ...record, turns: record.turns.map((row) => ({ ...row, connectedMs: 36_000 })) }, { calls: [] });
  assert.equal(lossesPerSessionHour(killed), 100 / record.turns.length);
  assert.equal(lossesPerSessionHour(withResult(record, { calls: [] })), undefined);
});

test("the table by cell has the losses of each; a run of one cell needs none", () => {
  assert.deepEqual(
    recoveriesByCellTables(withRows(recoveryRow(), recoveryRow()))?.times.rows.map(([name, times]) => [name, times]),
    [["low, 20 ms frames", "2"]],
  );
  const single = syntheticRun({ sessions: 4, cells: twoEfforts.slice(0, 1) });
  assert.equal(recoveriesByCellTables({ ...single, recoveries: [recoveryRow({ cell: single.result.cells[0]?.id ?? "" })] }), undefined);
});

test("recoveries.csv is the rows, flattened, with what is derived; a formula in it is text", () => {
  const [header = "", reset = "", gone = ""] = recoveriesCsv({ ...base, recoveries: [recoveryRow({ failure: "=cmd()" }), neverBack()] }).split("\n");
  const column = (line: string, name: string): string | undefined => line.split(",")[header.split(",").indexOf(name)];
  assert.deepEqual([column(reset, "recover_first_audible_ms"), column(reset, "recovered"), column(reset, "failure")], ["600", "yes", "'=cmd()"]);
  assert.deepEqual([column(gone, "recover_first_audible_ms"), column(gone, "recovered"), column(gone, "turns_lost")], ["", "no", "1"]);
});

test("summary.csv has the recover metrics of a cell", () => {
  const record = withRows(recoveryRow());
  const cells = record.result.cells.map((one) =>
    one.id === cell ? { ...one, metrics: { ...one.metrics, recovered: { count: 1, censored: 0, p50: 1 } } } : one,
  );
  assert.match(summaryCsv(withResult(record, { cells })), /,recovered,share,1,/);
});

test("what strangers wrote is text on the page", () => {
  const hostile = `<img src=x onerror="alert(1)">`;
  const page = htmlReport(withRows(recoveryRow({ cause: hostile as "reset", failure: hostile }), neverBack()));
  assert.doesNotMatch(page, /<img/);
});

test("a run in which no connection was lost says nothing of recoveries", () => {
  for (const text of [closingTable(base), markdownSummary(base), htmlReport(base)]) assert.doesNotMatch(text, /lost connections|Lost connections/);
});
