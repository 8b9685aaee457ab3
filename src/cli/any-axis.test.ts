// Cells that differ in what is said, in what the conversation begins with and in how a turn ends, from YAML to tables.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const SCENARIO = `version: 1
name: axes
target: { provider: embedded, profile: exact, script: brief }
session: { frameMs: 100, documents: [{ tokens: 10 }] }
caller: { thinkMs: 100, turns: [{ say: yes }] }
load: { sessions: 1, startOver: 0.2s }
matrix:
  session.turnDetection: [{ type: server, silenceMs: 300 }, { type: manual }, { type: semantic, eagerness: high }]
  session.documents[0].tokens: [10, 3000]
  caller.turns[0].say: [yes, no]
thresholds: ["answered{session.turnDetection=type:manual,caller.turns[0].say=no} rate >= 100%"]
`;

let folder = "";
let rows: readonly TurnRow[] = [];
const file = (name: string): string => readFileSync(join(folder, "reports", "latest", name), "utf8");
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-axes-"));
  writeFileSync(join(folder, "axes.yaml"), SCENARIO);
  const { code, out, err } = await runEarshot(folder, ["run", "axes.yaml", "--no-canary", "--trace", "all"]);
  assert.ok(code === 0 || code === 6, err + out);
  ({ rows } = readTurnLog(file("turns.ndjson")));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("every cell says, reads and waits as its own axes have it", () => {
  assert.equal(rows.length, 12);
  for (const row of rows) {
    assert.equal(row.outcome, "answered", row.cell);
    assert.equal(row.clip, /say=(\w+)$/.exec(row.cell)?.[1]);
    assert.equal((row.contextTokens ?? 0) > 2_500, row.cell.includes("tokens=3000"), `${row.cell}: ${row.contextTokens} tokens`);
    assert.equal(row.speechStoppedUs === undefined, row.cell.includes("type:manual"), row.cell);
  }
});

test("tables, thresholds and comparisons call cells by their short names", async () => {
  const { cells, thresholds } = JSON.parse(file("run.json")) as RunResult;
  assert.deepEqual(cells[0]?.axes, { "session.turnDetection": "type:server silenceMs:300", "session.documents[0].tokens": 10, "caller.turns[0].say": "yes" });
  assert.deepEqual(
    thresholds.map(({ cell, passed }) => [cell.endsWith("say=no") && cell.includes("type:manual"), passed]),
    [
      [true, true],
      [true, true],
    ],
  );
  assert.match(file("summary.csv"), /session\.turn_detection,session\.documents\[0\]\.tokens,caller\.turns\[0\]\.say/);
  assert.match(file("summary.md"), /turnDetection type:server silenceMs:300, tokens 10, say yes/);
  assert.match(file("summary.md"), /turnDetection type:semantic eagerness:high, tokens 10, say yes/);
  const words = ["compare", "reports/latest", "--by", "session.turnDetection", "--base", "type:manual"];
  const { code, out, err } = await runEarshot(folder, words);
  assert.ok(code !== 2 && code !== 1, err + out);
  assert.match(out, /type:server silenceMs:300/);
  assert.match(out, /type:semantic eagerness:high/);
});
