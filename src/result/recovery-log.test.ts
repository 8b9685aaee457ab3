import assert from "node:assert/strict";
import { test } from "node:test";
import { recoveryRow } from "../testing/recovery-rows.ts";
import { readRecoveryLog, recoveryLine } from "./recovery-log.ts";

const rows = [recoveryRow(), recoveryRow({ n: 1, cause: "half_open", failure: 'it said "bye"\n' })];
const text = rows.map(recoveryLine).join("");

test("what is written is read back, and a run without the file has no recoveries", () => {
  assert.deepEqual(readRecoveryLog(text), { rows, droppedRows: 0 });
  assert.deepEqual(readRecoveryLog(""), { rows: [], droppedRows: 0 });
});

test("a log torn at any place loses at most its last row, and says so", () => {
  const whole = recoveryLine(rows[0] ?? recoveryRow()).length;
  for (let length = whole + 1; length < text.length - 1; length++) {
    const read = readRecoveryLog(text.slice(0, length));
    assert.deepEqual(read, { rows: rows.slice(0, 1), droppedRows: 1 }, `${length} bytes`);
  }
});

test("an edited row, and one of another version, is left out and counted", () => {
  assert.equal(readRecoveryLog(text.replace('"turnsLost":0', '"turnsLost":9')).droppedRows, 1);
  assert.equal(readRecoveryLog(recoveryLine({ ...recoveryRow(), v: 2 as 1 })).droppedRows, 1);
});
