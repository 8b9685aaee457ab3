// The schema that ships against a validator of other people: the Ajv that @modelcontextprotocol/client brings along.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "@modelcontextprotocol/client/validators/ajv";
import fc from "fast-check";
import { parse as parseYaml } from "yaml";
import { packagePath, readPackageText } from "../core/package-files.ts";
import { mutatedScenario } from "../testing/mutated-scenario.ts";
import { axes } from "./axes.ts";
import { wordsOf } from "./field-shapes.ts";
import { type JsonSchema, scenarioJsonSchema, scenarioSchemaText } from "./json-schema.ts";
import { parseScenario } from "./parse.ts";

const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true, validateFormats: false }).compile(scenarioJsonSchema());
const accepts = (tree: unknown): boolean => validate(tree);

const files = globSync("**/*.yaml", { cwd: packagePath("scenarios") });
const shipped = files.map((file) => ({ file, text: readPackageText("scenarios", file) }));

test("the schema that ships is the one of this version", () => {
  const remedy = "node src/cli/main.ts schema > scenarios/earshot.schema.json";
  assert.equal(readPackageText("scenarios", "earshot.schema.json"), scenarioSchemaText(), `renew it with: ${remedy}`);
});

test("every scenario that ships names the schema and keeps to it", () => {
  assert.ok(files.length >= 7, `saw ${files.length} scenarios`);
  for (const { file, text } of shipped) {
    const folder = file.includes("/") ? "../" : "./";
    assert.ok(text.startsWith(`# yaml-language-server: $schema=${folder}earshot.schema.json\n`), file);
    const tree = parseYaml(text) as { readonly target: { readonly provider: string } };
    // A text to begin with may wait for its provider; until then nobody is given it.
    if (!wordsOf(["target", "provider"]).includes(tree.target.provider)) continue;
    assert.ok(accepts(tree), `${file}: ${JSON.stringify(validate.errors, null, 1)}`);
  }
});

test("every field says in an editor what it is or must be", () => {
  const silent: string[] = [];
  let seen = 0;
  const look = (schema: JsonSchema, path: string): void => {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      seen++;
      if (!field.description) silent.push(`${path}${name}`);
      look(field, `${path}${name}.`);
    }
    for (const option of schema.anyOf ?? []) look(option, path);
    if (schema.items && !Array.isArray(schema.items)) look(schema.items as JsonSchema, `${path}*.`);
  };
  look(scenarioJsonSchema(), "");
  assert.ok(seen > 80, `saw ${seen} fields`);
  assert.deepEqual(silent, []);
});

const turns = { version: 1, name: "a", caller: { turns: [{ say: "yes" }] } };
const judged: Record<string, readonly [accepted: boolean, tree: unknown]> = {
  "the environment in place of a number": [true, { ...turns, load: { sessions: "${env:N:-3}" } }],
  "the environment in place of a word of a list": [true, { ...turns, matrix: { effort: ["low", "${env:EFFORT}"] } }],
  "the environment in place of a time of its own": [true, { ...turns, caller: { ...turns.caller, thinkMs: "${env:THINK}" } }],
  "the environment inside a text": [true, { ...turns, name: "run-${env:TEAM}" }],
  "an axis by its short name and one by its path": [true, { ...turns, matrix: { frameMs: [20], "session.voice": ["marin"] } }],
  "tags of every scalar type": [true, { ...turns, tags: { build: 17, nightly: true, team: "blue" } }],
  "a scenario that leaves the rest to another": [true, { extends: "./base.yaml", caller: { thinkMs: 5 } }],
  "text in place of a number": [false, { ...turns, load: { sessions: "3" } }],
  "a misspelt field": [false, { ...turns, sesion: {} }],
  "a misspelt effort": [false, { ...turns, session: { effort: "hihg" } }],
  "a time without its unit": [false, { ...turns, load: { duration: "60" } }],
  "a file to extend that the environment names": [false, { extends: 3 }],
  "no turns": [false, { version: 1, name: "a", caller: {} }],
  "nothing that a scenario needs": [false, {}],
};
for (const [name, [accepted, tree]] of Object.entries(judged)) {
  test(`the schema ${accepted ? "takes" : "refuses"} ${name}`, () => assert.equal(accepts(tree), accepted, JSON.stringify(validate.errors)));
}

test("every axis has its short name and its path", () => {
  const matrix = scenarioJsonSchema().properties?.["matrix"];
  assert.deepEqual(Object.keys(matrix?.properties ?? {}).toSorted(), [...new Set(axes.flatMap(({ short, path }) => [short ?? path, path]))].toSorted());
});

test("what the schema refuses, the parser refuses too", () => {
  const trees = shipped.map(({ text }) => parseYaml(text) as unknown);
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(mutatedScenario(trees), (tree) => {
      const base = { source: "base.yaml", path: "base.yaml", text: shipped[0]?.text ?? "" };
      const findBase = () => ({ ok: true, value: base }) as const;
      const parsed = parseScenario({ text: JSON.stringify(tree), source: "s", path: "s", findBase, overrides: [], env: { A: "20", B: "low" } });
      if (accepts(tree)) accepted++;
      else refused++;
      assert.ok(accepts(tree) || !parsed.ok, `taken by the parser alone: ${JSON.stringify(validate.errors)}`);
    }),
    { numRuns: Number(process.env["EARSHOT_FUZZ"] ?? 600) },
  );
  assert.ok(accepted > 20 && refused > 20, `${accepted} accepted, ${refused} refused: too few of one kind to show anything`);
});
