import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { recoveryRow } from "../testing/recovery-rows.ts";
import { syntheticRun } from "../testing/run-record.ts";
import type { RunHead } from "./assemble.ts";
import { recoverRun } from "./recover.ts";
import { recoveryLine } from "./recovery-log.ts";
import { runFiles } from "./run-files.ts";
import { createRunFolder, readRun } from "./store.ts";
import { turnLine } from "./turn-log.ts";

const { result, turns } = syntheticRun({ sessions: 2 });
const row = recoveryRow({ cell: result.cells[0]?.id ?? "" });

test("a stored run has its recoveries: whole, killed, torn, and from before there were any", () => {
  const root = mkdtempSync(join(tmpdir(), "earshot-recoveries-"));
  try {
    const { calls: _c, instrument: _i, validity: _v, thresholds: _t, droppedRows: _r, durationMs: _d, end: _e, ...rest } = result;
    const head: RunHead = { ...rest, cells: rest.cells.map((cell) => ({ ...cell, priceList: cell.money.priceList })) };
    const folder = createRunFolder(root, head, "version: 1\n");
    folder.write(runFiles.turns, turns.map(turnLine).join(""));
    const wholeRun = (): void => folder.write(runFiles.result, JSON.stringify(result));
    const read = () => {
      const stored = orThrow(readRun(folder.path));
      return stored.type === "whole" ? stored.record : recoverRun(stored);
    };

    folder.write(runFiles.recoveries, recoveryLine(row) + recoveryLine(row).slice(0, -9));
    const killed = read();
    assert.deepEqual([killed.recoveries, killed.result.droppedRows, killed.result.end.type], [[row], 1, "killed"]);
    assert.equal(killed.result.cells[0]?.metrics.recovered?.count, 1);

    wholeRun();
    assert.deepEqual([read().recoveries, read().result.droppedRows], [[row], 1]);

    rmSync(join(folder.path, runFiles.recoveries));
    assert.deepEqual([read().recoveries, read().result.droppedRows], [undefined, 0]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
