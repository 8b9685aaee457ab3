// Asking a run that was made which setting to take.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packagePath } from "../core/package-files.ts";
import { runEarshot } from "../testing/earshot-process.ts";

let folder = "";
const contents = (): readonly (readonly [string, string])[] =>
  readdirSync(join(folder, "run")).map((name) => [name, readFileSync(join(folder, "run", name), "utf8")]);
const file = (name: string): string => readFileSync(join(folder, "run", name), "utf8");

before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-objective-"));
  cpSync(packagePath("reports", "example"), join(folder, "run"), { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("objectives that can't be judged are told all at once, and nothing is written", async () => {
  const before = contents();
  const { code, err } = await runEarshot(folder, ["report", "run", "--objective", "voice p90 < 1s", "--objective", "answered rate >= 0.9"]);
  assert.equal(code, 2);
  assert.match(err, /2 things are wrong; nothing was started and nothing was written/);
  assert.match(err, /--objective: "voice p90 < 1s": no metric is called voice/);
  assert.match(err, /--objective: "answered rate >= 0.9": how sure that is can't be told/);
  assert.deepEqual(contents(), before);
});

test("the terminal, the page, the summary and effort.csv name the cheapest setting that meets it for sure", async () => {
  const run = file("run.json");
  const { code, out, err } = await runEarshot(folder, ["report", "run", "--objective", "voice_to_voice p50 < 3s"]);
  assert.equal(code, 0, err);
  assert.match(out, /^objective +voice_to_voice p50 < 3s: the cheapest that meets it with 95 % confidence is low: p50 [\d,]+ ms/m);
  assert.match(file("summary.md"), /- \*\*objective\*\* voice\\?_to\\?_voice p50 .* the cheapest that meets it/);
  assert.match(file("report.html"), /<dt>objective<\/dt>\s*<dd class="good">low</);
  const [header = "", ...lines] = file("effort.csv").trimEnd().split("\n");
  const column = header.split(",").indexOf("meets_objective");
  assert.deepEqual(
    lines.map((line) => line.split(",")[column]),
    ["yes", "yes"],
  );
  assert.equal(file("run.json"), run, "what is asked of a run is no part of it");
});

test("a copy for strangers has the answer too", async () => {
  const { code, err } = await runEarshot(folder, ["report", "run", "--objective", "voice_to_voice p50 < 3s", "--share", "shared"]);
  assert.equal(code, 0, err);
  assert.match(readFileSync(join(folder, "shared", "summary.md"), "utf8"), /- \*\*objective\*\* .* the cheapest that meets it/);
});
