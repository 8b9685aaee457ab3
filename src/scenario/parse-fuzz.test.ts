import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIssue } from "../core/issues.ts";
import type { Override } from "./overrides.ts";
import { parseScenario } from "./parse.ts";

const smallest = "version: 1\nname: small\ncaller:\n  turns:\n    - say: order-status\n";
const names = [
  "version",
  "name",
  "caller",
  "turns",
  "say",
  "session",
  "matrix",
  "effort",
  "target",
  "provider",
  "url",
  "auth",
  "thinkMs",
  "uniform",
  "load",
  "startOver",
  "network",
  "tags",
  "__proto__",
  "constructor",
];
const leaf = fc.oneof(
  fc.constantFrom(1, 20, "low", "none", "delay:80ms", "compatible", "manual", "2s", "${env:A}", "${env:B}", "order-status", null, true, ".nan"),
  fc.integer(),
  fc.string(),
);
const anyTree = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("tree"), { maxKeys: 5 }),
  ),
})).tree;

function holds(text: string, overrides: readonly Override[] = []): void {
  const parsed = parseScenario({ text, source: "s.yaml", overrides, env: { A: "sk-hidden" } });
  if (parsed.ok) return assert.ok(parsed.value.scenario.caller.turns.length > 0);
  assert.ok(parsed.issues.length > 0);
  for (const issue of parsed.issues) {
    assert.ok(issue.source !== "s.yaml" || ((issue.line ?? 0) >= 1 && (issue.column ?? 0) >= 1), formatIssue(issue));
    assert.doesNotMatch(formatIssue(issue), /sk-hidden|undefined|\[object/);
  }
}

test("any text gives a scenario or issues, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => holds(text)),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...names, ":", " ", "\n", "  ", "- ", "{", "}", "[", "]", "&a", "*a", "${env:A}", '"', "1"), { maxLength: 40 }),
      (parts) => holds(parts.join("")),
    ),
    { numRuns: 500 },
  );
});

test("any tree in any place gives a scenario or issues with a path, and never throws", () => {
  const valid: Record<string, unknown> = { version: 1, name: "a", caller: { turns: [{ say: "a" }] } };
  fc.assert(
    fc.property(fc.constantFrom(...names, "seed"), anyTree, (name, tree) => holds(JSON.stringify({ ...valid, [name]: tree }))),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.constantFrom("target", "session", "load", "matrix"), fc.constantFrom(...names), anyTree, (section, name, tree) =>
      holds(JSON.stringify({ ...valid, [section]: { [name]: tree } })),
    ),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom("effort", "network", "session.x.y", "matrix.effort", "caller.turns[0]"), fc.string()), fc.string(), (path, value) =>
      holds(smallest, [{ path, value, flag: "--set" }]),
    ),
    { numRuns: 500 },
  );
});
