import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunRecord } from "../result/run-result.ts";
import { recoveryRow } from "../testing/recovery-rows.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { htmlReport } from "./html/page.ts";
import { markdownSummary } from "./markdown.ts";
import type { TextTable } from "./text-table.ts";
import { networkCsv, networkTables } from "./networks.ts";

const cell = { effort: "low", frameMs: 20, network: "none", thinkMs: 790, sigma: 0.3 };
const plain = syntheticRun({ sessions: 20, cells: [cell] });
/** Every second caller is on a bad network, where each answer stalls once for 300 ms and would have needed a buffer of 400 ms. */
const shared: RunRecord = {
  ...plain,
  turns: plain.turns.map((row) =>
    row.session % 2 === 0
      ? { ...row, stalls: 0, minStartBufferUs: 10_000 }
      : { ...row, network: "loss:2%", stalls: 1, stalledUs: 300_000, longestStallUs: 300_000, minStartBufferUs: 400_000 + row.session * 1_000 },
  ),
  recoveries: [recoveryRow({ cell: plain.result.cells[0]?.id ?? "", session: 3 }), recoveryRow({ cell: plain.result.cells[0]?.id ?? "", session: 4 })],
};

/** Both tables as one. */
function joined(record: RunRecord): TextTable {
  const [waited, heard] = networkTables(record) ?? [];
  assert.ok(waited && heard);
  return { columns: [...waited.columns, ...heard.columns.slice(1)], rows: waited.rows.map((row, index) => [...row, ...(heard.rows[index]?.slice(1) ?? [])]) };
}

test("callers of one cell on several networks are told apart", () => {
  const found = joined(shared);
  const of = (header: string): readonly (string | undefined)[] => found.rows.map((row) => row[found.columns.findIndex((column) => column.header === header)]);
  assert.deepEqual(of("network"), ["none", "loss:2%"]);
  assert.deepEqual(of("turns"), ["20", "20"]);
  assert.deepEqual(of("clean answers"), ["100 %", "0 %"]);
  assert.deepEqual(of("stalled in all"), ["0", "6,000"]);
  assert.deepEqual(of("longest stall"), ["–", "300"]);
  assert.deepEqual(of("buffer for all"), ["10", "419"]);
  assert.deepEqual(of("buffer for 95 %"), [undefined, undefined], "twenty answers are too few for a p95");
  assert.deepEqual(of("lost connections"), ["1", "1"]);
});

test("with two hundred answers the buffer that spares 95 % of them is shown", () => {
  const many = syntheticRun({ sessions: 100, cells: [{ ...cell, network: "jitter:20ms" }] });
  const turns = many.turns.map((row, index) => ({ ...row, stalls: 0, minStartBufferUs: index * 1_000 }));
  const found = joined({ ...many, turns });
  assert.equal(found.rows[0]?.[found.columns.findIndex(({ header }) => header === "buffer for 95 %")], "189");
});

test("a run on the plain network alone has no such table, and its CSV one row", () => {
  assert.equal(networkTables(plain), undefined);
  assert.equal(networkCsv(plain).trim().split("\n").length, 2);
  assert.doesNotMatch(markdownSummary(plain) + htmlReport(plain), /By network/);
  assert.match(markdownSummary(shared), /## By network/);
  assert.match(htmlReport(shared), /<h2>By network<\/h2>/);
});

test("network.csv has every network, and every cell with it where there are several", () => {
  const cells = [cell, { ...cell, effort: "high" }].flatMap((one) => [one, { ...one, frameMs: 40, network: "delay:80ms" }]);
  const lines = networkCsv(syntheticRun({ sessions: 4, cells }))
    .trim()
    .split("\n");
  assert.deepEqual(
    lines.slice(1, 3).map((line) => line.split(",").slice(1, 4)),
    [
      ["none", "", "16"],
      ["delay:80ms", "", "16"],
    ],
  );
  assert.equal(lines.length, 1 + 2 + 4);
});
