// Where in a scenario a clip is said, for faults that are only found once there are clips to look among.

import type { Scenario } from "../scenario/scenario.ts";
import { formatPath, pathOf } from "../scenario/tree.ts";

/** The first place, such as `caller.turns[2].interrupt.say`. */
export function sayPath({ caller, matrix }: Scenario, id: string): string {
  const path = pathOf(caller, id);
  const varied = pathOf(matrix, id);
  return path ? formatPath(["caller", ...path]) : varied ? formatPath(["matrix", ...varied]) : "caller.turns";
}
