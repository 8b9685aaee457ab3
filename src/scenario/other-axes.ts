// Axes over any field of session and caller, by its full path. Each of their values is tried: the scenario with that value
// written in its place must be a scenario, and the one that a cell is made of.

import { isDeepStrictEqual } from "node:util";
import type { AxisValue } from "./axis-text.ts";
import { otherAxisPath, withAxisValues } from "./axes.ts";
import { crossFaults, resolve } from "./resolve.ts";
import type { Scenario } from "./scenario.ts";
import { scenarioSchema } from "./schema.ts";
import { schemaFaults, type Show } from "./schema-faults.ts";
import { type Fault, formatPath, isList, isMap, parsePath, type Tree, valueAt, withoutValue, withValue } from "./tree.ts";

/** `tree`: the scenario as it was written, which is `scenario`. */
export function otherAxisFaults(tree: Tree, scenario: Scenario, show: Show): readonly Fault[] {
  const matrix = valueAt(tree, ["matrix"]);
  const single = withoutValue(tree, ["matrix"]);
  return Object.entries(isMap(matrix) ? matrix : {}).flatMap(([name, values]) => {
    if (otherAxisPath(name) === undefined || !isList(values)) return [];
    return values.flatMap((value, index): Fault[] => {
      const message = valueFault(single, scenario, { name, value, show });
      return message === undefined ? [] : [{ path: ["matrix", name, index], anchor: "value", message }];
    });
  });
}

interface Tried {
  readonly name: string;
  readonly value: Tree;
  readonly show: Show;
}

/** What is there once for all cells: connections in reserve, and the rows of files, which each may go through in its own order. */
const ofAllCells = /^caller\.(?:pool|feeders(?!\[\d+\]\.order$))/;

function valueFault(single: Tree, scenario: Scenario, { name, value, show }: Tried): string | undefined {
  const path = parsePath(name) ?? [];
  const [shared] = ofAllCells.exec(formatPath(path)) ?? [];
  if (shared !== undefined) return `can't vary in a matrix, because all cells share ${shared}; write a scenario for each, with extends`;
  const written = withValue(single, path, value);
  if ("fault" in written) return `can't be written at ${name}: ${written.fault}`;
  const parsed = scenarioSchema.safeParse(written.tree);
  if (!parsed.success) return said(schemaFaults(parsed.error.issues, written.tree, show)[0], name);
  const alone = resolve(parsed.data, []);
  const [fault] = crossFaults(parsed.data, alone);
  if (fault) return said(fault, name);
  const cell = withAxisValues({ ...scenario, matrix: {} }, { [formatPath(path)]: value as AxisValue });
  return isDeepStrictEqual(alone, cell) ? undefined : "can't vary in a matrix, because other fields follow from it; write a scenario for each, with extends";
}

const said = (fault: Fault | undefined, name: string): string => {
  if (!fault) return "is no value of this field";
  const place = formatPath(fault.path);
  return place === name ? fault.message : `${place}: ${fault.message}`;
};
