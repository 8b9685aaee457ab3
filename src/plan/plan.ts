// Who calls when, saying what, as a pure function of the scenario, its seed and the clips. Nothing in here reads a clock:
// instants are offsets from the run's start, and what depends on the server's answers is left to the session.

import { shuffled, stream } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { createDraw, noMaterial, type Material } from "./material.ts";
import { cellsOf, isSerial, type Cell } from "./matrix.ts";
import { isOpenEnded, planScript, type PlannedScript, type ScriptSources, type Slot } from "./plan-script.ts";
import type { ClipTimes } from "./planned-turn.ts";

export interface PlannedCall extends PlannedScript {
  readonly cell: Cell;
  /** Caller number in the cell. */
  readonly session: number;
  readonly call: number;
  /** Place in the order of all calls. */
  readonly order: number;
  /** Where in its frame this caller's microphone stands, so that callers do not send at once, µs. */
  readonly framePhaseUs: number;
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

export interface CallGroup {
  readonly calls: readonly PlannedCall[];
  readonly concurrency: number;
  /** Offset of the first `concurrency` starts from the group's own start, µs. */
  readonly startOffsetsUs: readonly number[];
  /** In a run by time: from here on, also from the group's start, no new turn begins. */
  readonly windowEndUs?: number;
}

const GOLDEN_FRACTION = 0.6180339887498949;
const US_PER_START = msToUs(1_000 / 200);

/** The plan of the scenario; `clips` must hold every clip that a turn says, `material` every set and feeder. */
export function planOf(scenario: Scenario, clips: ReadonlyMap<string, ClipTimes>, material: Material = noMaterial): Plan {
  const sources = { clips, material, draw: createDraw(scenario.seed) };
  const cells = cellsOf(scenario);
  const serial = isSerial(scenario);
  const slots = serial ? cells.map((cell) => slotsOf([cell], scenario.seed)) : [slotsOf(cells, scenario.seed)];
  let order = 0;
  const groups = slots.map((group): CallGroup => {
    const calls = group.map((slot) => planCall(slot, order++, sources));
    return { calls, ...startsOf(group[0]?.cell.settings ?? scenario, calls.length) };
  });
  const turns = groups.flatMap((group) => group.calls).reduce((sum, call) => sum + call.turns.length, 0);
  const planned = { scenario, cells, groups, order: serial ? "serial" : "blocks" } as const;
  return isOpenEnded(scenario) ? planned : { ...planned, turnsPlanned: turns };
}

/**
 * Calls in permuted blocks: every block holds one call of every cell in random order, so that whatever drifts during the
 * run (the machine, the server) drifts alike for all cells.
 */
function slotsOf(cells: readonly Cell[], seed: number): readonly Slot[] {
  const order = stream(seed, "order");
  const sessions = Math.max(...cells.map((cell) => cell.settings.load.sessions));
  const calls = Math.max(...cells.map((cell) => cell.settings.load.calls));
  const slots: Slot[] = [];
  for (let call = 0; call < calls; call++) {
    for (let session = 0; session < sessions; session++) {
      const block = cells.filter((cell) => session < cell.settings.load.sessions && call < cell.settings.load.calls);
      slots.push(...shuffled(block, order).map((cell) => ({ cell, session, call })));
    }
  }
  return slots;
}

function startsOf({ load }: Scenario, calls: number): Omit<CallGroup, "calls"> {
  const concurrency = Math.min(calls, load.concurrency ?? (load.durationMs === undefined ? load.sessions : calls));
  const startOverUs = load.startOverMs === undefined ? Math.max(1_000_000, concurrency * US_PER_START) : msToUs(load.startOverMs);
  const startOffsetsUs = Array.from({ length: concurrency }, (_, lane) => Math.round((lane * startOverUs) / concurrency));
  return { concurrency, startOffsetsUs, ...(load.durationMs === undefined ? {} : { windowEndUs: startOverUs + msToUs(load.durationMs) }) };
}

function planCall(slot: Slot, order: number, sources: ScriptSources): PlannedCall {
  const phase = (order * GOLDEN_FRACTION) % 1;
  const { frameMs } = slot.cell.settings.session;
  return { ...slot, order, framePhaseUs: Math.round(phase * msToUs(frameMs)), ...planScript(slot, sources) };
}
