import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIssue } from "../core/issues.ts";
import { cellsOf } from "../plan/matrix.ts";
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
  "load.duration",
  "load.arrivals.constant.ratePerS",
  "load.stages[0].for",
  "load.warmUp",
  "load.repeat",
  "target.faults",
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
    fc.property(
      fc.oneof(
        fc.constantFrom("effort", "network", "session.x.y", "matrix.effort", "load.duration", "matrix.load.stages", "target.script", "caller.turns[0]"),
        fc.string(),
      ),
      fc.string(),
      (path, value) => holds(smallest, [{ path, value, flag: "--set" }]),
    ),
    { numRuns: 500 },
  );
});

/** Axes over the load and the target as people write them. */
const rightAxes: Readonly<Record<string, readonly unknown[]>> = {
  "load.duration": ["10s", "2m"],
  "load.arrivals.constant.ratePerS": [1, 2],
  "load.arrivals": [{ constant: { ratePerS: 2 } }, { poisson: { ratePerS: 1 } }],
  "load.stages": [[{ sessions: 1, for: "9s" }], [{ sessions: 2, for: "9s" }]],
  "load.stages[0].for": ["5s", "50m"],
  "load.warmUp": [{ duration: "5s" }, { duration: "6s" }],
  "load.calls": [1, 3],
  "load.maxSessions": [4, 8],
  "load.concurrency": [1, 4],
  "load.startOver": [0, "3s"],
  "load.gracefulStop": ["1s", "2s"],
  sessions: [1, 2],
  "target.faults": [[], ["restart@10s+2s"]],
  "target.script": ["crm", "brief"],
};
/** And as they do not, or may not. */
const oddAxes: Readonly<Record<string, readonly unknown[]>> = {
  "load.duration": ["9", 0],
  "load.arrivals.constant.ratePerS": ["3", -1, null],
  "load.stages": [[], "9s"],
  "load.warmUp": [{ calls: 1 }, {}],
  "target.faults": [["restart"]],
  "load.repeat": [1, 2],
  "load.model": ["closed", "open"],
};
const someOf = (axes: typeof rightAxes, most: number) =>
  fc
    .uniqueArray(fc.constantFrom(...Object.entries(axes)), { maxLength: most, selector: ([name]) => name })
    .chain((drawn) => fc.record(Object.fromEntries(drawn.map(([name, values]) => [name, fc.shuffledSubarray([...values], { minLength: 1 })]))));
const drawnAxes = fc.oneof({ arbitrary: someOf(rightAxes, 3), weight: 4 }, { arbitrary: someOf({ ...rightAxes, ...oddAxes }, 3), weight: 1 });
const drawnLoad = fc.constantFrom<unknown>(
  {},
  { duration: "10s" },
  { model: "open" },
  { model: "open", arrivals: { poisson: { ratePerS: 2 } }, duration: "9s" },
  { stages: [{ sessions: 2, for: "9s" }] },
  { order: "blocks" },
);

test("axes over the load give cells that each have a load of their own, and a scenario that is read the same again, or issues", () => {
  let cells = 0;
  fc.assert(
    fc.property(drawnLoad, drawnAxes, (load, matrix) => {
      const text = JSON.stringify({ version: 1, name: "a", load, caller: { turns: [{ say: "a" }] }, matrix });
      holds(text);
      const parsed = parseScenario({ text, source: "s.yaml", overrides: [], env: {} });
      if (!parsed.ok) return;
      const { scenario, resolvedYaml } = parsed.value;
      const again = parseScenario({ text: resolvedYaml, source: "s.yaml", overrides: [], env: {} });
      assert.deepEqual(again.ok ? again.value.scenario : again.issues.map(formatIssue), scenario);
      const made = cellsOf(scenario);
      assert.equal(new Set(made.map(({ id }) => id)).size, made.length);
      const loads = new Set(made.map(({ settings }) => JSON.stringify([settings.load, settings.target])));
      assert.equal(loads.size, made.length, "no two cells are alike");
      if (made.length > 1) cells += made.length;
    }),
    { numRuns: 400 },
  );
  assert.ok(cells > 10, `saw ${cells} cells`);
});
