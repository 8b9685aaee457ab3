// Which fields exist where, for "did you mean". Read off the schema's own JSON Schema, so that no list has to be kept.

import { z } from "zod";
import { didYouMean } from "../core/issues.ts";
import { scenarioSchema } from "./schema.ts";
import { formatPath, type Path } from "./tree.ts";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

const listItem = 0;
let known: readonly Path[] | undefined;

function pathsOf(schema: JsonSchema, path: Path): readonly Path[] {
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [[...path, name], ...pathsOf(field, [...path, name])]);
  const items = schema.items ? pathsOf(schema.items, [...path, listItem]) : [];
  return [...inside, ...items, ...(schema.anyOf ?? []).flatMap((option) => pathsOf(option, path))];
}

const sameFields = (a: Path, b: Path): boolean => formatPath(a).replaceAll(/\d+/g, "*") === formatPath(b).replaceAll(/\d+/g, "*");

/** What an unknown field was probably meant to be: a near name in the same map, or that very name in another. */
export function suggestField(path: Path): string | undefined {
  known ??= pathsOf(z.toJSONSchema(scenarioSchema, { io: "input", unrepresentable: "any" }) as JsonSchema, []);
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  const siblings = known.filter((candidate) => sameFields(candidate.slice(0, -1), parent)).map((candidate) => String(candidate.at(-1)));
  const near = didYouMean(name.replaceAll("_", ""), siblings);
  if (near) return near;
  const elsewhere = known.find((candidate) => String(candidate.at(-1)).toLowerCase() === name.toLowerCase() && candidate[0] !== "matrix");
  return elsewhere && formatPath(elsewhere);
}
