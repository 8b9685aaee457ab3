// kill -9 in the middle of a run: every turn whose row was written is in the report, which says that the run was cut, and
// when. `npm run test:long` kills twenty times at seeded moments, `npm test` twice.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decodeWav } from "../audio/wav.ts";
import { stream } from "../core/random.ts";
import { readJournal } from "../cost/budget-journal.ts";
import type { RunResult } from "../result/run-result.ts";
import { readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const kills = Number(process.env["EARSHOT_KILLS"] ?? 2);
const seed = Number(process.env["EARSHOT_SEED"] ?? 1);
const folder = mkdtempSync(join(tmpdir(), "earshot-kill-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const SCENARIO = `
version: 1
name: killed
target: { provider: embedded, profile: exact, script: crm }
session: { frameMs: 100 }
caller: { thinkMs: 100, turns: [{ say: yes }, { say: no }] }
load: LOAD
budget: { usd: 500 }
`;
/** Every other run is one by time, whose number of turns nobody knows before. */
const loads = ["{ sessions: 12, calls: 20, startOver: 2s }", "{ sessions: 12, duration: 60s, startOver: 2s }"];

const latest = (name: string): string => readFileSync(join(folder, "reports", "latest", name), "utf8");
const rowsWritten = (): number => readTurnLog(latest("turns.ndjson")).rows.length;

for (let kill = 0; kill < kills; kill++) {
  const random = stream(seed, "kill", kill);
  const turns = 1 + random.integer(60);
  const threads = 1 + random.integer(3);

  test(`kill ${kill + 1} of ${kills} (seed ${seed}): once ${turns} turns were written by ${threads} threads, all are reported`, async () => {
    let acknowledged = 0;
    let path = "";
    writeFileSync(join(folder, "killed.yaml"), SCENARIO.replace("LOAD", loads[kill % loads.length] as string));
    let watching: NodeJS.Timeout | undefined;
    const finished = await runEarshot(folder, ["run", "killed.yaml", "--threads", String(threads), "--keep-audio", "worst:9"], (text, child) => {
      path ||= /^killed: .* {2}(\S+)$/m.exec(text)?.[1] ?? "";
      if (path === "" || watching) return;
      watching = setInterval(() => {
        const written = readTurnLog(readFileSync(join(folder, path, "turns.ndjson"), "utf8")).rows.length;
        if (written < turns) return;
        acknowledged = written;
        child.kill("SIGKILL");
      }, 5);
    });
    clearInterval(watching);
    assert.equal(finished.signal, "SIGKILL", finished.err);

    const left = rowsWritten();
    assert.ok(left >= acknowledged && acknowledged >= turns, `${acknowledged} rows were there before the kill, ${left} after it`);
    const { code, out } = await runEarshot(folder, ["report", "reports/latest"]);
    assert.equal(code, 0);
    assert.match(out, /killed|no end was written/);
    const { end, cells, plan, validity, budget, audio } = JSON.parse(latest("run.json")) as RunResult;
    assert.equal(end.type, "killed");
    assert.ok(audio && audio.turns.length > 0);
    for (const { file } of audio.turns) assert.ok(decodeWav(readFileSync(join(folder, "reports", "latest", file)), file).ok, `${file} is torn`);
    assert.match(end.reason ?? "", /the last turn on record ended \d+\.\d s into the run/);
    const journal = readJournal(latest("budget.ndjson"));
    assert.ok((journal?.spent.microUsd ?? 0) > 0);
    assert.deepEqual([budget?.spent, budget?.standing, budget?.limits], [journal?.spent, journal?.standing, { microUsd: 500_000_000 }]);
    assert.match(latest("summary.md"), /^- budget \$\d+\.\d+ of \$500\.00/m);
    const reported = cells.flatMap((cell) => Object.values(cell.outcomes)).reduce((a, b) => a + b, 0);
    assert.equal(reported, left);
    if (plan.windowMs !== undefined) assert.deepEqual([plan.turnsPlanned, validity.doubts.some((doubt) => doubt.code === "not_reconciled")], [left, false]);
    assert.equal(latest("turns.csv").trim().split("\n").length, left + 1);
  });
}
