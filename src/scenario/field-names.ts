// Which fields exist where, for "did you mean".

import { didYouMean } from "../core/issues.ts";
import { type FieldShape, scenarioShape } from "./field-shapes.ts";
import { formatPath, type Path } from "./tree.ts";

const listItem = 0;
let known: readonly Path[] | undefined;

function pathsOf(shape: FieldShape, path: Path): readonly Path[] {
  const inside = Object.entries(shape.properties ?? {}).flatMap(([name, field]) => [[...path, name], ...pathsOf(field, [...path, name])]);
  const items = shape.items ? pathsOf(shape.items, [...path, listItem]) : [];
  return [...inside, ...items, ...(shape.anyOf ?? []).flatMap((option) => pathsOf(option, path))];
}

const sameFields = (a: Path, b: Path): boolean => formatPath(a).replaceAll(/\d+/g, "*") === formatPath(b).replaceAll(/\d+/g, "*");

/** What an unknown field was probably meant to be: a near name in the same map, or that very name in another. */
export function suggestField(path: Path): string | undefined {
  known ??= pathsOf(scenarioShape(), []);
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  const siblings = known.filter((candidate) => sameFields(candidate.slice(0, -1), parent)).map((candidate) => String(candidate.at(-1)));
  const near = didYouMean(name.replaceAll("_", ""), siblings);
  if (near) return near;
  const elsewhere = known.find((candidate) => String(candidate.at(-1)).toLowerCase() === name.toLowerCase() && candidate[0] !== "matrix");
  return elsewhere && formatPath(elsewhere);
}
