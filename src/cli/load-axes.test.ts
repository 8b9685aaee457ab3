// Cells that differ in their load, from YAML and flags to the tables: one after the other, each with its own calls.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot, type Finished } from "../testing/earshot-process.ts";

const RATES = `version: 1
name: rates
target: { provider: embedded, profile: exact, script: brief }
session: { frameMs: 100 }
caller: { thinkMs: 100, turns: [{ say: yes }] }
load: { model: open, duration: 1s }
matrix: { load.arrivals.constant.ratePerS: [1, 3] }
thresholds:
  - "answered{load.arrivals.constant.ratePerS=3} rate >= 100%"
  - "voice_to_voice{load.arrivals.constant.ratePerS=1} max < 1ms"
`;
const CALLS = RATES.replace("rates", "calls").replace(/load: .*\nmatrix: .*\nthresholds:[^]*/, "load: { sessions: 1, startOver: 0 }\n");

let folder = "";
let finished: Finished;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-load-axes-"));
  writeFileSync(join(folder, "rates.yaml"), RATES);
  writeFileSync(join(folder, "calls.yaml"), CALLS);
  finished = await runEarshot(folder, ["run", "rates.yaml", "--no-canary", "--out", "rates"]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const read = (root: string, name: string): string => readFileSync(join(folder, root, "latest", name), "utf8");
const rowsOf = (root: string): readonly TurnRow[] => readTurnLog(read(root, "turns.ndjson")).rows;
const rate = (perS: number): string => `load.arrivals.constant.ratePerS=${perS}`;

test("each rate has its calls, and begins once the one before it has ended", () => {
  const rows = rowsOf("rates");
  const byCell = Map.groupBy(rows, ({ cell }) => cell);
  assert.deepEqual(
    [...byCell].map(([cell, { length }]) => [cell, length]),
    [
      [rate(1), 1],
      [rate(3), 3],
    ],
    finished.err + finished.out,
  );
  const endUs = Math.max(...(byCell.get(rate(1)) ?? []).map((row) => row.playoutEndUs ?? 0));
  const startUs = Math.min(...(byCell.get(rate(3)) ?? []).map((row) => row.plannedUs ?? 0));
  assert.ok(endUs > 0 && startUs > endUs, `${startUs} is not after ${endUs}`);
});

test("thresholds, tables and comparisons call cells by their rate", async () => {
  const result = JSON.parse(read("rates", "run.json")) as RunResult;
  assert.equal(result.plan.order, "serial");
  assert.deepEqual(
    result.thresholds.map(({ cell, passed }) => [cell, passed]),
    [
      [rate(3), true],
      [rate(1), false],
    ],
  );
  assert.ok(finished.code === 3 || finished.code === 6, `exit ${finished.code}`);
  assert.match(finished.out.replaceAll(/\s+/g, " "), /2 cells x a load of its own \(load\.arrivals\.constant\.ratePerS 1, 3\) = 4 turns/);
  assert.match(read("rates", "summary.md"), /\| ratePerS 1 \| 1 \| 1\/1 \|/);
  assert.match(read("rates", "summary.csv"), /^run_id,cell,load\.arrivals\.constant\.rate_per_s,/);
  assert.match(read("rates", "effort.csv"), /,load\.arrivals\.constant\.ratePerS=3,embedded,/);
  assert.match(read("rates", "report.html"), /one after another/);
  const { out, err, code } = await runEarshot(folder, ["compare", "rates/latest", "--by", "load.arrivals.constant.ratePerS", "--base", "1"]);
  assert.ok(code !== 1 && code !== 2, err);
  assert.match(out, /ratePerS/);
});

test("the plan has a line for each load, of flags too, and what one load can't be is told before", async () => {
  const { out, code, err } = await runEarshot(folder, ["plan", "calls.yaml", "--calls", "1,2", "--set", "load.concurrency=1,3"]);
  assert.equal(code, 0, err);
  assert.match(out, /6 calls, 6 turns/);
  assert.deepEqual(
    [...out.matchAll(/^(load\.calls=\d,load\.concurrency=\d) +(\d)/gm)].map(([, cell, calls]) => [cell, calls]),
    [
      ["load.calls=1,load.concurrency=1", "1"],
      ["load.calls=1,load.concurrency=3", "1"],
      ["load.calls=2,load.concurrency=1", "2"],
      ["load.calls=2,load.concurrency=3", "2"],
    ],
  );
  const never = RATES.replace("constant.ratePerS: [1, 3]", "ramp.toPerS: [0.001, 3]").replace(
    "duration: 1s",
    "duration: 1s, arrivals: {ramp: {fromPerS: 0, toPerS: 1, over: 1s}}",
  );
  writeFileSync(join(folder, "never.yaml"), never.replace(/thresholds:[^]*/, ""));
  const told = await runEarshot(folder, ["plan", "never.yaml"]);
  assert.match(told.err, /never\.yaml:7:\d+ matrix\.load\.arrivals\.ramp\.toPerS: bring no call in that time in load\.arrivals\.ramp\.toPerS=0\.001/);
});

test("a run over loads that its budget stopped is resumed: every call is made whole once", async () => {
  const words = ["--calls", "1,3", "--no-canary", "--out", "calls"];
  const stopped = await runEarshot(folder, ["run", "calls.yaml", ...words, "--budget-tokens", "1750"]);
  assert.equal(stopped.code, 7, stopped.err + stopped.out);
  const answered = (): string[] => rowsOf("calls").flatMap(({ cell, call, outcome }) => (outcome === "answered" ? [`${cell}/${call}`] : []));
  const before = answered();
  const { code, err } = await runEarshot(folder, ["run", "--resume", "calls/latest", "--budget-tokens", "100000", "--no-canary", "--out", "calls"]);
  assert.ok(code === 0 || code === 6, err);
  assert.ok(before.length > 0 && before.length < 4, `${before.length} before`);
  assert.deepEqual([...before, ...answered()].toSorted(), ["load.calls=1/0", "load.calls=3/0", "load.calls=3/1", "load.calls=3/2"]);
});

test("parts of a plan are parts of one load, and a plan of several is not divided", async () => {
  const { code, err } = await runEarshot(folder, ["run", "rates.yaml", "--segment", "1/2"]);
  assert.equal(code, 2);
  assert.match(err, /divides one load, and this plan has 2, one after the other/);
});
