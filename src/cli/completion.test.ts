import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { runEarshot } from "../testing/earshot-process.ts";
import { namesFor } from "./completion.ts";

test("names are completed after the commands and options that take them, and nowhere else", () => {
  assert.deepEqual(namesFor(["run", "quick"]), ["quickstart"]);
  assert.ok(namesFor(["networks", "l"])?.includes("lte"));
  assert.deepEqual(namesFor(["run", "quickstart", "--profile", "ex"]), ["exact"]);
  assert.deepEqual(namesFor(["run", "--effort", "low,h"]), ["low,high"]);
  assert.ok(namesFor(["run", "--network", "none,lt"])?.includes("none,lte"));
  assert.deepEqual(namesFor(["target", "--script", "c"]), ["crm"]);
  assert.equal(namesFor(["run", "--fr"]), undefined);
  assert.equal(namesFor(["run", "--sessions", "4"]), undefined);
  assert.equal(namesFor(["co"]), undefined);
});

const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { out, code, err } = await runEarshot(tmpdir(), ["--get-yargs-completions", "earshot", ...words]);
  assert.equal(code, 0, err);
  return out.trim().split("\n");
};

test("what the shell asks is answered: commands, options and names", async () => {
  assert.ok((await complete("com")).some((line) => line.startsWith("compare")));
  assert.ok((await complete("run", "--frame")).some((line) => line.startsWith("--frame-ms")));
  assert.deepEqual(await complete("run", "quick"), ["quickstart"]);
});

for (const [shell, marker] of [
  ["/bin/bash", /complete .*-F _\w+ earshot/],
  ["/bin/zsh", /compdef _\w+ earshot/],
] as const) {
  test(`the script is one for ${shell}`, async () => {
    const before = process.env["SHELL"];
    process.env["SHELL"] = shell;
    const { out, code } = await runEarshot(tmpdir(), ["completion"]).finally(() => (process.env["SHELL"] = before));
    assert.equal(code, 0);
    assert.match(out, marker);
  });
}
