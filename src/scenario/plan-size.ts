// A run is planned call by call before it begins: what would take the machine's memory for that is refused by its number.

import { limits } from "../core/limits.ts";
import { combinations } from "./axes.ts";
import type { Load } from "./load.ts";
import { isLoadPath, loadWith } from "./resolve-load.ts";
import type { Scenario } from "./scenario.ts";
import type { Fault } from "./tree.ts";

/** Where sessions, calls, turns and cells multiply to more than any machine could work off, or stages last longer than a run may. */
export function sizeFaults(scenario: Scenario): readonly Fault[] {
  const { caller, matrix } = scenario;
  const loads = combinations(Object.fromEntries(Object.entries(matrix).filter(([path]) => isLoadPath(path)))).map((values) => loadWith(scenario.load, values));
  const longestMs = Math.max(...loads.map(({ stages = [] }) => stages.reduce((sum, stage) => sum + stage.forMs, 0)));
  if (longestMs > limits.windowMs) return [{ path: ["load", "stages"], anchor: "key", message: "are longer than 55m together" }];
  const others = Object.entries(matrix).reduce((product, [path, values]) => (isLoadPath(path) ? product : product * values.length), 1);
  const sum = (count: (load: Load) => number): number => others * loads.reduce((total, load) => total + count(load), 0);
  const callers = sum(({ sessions }) => sessions);
  const said = caller.turns.reduce((turns, { interrupt }) => turns + (interrupt ? 2 : 1), 0);
  const turns = said * sum(({ sessions, calls }) => sessions * calls);
  if (turns <= limits.plannedTurns) return [];
  const calls = Math.max(...loads.map((load) => load.calls));
  const each = loads.every((load) => load.calls === calls) ? `${calls}` : `up to ${calls}`;
  const message = `makes ${turns} turns (${callers} callers in all cells, ${each} calls each, ${said} turns a call); at most ${limits.plannedTurns}`;
  return [{ path: ["load", calls > 1 ? "calls" : "sessions"], anchor: "value", message }];
}
