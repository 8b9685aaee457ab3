// Scenarios as nobody should write them: each gives a plan, or faults with a line, and never a stack trace. A thousand in
// every test run; EARSHOT_FUZZ says how many otherwise, and EARSHOT_FUZZ_SEED repeats a round that failed.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { parse as parseYaml, stringify } from "yaml";
import { formatIssue } from "../core/issues.ts";
import { packagePath, readPackageText } from "../core/package-files.ts";
import { clipsOf, saysOf, setKey, type Material } from "../plan/material.ts";
import { planOf } from "../plan/plan.ts";
import { mutatedScenario } from "../testing/mutated-scenario.ts";
import { parseScenario } from "./parse.ts";

const rounds = Number(process.env["EARSHOT_FUZZ"] ?? 1_000);
const seed = process.env["EARSHOT_FUZZ_SEED"];
const options = { numRuns: rounds / 2, ...(seed === undefined ? {} : { seed: Number(seed) }) };

const texts = globSync("*.yaml", { cwd: packagePath("scenarios") }).map((file) => readPackageText("scenarios", file));
const trees = texts.map((text) => parseYaml(text) as unknown);
const secret = "sk-hidden-0123456789";
const base = { source: "base.yaml", path: "base.yaml", text: texts[0] ?? "" };

interface Seen {
  planned: number;
  refused: number;
}

/** A plan of every call, or faults with their places; nothing is run. */
function holds(text: string, seen: Seen): void {
  const file = { text, source: "s.yaml", path: "s.yaml", findBase: () => ({ ok: true, value: base }) as const };
  const parsed = parseScenario({ ...file, overrides: [], env: { A: secret } });
  if (parsed.ok) {
    const { scenario } = parsed.value;
    const sets = saysOf(scenario.caller).flatMap((say) => (typeof say === "string" ? [] : [[setKey(say), ["of-a-set"]] as const]));
    const material: Material = { sets: new Map(sets), feeders: (scenario.caller.feeders ?? []).map(() => [{}]) };
    const clips = new Map(clipsOf(scenario.caller, material).map((id) => [id, { durationMs: 900, speechStartMs: 100, speechEndMs: 800 }]));
    // Columns are looked for in the files, before a plan is made.
    const isFed = JSON.stringify(scenario.caller).includes("${feed:");
    // A plan of a million turns is made of the same pieces as one of a hundred thousand, and only takes longer.
    if (!isFed && scenario.load.sessions * scenario.load.calls <= 20_000) assert.ok(planOf(scenario, clips, material).cells.length > 0);
    assert.ok(!parsed.value.resolvedYaml.includes(secret), parsed.value.resolvedYaml);
    seen.planned++;
    return;
  }
  seen.refused++;
  assert.ok(parsed.issues.length > 0 && parsed.issues.length <= 101);
  for (const issue of parsed.issues) {
    const shown = formatIssue(issue);
    assert.ok(["s.yaml", "base.yaml"].includes(issue.source) && (issue.line ?? 0) >= 1 && (issue.column ?? 0) >= 1, shown);
    assert.ok(!/\[object |undefined|\bat .*\.ts:\d/.test(shown) && !shown.includes(secret), shown);
  }
}

test("a scenario that ships, changed anywhere, gives a plan or faults with lines", () => {
  const seen: Seen = { planned: 0, refused: 0 };
  const written = fc.constantFrom((tree: unknown) => JSON.stringify(tree), stringify);
  fc.assert(
    fc.property(mutatedScenario(trees), written, (tree, write) => holds(write(tree), seen)),
    options,
  );
  assert.ok(seen.planned > rounds / 100 && seen.refused > rounds / 100, `${JSON.stringify(seen)}: too few of one kind to show anything`);
});

/** Pieces of YAML that mean something to a parser. */
const pieces = [
  "\n",
  "  ",
  "\t",
  "- ",
  ": ",
  "? ",
  "{",
  "}",
  "[",
  "]",
  ",",
  "#",
  "&a ",
  "*a",
  "<<: *a",
  "!!str ",
  "!!float ",
  "|\n",
  ">-\n",
  "---\n",
  "...\n",
  "%YAML 1.1\n",
];
const morePieces = ['"', "'", "${env:A}", "${env:", "__proto__: 1\n", "extends: x\n", "seed: 1\n", "1e999", "\u0000", "\ufeff", "\r", "🙂"];

test("a text that ships, cut and spliced anywhere, gives a plan or faults with lines", () => {
  const seen: Seen = { planned: 0, refused: 0 };
  const splice = fc.record({ at: fc.nat(), drop: fc.nat({ max: 12 }), put: fc.oneof(fc.constantFrom(...pieces, ...morePieces), fc.string({ maxLength: 6 })) });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(splice, { minLength: 1, maxLength: 4 }), (text, splices) => {
      const spliced = splices.reduce((rest, { at, drop, put }) => {
        const from = at % (rest.length + 1);
        return rest.slice(0, from) + put + rest.slice(from + drop);
      }, text);
      holds(spliced, seen);
    }),
    options,
  );
  assert.ok(seen.planned > rounds / 100 && seen.refused > rounds / 100, `${JSON.stringify(seen)}: too few of one kind to show anything`);
});

const repeated = (text: string, times: number): string => text.repeat(times);
const doubling = Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join("");
const bombs: Record<string, string> = {
  "aliases that double": `a0: &a0 [1, 1]\n${doubling}`,
  "an alias a thousand times": `a: &a {b: c}\nb: [${repeated("*a, ", 9_000)}]`,
  "an alias of itself": "a: &a {b: *a}",
  "lists in lists": repeated("[", 50_000),
  "maps in maps": repeated("{a: ", 50_000),
  "lists on one line": repeated("- ", 50_000),
  "keys of keys": repeated("? ", 50_000),
  "thousands of fields": Array.from({ length: 9_000 }, (_, i) => `k${i}: 1\n`).join(""),
  "one field thousands of times": repeated("seed: 1\n", 9_000),
  "thousands of values of an axis": `matrix: {sessions: [${Array.from({ length: 9_000 }, (_, i) => i + 1).join()}]}`,
  "references without end": `name: "${repeated("${env:", 40_000)}"`,
  "a name without end": `name: ${repeated("a-", 100_000)}`,
  "a number without end": `seed: ${repeated("9", 100_000)}`,
  "more text than a scenario has": `# ${repeated("x", 300_000)}`,
  "closing brackets": repeated("]", 60_000),
  "nothing but nulls": repeated("\u0000", 60_000),
};
for (const [name, text] of Object.entries(bombs)) {
  test(`${name}: faults with lines`, () => {
    const seen: Seen = { planned: 0, refused: 0 };
    holds(text, seen);
    assert.equal(seen.refused, 1);
  });
}
