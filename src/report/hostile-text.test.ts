import assert from "node:assert/strict";
import { test } from "node:test";
import { hostileRun } from "../testing/hostile-run.ts";
import { closingTable } from "./closing-table.ts";
import { contextCsv } from "./context-size.ts";
import { costCsv } from "./cost-csv.ts";
import { effortCsv } from "./effort-csv.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";
import { summaryCsv } from "./summary-csv.ts";
import { turnsCsv } from "./turns-csv.ts";

const record = hostileRun();

/** Every cell of a CSV text (RFC 4180), whatever is in it. */
function cellsOf(csv: string): string[] {
  return [...csv.matchAll(/(?:^|,|\r?\n)(?:"((?:[^"]|"")*)"|([^,"\r\n]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

for (const [name, render] of Object.entries({ turnsCsv, effortCsv, summaryCsv, costCsv, contextCsv })) {
  test(`no cell is a formula to a spreadsheet: ${name}`, () => {
    const csv = render(record);
    const cells = cellsOf(typeof csv === "string" ? csv : [...csv].join(""));
    assert.ok(cells.length > 20);
    assert.deepEqual(
      cells.filter((cell) => /^[=+@\t\r]/.test(cell) || (cell.startsWith("-") && Number.isNaN(Number(cell)))),
      [],
    );
  });
}

test("a number below zero is a number, not a text", () => {
  const [row] = record.turns;
  assert.ok(row);
  const csv = [
    ...turnsCsv({
      ...record,
      turns: [{ ...row, clip: "a", speechStartedUs: 0, heardStartUs: (row.speechStartUs ?? 0) - 30_000, heardEndUs: (row.speechEndUs ?? 0) - 30_000 }],
    }),
  ].join("");
  assert.ok(cellsOf(csv).includes("-30"), "vad_end_error_ms");
});

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

test("the terminal is told nothing but text, in lines of its own width", () => {
  const text = closingTable(record);
  assert.doesNotMatch(text, control);
  assert.deepEqual(
    text.split("\n").filter((line) => line.length > 120),
    [],
  );
});

test("the summary holds no control character either", () => {
  assert.doesNotMatch(markdownSummary(record), control);
});

test("the page stays small, however long the texts are, but for the scenario that it quotes", () => {
  const page = htmlReport({ ...record, scenarioYaml: "" });
  assert.ok(page.length < 400_000, `${page.length}`);
});
