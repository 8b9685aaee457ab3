// The schemas of what a run's folder holds, by the word that `earshot schema` knows them by.

import type { Shape } from "../core/json-shape.ts";
import { recoveryRowShape, toolCallRowShape, turnRowShape } from "./row-schemas.ts";
import { runShape } from "./run-schema.ts";

export interface PublishedSchema {
  /** What it is of. */
  readonly title: string;
  readonly shape: Shape;
}

export const publishedSchemas = {
  run: { title: "run.json of an earshot run", shape: runShape },
  turn: { title: "a line of turns.ndjson (and canary.ndjson) of an earshot run", shape: turnRowShape },
  "tool-call": { title: "a line of tool-calls.ndjson of an earshot run", shape: toolCallRowShape },
  recovery: { title: "a line of recoveries.ndjson of an earshot run", shape: recoveryRowShape },
} as const satisfies Readonly<Record<string, PublishedSchema>>;

export type SchemaName = keyof typeof publishedSchemas;
export const schemaNames = Object.keys(publishedSchemas) as SchemaName[];

export function publishedSchema(name: SchemaName): Readonly<Record<string, unknown>> {
  const { title, shape } = publishedSchemas[name];
  return { $schema: "http://json-schema.org/draft-07/schema#", title, ...shape };
}

/** As it is printed, and kept in the package. */
export const publishedSchemaText = (name: SchemaName): string => `${JSON.stringify(publishedSchema(name), null, 2)}\n`;
