// Axes over any field of target, session, caller and load, by its full path. Each of their values is tried: the scenario with that
// value written in its place must be a scenario, and the one that a cell is made of.

import { isDeepStrictEqual } from "node:util";
import { limits } from "../core/limits.ts";
import type { AxisValue } from "./axis-text.ts";
import { otherAxisPath, withAxisValues } from "./axes.ts";
import { crossFaults, resolve } from "./resolve.ts";
import type { Scenario } from "./scenario.ts";
import { scenarioSchema } from "./schema.ts";
import { schemaFaults, type Show } from "./schema-faults.ts";
import { isLoadPath } from "./resolve-load.ts";
import { type Fault, formatPath, isBelow, isList, isMap, parsePath, type Path, type Tree, valueAt, withoutValue, withValue } from "./tree.ts";

interface Question {
  readonly scenario: Scenario;
  /** What is wrong with it whatever an axis holds, to be told once. */
  readonly known: readonly Fault[];
  readonly show: Show;
}

/** `tree`: the scenario as it was written, which is `scenario`. */
export function otherAxisFaults(tree: Tree, { scenario, known, show }: Question): readonly Fault[] {
  const matrix = valueAt(tree, ["matrix"]);
  const single = withoutValue(tree, ["matrix"]);
  return Object.entries(isMap(matrix) ? matrix : {}).flatMap(([name, values]) => {
    if (otherAxisPath(name) === undefined || !isList(values)) return [];
    // More of them make more cells than there may be, which is a fault already.
    return values.slice(0, limits.cells).flatMap((value, index): Fault[] => {
      const field = parsePath(name) ?? [];
      const asWritten: Show = (path) => show(isBelow(path, field) ? ["matrix", name, index, ...path.slice(field.length)] : path);
      const message = valueFault(single, { scenario, known, name, value, show: asWritten });
      return message === undefined ? [] : [{ path: ["matrix", name, index], anchor: "value", message }];
    });
  });
}

interface Tried extends Question {
  readonly name: string;
  readonly value: Tree;
}

function valueFault(single: Tree, { scenario, known, name, value, show }: Tried): string | undefined {
  const path = parsePath(name) ?? [];
  const missing = path.findIndex((part, index) => typeof part === "number" && valueAt(single, path.slice(0, index)) === undefined);
  if (missing > 0) return `is for a part of ${formatPath(path.slice(0, missing))}, which is not written: write that list, and vary its parts`;
  const written = withValue(single, path, value);
  if ("fault" in written) return `can't be written at ${name}: ${written.fault}`;
  const parsed = scenarioSchema.safeParse(written.tree);
  if (!parsed.success) return said(schemaFaults(parsed.error.issues, written.tree, show)[0], name);
  const alone = resolve(parsed.data, []);
  const faults = crossFaults(parsed.data, alone);
  const fault = faults.find((found) => !known.some(({ path: at, message }) => message === found.message && formatPath(at) === formatPath(found.path)));
  if (faults.length > 0) return fault && said(fault, name);
  const cell = withAxisValues({ ...scenario, matrix: {} }, { [formatPath(path)]: value as AxisValue });
  return isDeepStrictEqual(alone, cell) ? undefined : "can't vary in a matrix, because other fields follow from it; write a scenario for each, with extends";
}

const said = (fault: Fault | undefined, name: string): string => {
  if (!fault) return "is no value of this field";
  const place = formatPath(fault.path);
  return place === name ? fault.message : `${place}: ${fault.message}`;
};

/** Where a field of the load is written in the matrix alone, its first value stands in its own place too: a load without it may be none. */
interface FirstLoad {
  readonly tree: Tree;
  /** Where the value that stands at the path is written. */
  readonly writtenAt: (path: Path) => Path;
}

export function withFirstLoad(tree: Tree): FirstLoad {
  const matrix = valueAt(tree, ["matrix"]);
  const filled: { readonly name: string; readonly path: Path }[] = [];
  let whole = tree;
  for (const [name, values] of Object.entries(isMap(matrix) ? matrix : {})) {
    const path = parsePath(name) ?? [];
    const first = isList(values) ? values[0] : undefined;
    // What lies in a list that is not there can't be put into it.
    if (otherAxisPath(name) === undefined || !isLoadPath(name) || first === undefined || valueAt(tree, path) !== undefined || path.some(Number.isInteger))
      continue;
    const set = withValue(whole, path, first);
    if (!("tree" in set)) continue;
    whole = set.tree;
    filled.push({ name, path });
  }
  const writtenAt = (place: Path): Path => {
    const from = filled.find(({ path }) => isBelow(place, path));
    return from ? ["matrix", from.name, 0, ...place.slice(from.path.length)] : place;
  };
  return { tree: whole, writtenAt };
}
