// docs/ci.md and its workflows. That the commands do what the page says is tried by npm run ci-recipe, which takes minutes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { githubCommands, gitlabCommands, pageCommands } from "../../tools/ci-recipe/commands.ts";
import { packagePath } from "../core/package-files.ts";
import { runEarshot } from "../testing/earshot-process.ts";

test("the workflows run what the page shows", () => {
  const github = githubCommands();
  assert.deepEqual([...github.keys()], ["thresholds", "interleave", "three runs", "baseline", "real"]);
  const page = pageCommands();
  for (const name of ["thresholds", "interleave", "real"]) assert.ok(page.includes(github.get(name) ?? ""), name);
  assert.deepEqual(gitlabCommands(), [github.get("thresholds")]);
});

test("every option that the page and the workflows name is one of its command", async () => {
  const lines = [...githubCommands().values(), ...gitlabCommands(), ...pageCommands()].flatMap((text) => text.match(/earshot [^;\n]*/g) ?? []);
  const used = Map.groupBy(
    lines.flatMap((line) => (line.match(/--[a-z-]+/g) ?? []).map((option) => [line.split(" ")[1] ?? "", option] as const)),
    ([command]) => command,
  );
  assert.deepEqual([...used.keys()].toSorted(), ["compare", "run"]);
  for (const [command, options] of used) {
    const { out } = await runEarshot(packagePath(), [command, "--help"]);
    for (const [, option] of options) assert.match(out, new RegExp(`${option}\\b`), `${command} ${option}`);
  }
});
