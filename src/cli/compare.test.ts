import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packagePath } from "../core/package-files.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-compare-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const example = packagePath("reports/example");

test("a run is kept as a baseline, and compared with itself by it nothing is slower", async () => {
  const file = join(folder, "baseline.json");
  const saved = await runEarshot(folder, ["compare", example, "--save", file]);
  assert.equal(saved.code, 0, saved.err);
  assert.match(saved.out, /1 run, \d+ KiB; with 3 or more, compare can tell drift from a change/);
  assert.ok(readFileSync(file).length < 64 * 1_024);
  const compared = await runEarshot(folder, ["compare", file, example]);
  assert.equal(compared.code, 0, compared.err);
  assert.match(compared.out, /^(OK|INCONCLUSIVE)/);
  assert.match(compared.out, /effort=low: /);
});

test("three runs against three are told from drift by how far they lie apart", async () => {
  const { code, out } = await runEarshot(folder, ["compare", [example, example, example].join(","), example, example, example]);
  assert.equal(code, 0);
  assert.match(out, /3 runs against 3: runs are resampled/);
  assert.match(out, /certain at 95 %\n/);
});

test("what is no baseline and no run is refused with exit 2 and what to do", async () => {
  const lost = await runEarshot(folder, ["compare", "nowhere.json", example]);
  assert.equal(lost.code, 2);
  assert.match(lost.err, /nowhere\.json/);
});

test("a plan says how many callers a gate needs, and where the spread is from", async () => {
  const assumed = await runEarshot(folder, ["plan", "quickstart", "--detect", "10%"]);
  assert.equal(assumed.code, 0, assumed.err);
  assert.match(assumed.out, /To gate on 10 %.* Spread assumed: .*--like RUN takes yours/);
  assert.match(assumed.out, /p90 +\d+ +\$\d/);
  const seen = await runEarshot(folder, ["plan", "quickstart", "--detect", "20%", "--like", example, "--json"]);
  const { detection } = JSON.parse(seen.out) as {
    readonly detection: { readonly changePct: number; readonly rows: readonly { readonly interleaved: number }[] };
  };
  assert.equal(detection.changePct, 20);
  assert.ok(detection.rows.length === 4 && detection.rows.every(({ interleaved }) => interleaved > 1));
});

test("a change that is no share is refused", async () => {
  const { code, err } = await runEarshot(folder, ["plan", "quickstart", "--detect", "fast"]);
  assert.equal(code, 2);
  assert.match(err, /--detect: must be a share from 1% to 200%/);
});
