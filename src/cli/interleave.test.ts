// Two scenarios that take turns, through the command line and from a program: a delay planted in one of them is found.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { numberOf } from "../compare/bootstrap.ts";
import type { Comparison } from "../compare/comparison.ts";
import { InputError } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { interleave } from "../library/interleave.ts";
import type { RunResult } from "../result/run-result.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-interleave-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const base = {
  version: 1,
  name: "planted",
  target: { provider: "embedded", profile: "exact" },
  caller: { turns: [{ say: "goodbye" }] },
  load: { sessions: 20, startOver: "4s" },
};
writeFileSync(join(folder, "base.yaml"), JSON.stringify(base));
writeFileSync(join(folder, "head.yaml"), "extends: base.yaml\nnetwork: delay:150ms\n");
const example = packagePath("reports/example");

test("a delay of 150 ms each way in one of two scenarios is a regression, in every file that was asked for", async () => {
  const outputs = ["--json", "c.json", "--markdown", "c.md", "--html", "c.html"];
  const asked = ["--set", "caller.patienceMs=4000", "--threshold", "answered rate >= 0.9", "--threads", "2", ...outputs];
  const { code, out, err } = await runEarshot(folder, ["compare", "--interleave", "base.yaml", "head.yaml", ...asked]);
  const comparison = JSON.parse(readFileSync(join(folder, "c.json"), "utf8")) as Comparison;
  const [pair] = comparison.pairs;
  const median = pair?.quantiles.find(({ metric, p }) => metric === "voice_to_voice" && p === 0.5);
  assert.ok(median?.logRatio && numberOf(median.logRatio.low) > Math.log(1.1), `${out}${err}`);
  assert.deepEqual([comparison.design, pair?.declared], ["interleaved", ["network: none against delay:150ms"]]);
  // A machine that is busy with other tests may call its own figures invalid; then they prove nothing, and the exit code says that.
  const isValid = comparison.baseline[0]?.validity !== "invalid";
  assert.deepEqual([code, pair?.verdict], isValid ? [4, "regression"] : [6, "inconclusive"], `${out}${err}`);
  assert.match(readFileSync(join(folder, "c.md"), "utf8"), /```text\n[^`]*voice_to_voice p50 .*[├●].*\n/);
  assert.match(readFileSync(join(folder, "c.html"), "utf8"), new RegExp(`planted: ${String(pair?.verdict)}`));
  const run = JSON.parse(readFileSync(join(folder, "reports", "latest", "run.json"), "utf8")) as RunResult;
  assert.deepEqual(
    run.thresholds.map(({ text, cell, passed }) => [text, cell, passed]),
    ["arm=A", "arm=B"].map((cell) => ["answered rate >= 0.9", cell, true]),
  );
});

test("a program interleaves as the command line does, and is told what both would exit with", async () => {
  const scenario = { ...base, load: { sessions: 1 } };
  const { comparison, run, exitCode } = await interleave({
    baseline: scenario,
    candidate: { ...scenario, network: "delay:150ms" },
    thresholds: ["voice_to_voice p50 < 10ms"],
    reportsRoot: join(folder, "of-program"),
    canary: false,
  });
  assert.deepEqual(new Set(run.turns.map(({ cell, outcome }) => `${cell} ${outcome}`)), new Set(["arm=A answered", "arm=B answered"]));
  assert.equal(run.turns.length, 2);
  assert.deepEqual(
    [comparison.design, comparison.verdict, comparison.pairs[0]?.declared],
    ["interleaved", "inconclusive", ["network: none against delay:150ms"]],
  );
  assert.equal(exitCode, run.result.validity.verdict === "invalid" ? 6 : 3, "the threshold was missed");
});

test("what arms of one run must share is refused before anything starts, and so is a number of threads that is none", async () => {
  await assert.rejects(interleave({ baseline: base, candidate: { ...base, load: { sessions: 3 } }, reportsRoot: folder }), (error: unknown) => {
    assert.ok(error instanceof InputError);
    assert.match(
      error.issues.map(({ source, path, message }) => `${source} ${path} ${message}`).join(),
      /candidate load\.sessions is 3, and in baseline it is 20/,
    );
    return true;
  });
  const { code, err } = await runEarshot(folder, ["compare", "--interleave", "base.yaml", "head.yaml", "--threads", "0"]);
  assert.equal(code, 2);
  assert.match(err, /--threads: must be a whole number/);
});

test("thresholds and threads are of runs still to be made", async () => {
  const { code, err } = await runEarshot(folder, ["compare", example, example, "--threshold", "answered rate >= 1", "--threads", "2"]);
  assert.equal(code, 2);
  assert.match(err, /--threshold: goes with --interleave/);
  assert.match(err, /--threads: goes with --interleave/);
});

test("a comparison that is written as a page exits as it does without", async () => {
  const plain = await runEarshot(folder, ["compare", example, "--by", "effort", "--base", "low"]);
  const paged = await runEarshot(folder, ["compare", example, "--by", "effort", "--base", "low", "--html", "cells.html"]);
  assert.deepEqual([paged.code, paged.out], [plain.code, plain.out]);
  assert.match(readFileSync(join(folder, "cells.html"), "utf8"), /<svg/);
});
