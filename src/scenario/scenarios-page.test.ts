// docs/scenarios.md against the language it describes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue, ok } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";
import { axes } from "./axes.ts";
import { parseScenario } from "./parse.ts";

const page = readPackageText("docs", "scenarios.md");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

test("every example of the page on scenarios can be run", () => {
  assert.ok(examples.length >= 2, `saw ${examples.length} examples`);
  const base = { source: "earshot.yaml", path: "earshot.yaml", text: readPackageText("scenarios", "templates", "embedded.yaml") };
  for (const text of examples) {
    const parsed = parseScenario({ text, source: "example", path: "example", findBase: () => ok(base), overrides: [], env: {} });
    assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  }
});

test("the page names every axis", () => {
  for (const { short, path } of axes) assert.ok(page.includes(`\`${short ?? path}\``), path);
});
