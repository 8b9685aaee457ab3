import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { packagePath, readPackageText } from "../core/package-files.ts";
import { assertKeepsTo, assertPublished } from "../testing/published-schema.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { publishedSchema, publishedSchemaText, schemaNames } from "./published-schemas.ts";

test("the schemas that ship are those of this version", () => {
  for (const name of schemaNames) {
    const file = `${name}.schema.json`;
    assert.equal(
      readPackageText("assets", "schemas", file),
      publishedSchemaText(name),
      `renew it with: node src/cli/main.ts schema ${name} > assets/schemas/${file}`,
    );
  }
  assert.equal(readdirSync(packagePath("assets", "schemas")).length, schemaNames.length);
});

test("the example run keeps to them, and so does a run that was made up", () => {
  const { run, turn } = assertPublished(packagePath("reports", "example"));
  assert.ok(run === 1 && turn > 10, `${turn} turns`);
  const { result, turns } = syntheticRun({ sessions: 3, breaksCall: true });
  assertKeepsTo("run", JSON.parse(JSON.stringify(result)), "run");
  for (const row of turns) assertKeepsTo("turn", { ...row, crc: "00000000" }, "row");
});

test("what is no run is told from one: a version that means something else, a figure that is text, a key that is missing", () => {
  const { result } = syntheticRun({ sessions: 2 });
  const { seed: _seed, ...without } = result;
  for (const wrong of [
    { ...result, v: 2 },
    { ...result, durationMs: "12" },
    without,
    { ...result, cells: [{ ...result.cells[0], outcomes: { asleep: 1 } }] },
  ]) {
    assert.throws(() => assertKeepsTo("run", JSON.parse(JSON.stringify(wrong)), "run"));
  }
});

test("every field says what it is", () => {
  const silent: string[] = [];
  let seen = 0;
  const look = (shape: unknown, path: string): void => {
    const { properties = {}, items } = shape as { readonly properties?: Readonly<Record<string, { readonly description?: string }>>; readonly items?: unknown };
    for (const [key, field] of Object.entries(properties)) {
      seen++;
      if (!("description" in field) || field.description === "") silent.push(`${path}${key}`);
      look(field, `${path}${key}.`);
    }
    if (items !== undefined) look(items, `${path}*.`);
  };
  for (const name of schemaNames) look(publishedSchema(name), `${name} `);
  assert.ok(seen > 250, `saw ${seen} fields`);
  assert.deepEqual(silent, []);
});
