// A run is planned call by call before it begins: what would take the machine's memory for that is refused by its number.

import { limits } from "../core/limits.ts";
import type { Scenario } from "./scenario.ts";
import type { Fault } from "./tree.ts";

/** Where sessions, calls, turns and cells multiply to more than any machine could work off. */
export function sizeFaults({ load, caller, matrix }: Scenario): readonly Fault[] {
  const { "load.sessions": sessions = [load.sessions], ...others } = matrix;
  const cells = Object.values(others).reduce((product, values) => product * values.length, 1);
  const callers = cells * sessions.reduce<number>((sum, count) => sum + Number(count), 0);
  const said = caller.turns.reduce((sum, { interrupt }) => sum + (interrupt ? 2 : 1), 0);
  const turns = callers * load.calls * said;
  if (turns <= limits.plannedTurns) return [];
  const message = `makes ${turns} turns (${callers} callers in all cells, ${load.calls} calls each, ${said} turns a call); at most ${limits.plannedTurns}`;
  return [{ path: ["load", load.calls > 1 ? "calls" : "sessions"], anchor: "value", message }];
}
