// Every kind of load as a user has it: from YAML and flags to rows, through the real target. Frames of 100 ms, as in
// end-to-end.test.ts: what is tested is that everything planned is accounted for, not speed.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot, type Finished } from "../testing/earshot-process.ts";
import { assertPublished } from "../testing/published-schema.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-load-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ran extends Finished {
  readonly result: RunResult;
  readonly rows: readonly TurnRow[];
}

const read = (place: string): Pick<Ran, "result" | "rows"> => ({
  result: JSON.parse(readFileSync(join(folder, place, "run.json"), "utf8")) as RunResult,
  rows: readTurnLog(readFileSync(join(folder, place, "turns.ndjson"), "utf8")).rows,
});

async function ran(name: string, yaml: string, words: readonly string[] = []): Promise<Ran> {
  const head = `version: 1\nname: ${name}\ntarget: { provider: embedded, profile: exact, script: brief }\nsession: { frameMs: 100 }\n`;
  writeFileSync(join(folder, `${name}.yaml`), head + yaml);
  const finished = await runEarshot(folder, ["run", `${name}.yaml`, "--no-canary", ...words]);
  assertPublished(join(folder, "reports/latest"));
  return { ...finished, ...read("reports/latest") };
}

const reconciles = ({ result }: Pick<Ran, "result">): void =>
  assert.equal(
    result.validity.doubts.find((doubt) => doubt.code === "not_reconciled"),
    undefined,
  );
const sumOf = (result: RunResult, of: (cell: RunResult["cells"][number]) => number): number => result.cells.reduce((sum, cell) => sum + of(cell), 0);

const OPEN = `caller: { thinkMs: 100, turns: [{ say: yes }] }
load: { model: open, arrivals: { constant: { ratePerS: 4 } }, duration: 2s, maxSessions: 3, warmUp: { calls: 1 } }
`;

test("an open load: calls come at their instants, one too many is dropped, and every call has its outcome", async () => {
  const open = await ran("open", OPEN, ["--threshold", "cost per call < $5", "--threshold", "answered rate >= 100%"]);
  reconciles(open);
  const { outcomes, warmUpTurns, turnsPlanned } = open.result.cells[0] ?? assert.fail("no cell");
  assert.deepEqual([outcomes.answered, outcomes.dropped, warmUpTurns, turnsPlanned], [2, 5, 1, 7]);
  assert.deepEqual(
    open.result.thresholds.map((threshold) => threshold.passed),
    [true, true],
  );
  assert.equal(open.rows.filter((row) => row.warmUp).length, 1);
  assert.match(open.rows.find((row) => row.outcome === "dropped")?.failure ?? "", /maxSessions allows \(3\)/);
  const [first, second] = open.result.calls.map((call) => call.plannedUs).toSorted((a, b) => a - b);
  assert.equal((second ?? 0) - (first ?? 0), 250_000);
  assert.match(open.out, /7 planned = 2 answered \+ 5 dropped; before that 1 to warm up, in no figure/);
  const refused = await runEarshot(folder, ["run", "open.yaml", "--sessions", "3"]);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /--sessions load.sessions: goes with model: closed/);
});

test("stages with callers who call again: rows tell their stage, leavers leave, and the plan reconciles", async () => {
  const staged = await ran(
    "staged",
    "caller: { thinkMs: 100, repeat: call, turns: [{ say: yes }] }\nload: { stages: [{ sessions: 1, for: 3s }, { sessions: 3, for: 3s }, { sessions: 1, for: 3s }], startOver: 0.2s }\n",
  );
  reconciles(staged);
  assert.deepEqual(
    [...new Set(staged.rows.map((row) => row.stage))].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    [1, 2, 3],
  );
  assert.deepEqual([...new Set(staged.rows.filter((row) => row.stage === 3).map((row) => row.session))], [0]);
  assert.ok(staged.result.calls.some((call) => call.call > 0));
  assert.match(staged.out, /stages of 1 caller for 3 s, 3 callers for 3 s, 1 caller for 3 s/);
});

