import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { readTurnLog, turnLine } from "./turn-log.ts";

const row = (turn: number): TurnRow => ({
  v: 1,
  run: "r",
  cell: "all",
  session: 0,
  call: 0,
  turn,
  kind: "plain",
  clip: "naïve — ü",
  frameMs: 20,
  network: "none",
  outcome: "answered",
});

test("rows come back as they were written", () => {
  const rows = [row(0), row(1)];
  assert.deepEqual(readTurnLog(rows.map(turnLine).join("")), { rows, droppedRows: 0 });
});

test("a log cut at any byte loses only the line it was cut in, and counts it", () => {
  const text = turnLine(row(0)) + turnLine(row(1));
  const first = turnLine(row(0)).length;
  for (let cut = first; cut < text.length - 1; cut++) {
    const log = readTurnLog(text.slice(0, cut));
    assert.deepEqual(log.rows, [row(0)]);
    assert.equal(log.droppedRows, cut === first ? 0 : 1);
  }
});

test("a changed digit is found", () => {
  const log = readTurnLog(turnLine(row(3)).replace('"turn":3', '"turn":4'));
  assert.deepEqual(log, { rows: [], droppedRows: 1 });
});
