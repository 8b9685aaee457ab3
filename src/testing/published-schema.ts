// A run's folder against the schemas that earshot publishes of it, by a validator of other people, and more strictly than those say: here a
// key that the schema does not know is a fault, or a new one would never find its way into it.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "@modelcontextprotocol/client/validators/ajv";
import { publishedSchema, schemaNames, type SchemaName } from "../result/published-schemas.ts";
import { runFiles } from "../result/run-files.ts";

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return "properties" in inner ? { ...inner, additionalProperties: false } : inner;
}

const compiled = new Map<SchemaName, ReturnType<InstanceType<typeof Ajv>["compile"]>>();
function validatorOf(name: SchemaName): ReturnType<InstanceType<typeof Ajv>["compile"]> {
  const found = compiled.get(name) ?? new Ajv({ strict: true, allErrors: true }).compile(closed(publishedSchema(name)) as object);
  compiled.set(name, found);
  return found;
}

/** Fails with every fault of what is no such thing. */
export function assertKeepsTo(name: SchemaName, value: unknown, place: string): void {
  const validate = validatorOf(name);
  assert.ok(validate(value), `${place}: ${JSON.stringify(validate.errors, null, 1)}`);
}

const logs: readonly (readonly [SchemaName, string])[] = [
  ["turn", runFiles.turns],
  ["turn", runFiles.canary],
  ["tool-call", runFiles.toolCalls],
  ["recovery", runFiles.recoveries],
];

/** Holds run.json and every row beside it to their schemas; how many things of each kind there were. */
export function assertPublished(folder: string): Readonly<Record<SchemaName, number>> {
  const seen = Object.fromEntries(schemaNames.map((name) => [name, 0])) as Record<SchemaName, number>;
  assertKeepsTo("run", JSON.parse(readFileSync(join(folder, runFiles.result), "utf8")), runFiles.result);
  seen.run++;
  for (const [name, file] of logs) {
    if (!existsSync(join(folder, file))) continue;
    for (const [index, line] of readFileSync(join(folder, file), "utf8").trimEnd().split("\n").entries()) {
      if (line === "") continue;
      assertKeepsTo(name, JSON.parse(line), `${file}:${index + 1}`);
      seen[name]++;
    }
  }
  return seen;
}