test("warm connections, a warm-up caller, cells one after the other and all of it twice", async () => {
  const pooled = await ran(
    "pooled",
    "caller: { thinkMs: 100, pool: { size: 2 }, turns: [{ say: yes }] }\nload: { sessions: 2, warmUp: { sessions: 1 }, order: serial, startOver: 0.2s }\n",
    ["--effort", "low,high", "--repeat", "2"],
  );
  reconciles(pooled);
  assert.deepEqual([sumOf(pooled.result, (cell) => cell.turnsPlanned), sumOf(pooled.result, (cell) => cell.warmUpTurns ?? 0)], [8, 4]);
  assert.equal(
    sumOf(pooled.result, (cell) => cell.outcomes.answered),
    8,
  );
  assert.deepEqual([...new Set(pooled.rows.map((row) => row.repeat))], [1, 2]);
  const warm = pooled.result.calls.filter((call) => call.pooled);
  assert.equal(
    sumOf(pooled.result, (cell) => cell.pooledCalls ?? 0),
    warm.filter((call) => !call.warmUp).length,
  );
  assert.ok(warm.length >= 8, `${warm.length} of 12 calls had a warm connection`);
  assert.ok(warm.every((call) => (call.updatedUs ?? 0) <= call.plannedUs));
});

test("a threshold that is missed for sure ends the run, which drains, reports and says why", async () => {
  const aborted = await ran(
    "aborted",
    `caller: { thinkMs: 100, turns: [{ say: yes }] }\nload: { sessions: 3, duration: 50s, startOver: 0.2s }
tags: { region: eu }\nthresholds: [{ threshold: "voice_to_voice{region=eu} max < 100ms", abortOnFail: { after: 2s } }]\n`,
  );
  reconciles(aborted);
  assert.deepEqual([aborted.result.end.type, aborted.result.thresholds[0]?.passed], ["interrupted", false]);
  assert.ok(aborted.result.durationMs < 30_000, `${aborted.result.durationMs} ms`);
  assert.ok(aborted.code === 3 || aborted.result.validity.verdict === "invalid", `exit ${aborted.code}`);
  assert.match(aborted.result.end.reason ?? "", /was missed for sure after \d+ s/);
});

test("two parts of a plan, started for the same instant and merged, are the plan; anything else is refused", async () => {
  writeFileSync(join(folder, "whole.yaml"), readFileSync(join(folder, "open.yaml"), "utf8").replace("name: open", "name: whole"));
  const startAt = Math.ceil(performance.timeOrigin + performance.now() + 5_000);
  const part = (k: number): Promise<Finished> =>
    runEarshot(folder, ["run", "whole.yaml", "--set", "load.maxSessions=20", "--segment", `${k}/2`, "--start-at", String(startAt), "--no-canary"]);
  const parts = await Promise.all([part(1), part(2)]);
  assert.ok(
    parts.every(({ code }) => code === 0 || code === 6),
    parts.map(({ err }) => err).join("\n"),
  );
  const runs = readdirSync(join(folder, "reports", "whole")).map((id) => join("reports", "whole", id));
  const merged = await runEarshot(folder, ["merge", ...runs, "--out", "merged"]);
  assert.ok(merged.code === 0 || merged.code === 6, merged.err);
  const { result, rows } = read("merged/latest");
  reconciles({ result });
  assert.deepEqual([result.plan.turnsPlanned, result.cells[0]?.outcomes.answered, result.instrument.truthError?.unmatched], [7, 7, 0]);
  assert.equal(rows.length, 8);
  assert.deepEqual(
    result.calls.map((call) => call.plannedUs).toSorted((a, b) => a - b),
    Array.from({ length: 8 }, (_, call) => call * 250_000),
  );
  assert.equal(result.instrument.lateness.count, result.instrument.framesSent);
  const missing = await runEarshot(folder, ["merge", runs[0] ?? ""]);
  assert.deepEqual([missing.code, /part \d of 2 is missing/.test(missing.err)], [2, true]);
  const twice = await runEarshot(folder, ["merge", ...runs, runs[0] ?? ""]);
  assert.match(twice.err, /is part \d\/2, and so is/);
  const none = await runEarshot(folder, ["merge", "reports/latest", "merged/latest"]);
  assert.match(none.err, /merged\/latest: is a whole run, and no part of one/);
});
