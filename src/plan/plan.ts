// Who calls when, saying what, as a pure function of the scenario, its seed and the clips. Nothing in here reads a clock:
// instants are offsets from the run's start, and what depends on the server's answers is left to the session.

import { msToUs } from "../core/units.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { groupPlaces, type GroupTimes, type Slot } from "./groups.ts";
import { callerNetwork } from "./caller-network.ts";
import { createDraw, noMaterial, type Material } from "./material.ts";
import { cellsOf, isSerial, type Cell } from "./matrix.ts";
import { isOpenEnded, planScript, type PlannedScript, type ScriptSources } from "./plan-script.ts";
import type { ClipTimes } from "./planned-turn.ts";
import { drawsAnew, type LaterRounds, type RoundMaterial } from "./rounds.ts";

export interface PlannedCall extends Slot, PlannedScript, LaterRounds {
  /** Place in the order of all calls. */
  readonly order: number;
  /** Where in its frame this caller's microphone stands, so that callers do not send at once, µs. */
  readonly framePhaseUs: number;
  /** The caller's own: their cell's, or none where only a share of the callers has that. */
  readonly network: string;
  /** Which time its cell runs, from 1; absent where it runs once. */
  readonly repeat?: number;
}

export interface Plan {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  /** Groups run one after the other; calls of a group share its concurrency. One group unless the order is serial. */
  readonly groups: readonly CallGroup[];
  readonly order: "blocks" | "serial";
  /** Absent where how many turns there will be is up to the answers: in a run by time, and with reactions. */
  readonly turnsPlanned?: number;
}

/** One load, at once: its calls and their times. */
export interface CallGroup extends GroupTimes {
  readonly calls: readonly PlannedCall[];
  /** Connections that are ready before calls want them. */
  readonly pool?: number;
}

const GOLDEN_FRACTION = 0.6180339887498949;

/** The plan of the scenario; `clips` must hold every clip that a turn says, `material` every set and feeder. */
export function planOf(scenario: Scenario, clips: ReadonlyMap<string, ClipTimes>, material: Material = noMaterial): Plan {
  const sources = { clips, material, draw: createDraw(scenario.seed) };
  const cells = cellsOf(scenario);
  const serial = isSerial(scenario);
  const { load, caller, seed } = scenario;
  const anew = { clips, material };
  let order = 0;
  const groups = Array.from({ length: load.repeat ?? 1 }, (_, repeat) => {
    const numbered = (load.repeat ?? 1) > 1 ? { repeat: repeat + 1 } : {};
    return (serial ? cells.map((cell) => [cell]) : [cells]).map((group): CallGroup => {
      const { slots, times } = groupPlaces({ cells: group, seed, repeat });
      const calls = slots.map((slot) => planCall({ ...slot, ...numbered, ...laterRounds(slot, anew), order: order++ }, sources));
      return { calls, ...times, ...(caller.pool ? { pool: caller.pool.size } : {}) };
    });
  }).flat();
  const planned = { scenario, cells, groups, order: serial ? "serial" : "blocks" } as const;
  return cells.some(({ settings }) => isOpenEnded(settings)) ? planned : { ...planned, turnsPlanned: turnsIn(groups) };
}

/** What a script that comes again draws from; one that draws nothing needs nothing. */
const laterRounds = ({ cell }: Slot, anew: RoundMaterial): LaterRounds =>
  cell.settings.caller.repeat !== undefined && drawsAnew(cell.settings.caller) ? { anew } : {};

export const turnsIn = (groups: readonly CallGroup[]): number => groups.flatMap((group) => group.calls).reduce((sum, call) => sum + call.turns.length, 0);

function planCall(slot: Slot & LaterRounds & Pick<PlannedCall, "order" | "repeat">, sources: ScriptSources): PlannedCall {
  const phase = (slot.order * GOLDEN_FRACTION) % 1;
  const { seed, network, session } = slot.cell.settings;
  return {
    ...slot,
    framePhaseUs: Math.round(phase * msToUs(session.frameMs)),
    network: callerNetwork(network, seed, slot.session),
    ...planScript(slot, sources),
  };
}
