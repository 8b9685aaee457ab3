import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExpectationRow, TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { misses, pooledErrors, rightCalls, rightTurns } from "./accuracy.ts";
import { viewCells } from "./cell-view.ts";
import { closingTable } from "./closing-table.ts";
import { contextClasses, contextCsv } from "./context-size.ts";
import { effortCsv } from "./effort-csv.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";
import { turnsCsv } from "./turns-csv.ts";

const expectation = (what: ExpectationRow["what"], met: boolean): ExpectationRow => ({ what, met, why: met ? "as expected" : `wrong <${what}>` });

/** In every cell of 40 sessions: turn 0 expects a call, wrong in every fourth session; turn 1 an answer, wrong in every tenth. */
function judged(row: TurnRow): TurnRow {
  const expectations =
    row.turn === 0 ? [expectation("tool", row.session % 4 !== 0), expectation("answer", true)] : [expectation("answer", row.session % 10 !== 0)];
  const transcriptErrors =
    row.turn === 0 ? { words: 2, wordErrors: 1, characters: 8, characterErrors: 1 } : { words: 8, wordErrors: 0, characters: 32, characterErrors: 0 };
  return { ...row, expectations, transcriptErrors, contextTokens: row.turn === 0 ? 900 : 4_000 + row.session };
}
const plain = syntheticRun();
const record: RunRecord = { ...plain, turns: plain.turns.map(judged) };
const real: RunRecord = withResult(record, { cells: record.result.cells.map(({ profile: _profile, ...cell }) => ({ ...cell, provider: "compatible" })) });

test("turns are right when all was as expected, functions when they were; errors are pooled over words, not over turns", () => {
  for (const view of viewCells(record)) {
    assert.deepEqual(rightTurns(view), { met: 80 - 10 - 4, of: 80 });
    assert.deepEqual(rightCalls(view), { met: 30, of: 40 });
    assert.deepEqual(pooledErrors(view), { wer: 0.1, cer: 1 / 40, turns: 80 });
  }
});

test("what was missed most comes first, and the rest is left out", () => {
  const found = misses(viewCells(record), 5);
  assert.deepEqual(
    found.map(({ what, count }) => [what, count]),
    [...Array.from({ length: 4 }, () => ["tool", 10]), ["answer", 4]],
  );
});

test("every report that shows accuracy says so of a server that only plays mistakes, and not of a real one", () => {
  const reports = { closingTable, markdownSummary, htmlReport };
  for (const [name, render] of Object.entries(reports)) {
    assert.match(render(record), /66\/80/, name);
    assert.match(render(record), /30\/40/, name);
    assert.match(render(record), /assumed by its profile/, name);
    assert.match(render(real), /66\/80/, name);
    assert.doesNotMatch(render(real), /assumed by its profile/, name);
    assert.doesNotMatch(render(plain), /as expected|assumed by its profile|tool ok/, name);
  }
  assert.doesNotMatch(htmlReport(record), /wrong <tool>/);
});

const cellsOf = (csv: string): readonly Readonly<Record<string, string | undefined>>[] => {
  const [header = "", ...lines] = csv.trim().split("\n");
  const names = header.split(",");
  return lines.map((line) =>
    Object.fromEntries(
      line
        .split(",")
        .slice(-names.length)
        .map((value, index) => [names[index], value]),
    ),
  );
};

test("the shares are in effort.csv with their origin, and empty where nothing was expected", () => {
  const columns = ["accuracy_share", "tool_correct_share", "wer", "accuracy_origin"] as const;
  const shown = (run: RunRecord): readonly unknown[] => {
    const header = effortCsv(run).split("\n")[0]?.split(",") ?? [];
    const row =
      effortCsv(run)
        .split("\n")[1]
        ?.replaceAll(/"[^"]*"/g, "quoted")
        .split(",") ?? [];
    return columns.map((name) => row[header.indexOf(name)]);
  };
  assert.deepEqual(shown(record), ["0.825", "0.75", "0.1", "assumed"]);
  assert.deepEqual(shown(real), ["0.825", "0.75", "0.1", "measured"]);
  assert.deepEqual(shown(plain), ["", "", "", ""]);
});

test("turns.csv has each turn's expectations and error rates", () => {
  const csv = [...turnsCsv(record)].join("");
  assert.match(csv.split("\n")[0] ?? "", /,expectations_met,expectations_missed,expectations,wer,cer,/);
  assert.match(csv.split("\n")[1] ?? "", /,1,1,tool missed: wrong <tool>; answer met: as expected,0\.5,0\.125,/);
});

test("latency and money by context size: each turn in one class, each class twice the one before", () => {
  const classes = contextClasses(record).filter(({ view }) => view === viewCells(record)[0]);
  assert.deepEqual(
    classes.map(({ fromTokens, belowTokens, turns, firstTurn, lastTurn }) => [fromTokens, belowTokens, turns, firstTurn, lastTurn]),
    [
      [0, 1_000, 40, 0, 0],
      [4_000, 8_000, 40, 1, 1],
    ],
  );
  const [small, large] = classes;
  assert.ok((small?.cachedShare ?? 1) < (large?.cachedShare ?? 0));
  assert.ok(small?.p50?.value !== undefined && small.p90 === undefined && small.usdPerTurn !== undefined);
  assert.match(htmlReport(record), /As the conversation grows/);
  assert.doesNotMatch(htmlReport(plain), /As the conversation grows/);
  const lines = contextCsv(record).trim().split("\n").slice(1);
  const by = (what: string): number => lines.filter((line) => line.startsWith(`${what},`)).length;
  assert.deepEqual([by("context"), by("turn"), lines.length], [8, 8, 16]);
  assert.equal(cellsOf(contextCsv(plain)).length, 0);
});
