// Scenarios as files, from the command line to the run: one rests upon another, the environment fills it in, and what is
// wrong with several is told at once.

import assert from "node:assert/strict";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunResult } from "../result/run-result.ts";
import { runEarshot } from "../testing/earshot-process.ts";

let folder = "";
const secret = "sk-test-0123456789abcdef";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-files-"));
  mkdirSync(join(folder, "shared"));
  process.env["EARSHOT_TEST_SECRET"] = secret;
  process.env["EARSHOT_TEST_SESSIONS"] = "1";
});
after(() => {
  delete process.env["EARSHOT_TEST_SECRET"];
  delete process.env["EARSHOT_TEST_SESSIONS"];
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test("a scenario that extends another runs, and what the environment gave it is in none of its files", async () => {
  write(
    "shared/base.yaml",
    `extends: quickstart
target: { profile: exact, script: brief }
session:
  frameMs: 100
  instructions: "Your password is \${env:EARSHOT_TEST_SECRET}."
  tools: [{ name: a, description: "\${env:EARSHOT_TEST_SECRET}", answers: { value: "\${env:EARSHOT_TEST_SECRET}" } }]
caller: { thinkMs: 50, turns: [{ say: yes }] }
load: { concurrency: 2, startOver: 0 }
`,
  );
  write(
    "mine.yaml",
    'extends: ./shared/base.yaml\nname: mine\nload: { sessions: "${env:EARSHOT_TEST_SESSIONS}" }\nmatrix: { effort: [low, xhigh] }\ntags: { n: 1 }\n',
  );
  const { code, err, out } = await runEarshot(folder, ["run", "mine.yaml", "--trace", "all", "--no-canary"]);
  assert.equal(code, 0, err + out);
  const files = globSync("reports/mine/*/**", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length >= 12, `saw ${files.length} files`);
  for (const file of files) {
    assert.ok(!readFileSync(join(file.parentPath, file.name), "utf8").includes(secret), `${file.name} holds what came from the environment`);
  }
  const run = JSON.parse(readFileSync(join(folder, "reports/latest/run.json"), "utf8")) as RunResult;
  assert.deepEqual(
    run.cells.map((cell) => [cell.id, cell.outcomes.answered]),
    [
      ["effort=low", 1],
      ["effort=xhigh", 1],
    ],
  );
  const again = await runEarshot(folder, ["report", "reports/latest"]);
  assert.match(again.out + again.err, /2 turns made again from 2 traces, all as they were recorded/);
});

test("what is wrong with several scenarios is told at once, each fault at its file and line", async () => {
  write("base.yaml", "version: 1\ntarget: { script: crmm }\n");
  write("one.yaml", "extends: ./base.yaml\nname: one\ncaller: { turns: [{ say: order-stats }] }\nprices: openai-2026-1\n");
  write("two.yaml", `extends: quickstart\nname: two\nload: { sesions: 2 }\n`);
  write("three.yaml", 'extends: quickstart\nname: three\nthresholds:\n  - answered rate >= 0.9\n  - "voice_to_voce p95 < 1s"\n');
  write("four.yaml", "extends: ./bse.yaml\n");
  const { code, err } = await runEarshot(folder, ["run", "one.yaml", "two.yaml", "three.yaml", "four.yaml", "quickstat", "--effort", "lwo"]);
  assert.equal(code, 2);
  assert.deepEqual(
    err
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim()),
    [
      '--effort session.effort: must be one of minimal, low, medium, high, xhigh, dynamic, not "lwo"; did you mean low?',
      "two.yaml:3:9 load.sesions: is not a field here; did you mean sessions?",
      "four.yaml:1:10 extends: there is no such file; did you mean base.yaml?",
      "quickstat: there is no such scenario; did you mean quickstart?",
    ],
  );
  const later = await runEarshot(folder, ["run", "one.yaml", "three.yaml"]);
  assert.deepEqual(
    later.err
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace(/ \(there are .*/, "")),
    [
      'one.yaml:3:26 caller.turns[0].say: there is no clip "order-stats"; did you mean "order-status"?',
      'base.yaml:2:19 target.script: there is no "crmm"; did you mean "crm"?',
      'one.yaml:4:9 prices: there is no price list "openai-2026-1"; did you mean "openai-2026-11"?',
      'three.yaml:5:5 thresholds[1]: "voice_to_voce p95 < 1s": no metric is called voice_to_voce; did you mean voice_to_voice?',
    ],
  );
});
