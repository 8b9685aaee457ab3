import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { packageNames } from "../core/package-files.ts";
import { prepare } from "../load/prepare.ts";
import { parseThreshold } from "../result/threshold.ts";
import { wordsOf } from "../scenario/field-shapes.ts";
import { parseScenario } from "../scenario/parse.ts";
import { runEarshot } from "../testing/earshot-process.ts";
import { template } from "./commands/init.ts";
import { openFixtures } from "../library/places.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-init-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const providers = wordsOf(["target", "provider"]);
const env = { REALTIME_KEY: "k", OPENAI_API_KEY: "k", AZURE_OPENAI_API_KEY: "k" };

test("there is a scenario to begin with for every provider that the language knows", () => {
  assert.ok(providers.length >= 2, providers.join());
  assert.deepEqual(
    providers.filter((name) => !packageNames(["scenarios", "templates"], ".yaml").includes(name)),
    [],
  );
});

for (const provider of packageNames(["scenarios", "templates"], ".yaml")) {
  const skip = providers.includes(provider) ? false : `the language does not know the provider ${provider} yet`;
  test(`what init writes for ${provider} can be run as it is`, { skip }, async () => {
    const text = template(provider, "mine.yaml");
    assert.ok(text.ok);
    const parsed = parseScenario({ text: text.value, source: "mine.yaml", overrides: [], env });
    assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
    const { scenario } = parsed.value;
    assert.equal(scenario.target.provider, provider);
    const prepared = await prepare(scenario, await openFixtures(undefined), "mine.yaml");
    assert.ok(prepared.ok, prepared.ok ? "" : prepared.issues.map(formatIssue).join("\n"));
    for (const threshold of scenario.thresholds) assert.ok(parseThreshold(threshold, "").ok, threshold);
    assert.doesNotMatch(text.value, /\bFILE\b/);
  });
}

test("init writes the file once and leaves it alone from then on", async () => {
  const first = await runEarshot(folder, ["init"]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^earshot\.yaml written\. Next: read it, then earshot run earshot\.yaml$/m);
  const path = join(folder, "earshot.yaml");
  const text = readFileSync(path, "utf8");
  assert.match(text, /^# An editor completes and checks this after earshot schema/);
  const second = await runEarshot(folder, ["init", "compatible"]);
  assert.equal(second.code, 2);
  assert.match(second.err, /earshot\.yaml: is there already and stays as it is; name another file with --out/);
  assert.equal(readFileSync(path, "utf8"), text);
});

test("init says which providers there are, and which folder is missing", async () => {
  const misspelt = await runEarshot(folder, ["init", "embeded", "--out", "a.yaml"]);
  assert.equal(misspelt.code, 2);
  assert.match(misspelt.err, /init: there is nothing to begin with for "embeded"; did you mean embedded\?/);
  const nowhere = await runEarshot(folder, ["init", "--out", "no/a.yaml"]);
  assert.match(nowhere.err, /no\/a\.yaml: can't be written: there is no folder no$/m);
});
