// `earshot check` as a user has it, and what later runs on the machine make of it. Frames of 100 ms keep it honest on a busy
// machine; how exact it is, is not tested here.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkedMetrics, type CheckResult } from "../result/check-result.ts";
import type { RunResult } from "../result/run-result.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-check-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const checks = join(folder, "reports", "check");
const SCENARIO = `
version: 1
name: short
target: { provider: embedded, profile: exact, script: crm }
session: { frameMs: 100 }
caller: { thinkMs: 100, turns: [{ say: yes }] }
load: { sessions: 2, startOver: 0.2s }
`;

test("wrong levels, seconds and frames are told together, and nothing is started", async () => {
  const { code, err } = await runEarshot(folder, ["check", "--levels", "1,many", "--seconds", "0", "--frame-ms", "5", "--network", "lte"]);
  assert.equal(code, 2);
  for (const flag of ["--levels", "--seconds", "--frame-ms", "--network"]) assert.match(err, new RegExp(`${flag}: must be`));
  assert.ok(!existsSync(join(folder, "reports")));
});

test("Ctrl-C ends a check behind a network: the levels that were finished are kept, its delay is no error", async () => {
  let isSent = false;
  const words = ["check", "--levels", "1,2,3", "--seconds", "1", "--frame-ms", "100", "--network", "delay:50ms", "--out", "cut"];
  const { code, out, err } = await runEarshot(folder, words, (text, child) => {
    // The second level has begun.
    if (isSent || (text.match(/^callers-\d+: .* {2}\S+$/gm)?.length ?? 0) < 2) return;
    isSent = true;
    child.kill("SIGINT");
  });
  assert.equal(code, 130, err + out);
  assert.match(err, /SIGINT: the level of 2 callers is not finished and counts for nothing/);
  assert.match(out, /It ended early, at 2 callers: what was measured before that counts\./);
  const [id = ""] = readdirSync(join(folder, "cut", "check"));
  const { levels, network, cutAtCallers } = JSON.parse(readFileSync(join(folder, "cut", "check", id, "check.json"), "utf8")) as CheckResult;
  assert.deepEqual([levels.map(({ callers }) => callers), network, cutAtCallers], [[1], "delay:50ms", 2]);
  // A machine that is busy adds to the error; the network's 100 ms there and back would be far beyond that.
  for (const metric of checkedMetrics) assert.ok((levels[0]?.errors[metric].signedMin ?? NaN) < 60, JSON.stringify(levels[0]?.errors));
});

test("a check measures every metric at each level and is kept; later runs show it, and it refuses what they can't tell", async () => {
  const { code, out, err } = await runEarshot(folder, ["check", "--levels", "1,2", "--seconds", "1", "--frame-ms", "100"]);
  const [id = ""] = readdirSync(checks);
  assert.deepEqual(readdirSync(join(checks, id)).toSorted(), ["check.json", "check.md", "levels"]);
  const check = JSON.parse(readFileSync(join(checks, id, "check.json"), "utf8")) as CheckResult;
  // Whether this machine is quiet enough to be honest today is not for a test to say; that the answer and the code agree is.
  assert.equal(code, check.honestCallers > 0 ? 0 : 6, err + out);
  assert.match(out, check.honestCallers > 0 ? /This machine drives [12] callers? honestly, with frames of 100 ms/ : /No level was honest/);
  assert.deepEqual(
    check.levels.map(({ callers, turns, answered }) => [callers, turns, answered]),
    [
      [1, 3, 3],
      [2, 6, 6],
    ],
  );
  for (const { callers, errors, run } of check.levels) {
    const counts = checkedMetrics.map((metric) => [errors[metric].count, errors[metric].unmatched]);
    assert.deepEqual(
      counts,
      [2, 2, 2, 1, 1].map((each) => [each * callers, 0]),
    );
    assert.ok(existsSync(join(checks, id, run, "truth.ndjson")), run);
  }
  // The runs of its levels are no runs of the user's.
  assert.ok(!existsSync(join(folder, "reports", "latest")));

  writeFileSync(join(folder, "short.yaml"), SCENARIO);
  const finished = await runEarshot(folder, ["run", "short.yaml"]);
  assert.match(finished.out, /^check +error at most [\d.]+ ms over 4 turns at 2 callers.*, (just now|\d+ min ago)$/m);
  const { check: kept } = JSON.parse(readFileSync(join(folder, "reports", "latest", "run.json"), "utf8")) as RunResult;
  assert.deepEqual([kept?.checkId, kept?.askedCallers, kept?.honestCallers], [id, 2, check.honestCallers]);

  const refused = await runEarshot(folder, ["run", "short.yaml", "--threshold", "voice_to_voice p50 < 0.001ms"]);
  assert.equal(refused.code, 2, refused.err);
  assert.match(refused.err, new RegExp(`"voice_to_voice p50 < 0.001ms": check ${id} found earshot up to`));
});
