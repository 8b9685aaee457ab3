// The command line as a user has it: real processes, a real target, real time. Frames of 100 ms keep the runs valid on a
// busy machine; speed is not what is tested here.

import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot, runUnhurried, type Finished } from "../testing/earshot-process.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const earshot = (words: readonly string[], onError?: (text: string, child: ChildProcess) => void): Promise<Finished> =>
  onError ? runEarshot(folder, words, onError) : runUnhurried(folder, words);

const SHORT = `
version: 1
name: short
target: { provider: embedded, profile: exact, script: crm }
session: { frameMs: 100 }
caller: { thinkMs: 100, turns: [{ say: yes }, { say: no }] }
load: { sessions: 2, concurrency: 8, startOver: 0.2s }
`;

function scenario(text: string): string {
  const path = join(folder, "short.yaml");
  writeFileSync(path, text);
  return path;
}

const latest = (name: string): string => join(folder, "reports", "latest", name);
const result = (): RunResult => JSON.parse(readFileSync(latest("run.json"), "utf8")) as RunResult;

test("a run answers every planned turn, knows its own error, and leaves every report", async () => {
  const { code, out, err } = await earshot(["run", scenario(SHORT), "--effort", "low,high", "--threshold", "answered rate >= 100%"]);
  assert.equal(code, 0, err + out);
  const run = result();
  assert.equal(run.end.type, "complete");
  assert.deepEqual(
    run.cells.map((cell) => [cell.id, cell.outcomes.answered]),
    [
      ["effort=low", 4],
      ["effort=high", 4],
    ],
  );
  assert.equal(run.instrument.truthError?.count, 8);
  assert.equal(run.instrument.truthError?.unmatched, 0);
  assert.equal(run.instrument.canary?.sessions, 1);
  assert.ok((run.instrument.canary?.count ?? 0) >= 1, "the canary had time for a turn");
  assert.match(out, /canary p50/);
  const reports = [
    "canary-truth.ndjson",
    "canary.ndjson",
    "context.csv",
    "cost.csv",
    "effort.csv",
    "junit.xml",
    "latency.hlog",
    "metrics.prom",
    "network.csv",
    "recoveries.csv",
    "report.html",
    "run.json",
    "scenario.yaml",
    "summary.csv",
    "summary.md",
    "truth.ndjson",
    "turns.csv",
    "turns.ndjson",
  ];
  assert.deepEqual(readdirSync(latest(".")).toSorted(), reports);
  assert.equal(readFileSync(latest("effort.csv"), "utf8").trim().split("\n").length, 3);
  assert.match(out, /voice-to-voice/);

  // Whatever the machine did meanwhile, a turn of the exact profile can't be faster than what the target injected.
  const { rows } = readTurnLog(readFileSync(latest("turns.ndjson"), "utf8"));
  for (const row of rows) assert.ok((row.firstAudibleUs ?? 0) - (row.speechEndUs ?? 0) >= 900_000, JSON.stringify(row));
});

test("report makes the same reports again", async () => {
  const before = readFileSync(latest("effort.csv"), "utf8");
  rmSync(latest("effort.csv"));
  assert.equal((await earshot(["report", "reports/latest"])).code, 0);
  assert.equal(readFileSync(latest("effort.csv"), "utf8"), before);
});

test("compare finds the cells of one run alike, and refuses what differs undeclared", async () => {
  const same = await earshot(["compare", "reports/latest", "--by", "effort", "--base", "low"]);
  assert.equal(same.code, 0, same.err + same.out);
  const first = join(folder, "reports", "short", result().runId);
  await earshot(["run", scenario(SHORT), "--effort", "high"]);
  const undeclared = await earshot(["compare", first, "reports/latest"]);
  assert.equal(undeclared.code, 5, undeclared.err + undeclared.out);
  assert.match(undeclared.out, /effort/);
});

test("a run by time repeats the turns until its window ends, accounts for all it began, and says so", async () => {
  const { code, out, err } = await earshot(["run", scenario(SHORT.replace("script: crm", "script: brief")), "--sessions", "3", "--duration", "8s"]);
  assert.equal(code, 0, err + out);
  assert.match(err, /turns for 8 s/);
  const { plan, cells, calls, end } = result();
  assert.equal(end.type, "complete");
  // A round of the two turns takes about nine seconds: every caller came to the second one, whatever the machine did.
  assert.ok(calls.every((call) => (call.turns ?? 0) >= 2));
  assert.equal(cells[0]?.outcomes.answered, plan.turnsPlanned);
  assert.match(out, new RegExp(`1 cell x 3 callers for 8 s = ${plan.turnsPlanned} turns`));
  assert.match(out, new RegExp(`${plan.turnsPlanned} begun in 8 s = ${plan.turnsPlanned} answered`));
});

