// A scenario with axes becomes its cells: one resolved scenario for every combination of the axes' values.

import { axisName, combinations, findAxis, withAxisValues } from "../scenario/axes.ts";
import { axisText } from "../scenario/axis-text.ts";
import { isLoadPath } from "../scenario/resolve-load.ts";
import type { Scenario } from "../scenario/scenario.ts";

export interface Cell {
  /** `effort=low,frameMs=20`, or `all` where nothing varies. */
  readonly id: string;
  /** By short name, or the path where there is none; maps and true and false in words. */
  readonly axes: Readonly<Record<string, string | number>>;
  /** The scenario with this cell's values in place. */
  readonly settings: Scenario;
}

const nameOf = (path: string): string => {
  const axis = findAxis(path);
  return axis ? axisName(axis) : path;
};

/** All combinations, the last axis varying fastest, in the order in which the axes are written; of both arms where there are two, as one more axis. */
export function cellsOf({ arms, ...scenario }: Scenario): readonly Cell[] {
  if (!arms) return cellsOfOne(scenario);
  return [...cellsOfOne(scenario).map((cell) => inArm("A", cell)), ...cellsOfOne(arms.other).map((cell) => inArm("B", cell))];
}

const inArm = (arm: "A" | "B", { id, axes, settings }: Cell): Cell => ({
  id: `arm=${arm}${Object.keys(axes).length > 0 ? `,${id}` : ""}`,
  axes: { arm, ...axes },
  settings,
});

function cellsOfOne(scenario: Scenario): readonly Cell[] {
  return combinations(scenario.matrix).map((values) => {
    const axes = Object.fromEntries(Object.entries(values).map(([path, value]) => [nameOf(path), axisText(value)]));
    const id = Object.entries(axes)
      .map(([name, value]) => `${name}=${value}`)
      .join(",");
    return { id: id === "" ? "all" : id, axes, settings: withAxisValues(scenario, values) };
  });
}

/** Axes that change how busy this machine is: their cells run one after the other, so that none disturbs another. Or the user says so. */
export function isSerial(scenario: Scenario): boolean {
  if (scenario.load.order !== undefined) return scenario.load.order === "serial";
  return Object.entries(scenario.matrix).some(
    ([path, values]) => isLoadPath(path) || (path === "session.frameMs" && values.some((value) => Number(value) < 20)),
  );
}