test("a threshold that fails is exit 3, and the reports are there; without canaries they say so", async () => {
  const { code, out } = await earshot(["run", scenario(SHORT), "--no-canary", "--threshold", "voice_to_voice p50 < 100ms"]);
  assert.match(out, /no canary/);
  assert.ok(!existsSync(latest("canary.ndjson")));
  assert.match(readFileSync(latest("report.html"), "utf8"), /switched off/);
  assert.equal(code, 3, out);
  assert.ok(existsSync(latest("report.html")));
});

test("everything that is wrong is said at once, exit 2, and nothing is written", async () => {
  const empty = mkdtempSync(join(folder, "empty-"));
  const wrong = scenario(SHORT.replace("say: yes", "say: yess").replace("frameMs: 100", "frameMs: 5"));
  const { code, err } = await earshot(["run", wrong, "quickstrat", "--threshold", "voice p50 < 1s", "--out", join(empty, "reports")]);
  assert.equal(code, 2);
  assert.match(err, /short\.yaml:5:\d+ session\.frameMs/);
  assert.match(err, /did you mean quickstart/);
  assert.deepEqual(readdirSync(empty), []);
  assert.equal((await earshot(["run", "--efort", "low"])).code, 2);
  const tagged = await earshot(["run", "--tag", "team=voice", wrong, "--out", wrong]);
  assert.match(tagged.err, /reports need a folder/);
  assert.match(tagged.err, /session\.frameMs/);
  assert.equal((await earshot(["report", "nowhere"])).code, 2);
});

test("an unreachable server is exit 7 with the reason, and the run folder tells what happened", async () => {
  const unreachable = SHORT.replace(
    "{ provider: embedded, profile: exact, script: crm }",
    '{ provider: compatible, model: m, url: "ws://127.0.0.1:9/v1/realtime" }',
  );
  const { code, out, err } = await earshot(["run", scenario(unreachable)]);
  assert.equal(code, 7, err + out);
  const run = result();
  assert.equal(run.end.type, "incomplete");
  assert.match(run.end.reason ?? "", /127\.0\.0\.1:9/);
  assert.equal(run.cells[0]?.outcomes.failed, 4);
});

const LONG = SHORT.replace("say: yes", "say: long-turn").replace("sessions: 2", "sessions: 2, calls: 5");

test("Ctrl-C once lets turns finish, writes the reports and ends with 130", async () => {
  let asked = false;
  const { code, out } = await earshot(["run", scenario(SHORT.replace("sessions: 2", "sessions: 2, calls: 5"))], (err, child) => {
    if (asked || !err.includes("short:")) return;
    asked = true;
    child.kill("SIGINT");
  });
  assert.equal(code, 130, out);
  const run = result();
  assert.equal(run.end.type, "interrupted");
  assert.equal(
    run.cells.flatMap((cell) => Object.values(cell.outcomes)).reduce((a, b) => a + b, 0),
    20,
  );
  assert.ok(existsSync(latest("report.html")));
});

test("Ctrl-C twice stops at once and still leaves a readable run", async () => {
  let asked = 0;
  const { code, out } = await earshot(["run", scenario(LONG)], (err, child) => {
    if (asked === 0 && err.includes("calls ")) {
      asked = 1;
      child.kill("SIGINT");
    } else if (asked === 1 && err.includes("Once more")) {
      asked = 2;
      child.kill("SIGINT");
    }
  });
  assert.equal(code, 130, out);
  assert.equal(result().end.type, "interrupted");
});

test("a target that dies takes the run to exit 7, with its reports", async () => {
  let killed = false;
  const { code, out, err } = await earshot(["run", scenario(LONG), "--no-canary"], (text, child) => {
    if (killed || !text.includes("calls ")) return;
    killed = true;
    const [target] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
    process.kill(Number(target), "SIGKILL");
  });
  assert.equal(code, 7, err + out);
  assert.match(result().end.reason ?? "", /SIGKILL/);
  assert.equal(
    Object.values(result().cells[0]?.outcomes ?? {}).reduce((a, b) => a + b, 0),
    20,
  );
  assert.ok(existsSync(latest("report.html")));
});
