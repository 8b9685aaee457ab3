// Who calls when, saying what, as a pure function of the scenario, its seed and the clips. Nothing in here reads a clock:
// instants are offsets from the run's start, and what depends on the server's answers is left to the session.

import { stream } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Expectation } from "../scenario/expectations.ts";
import type { Effort, Scenario } from "../scenario/scenario.ts";
import { isByTime } from "../scenario/load.ts";
import { drawMs } from "./distribution.ts";
import { groupPlaces, type GroupTimes, type Slot } from "./groups.ts";
import { cellsOf, isSerial, type Cell } from "./matrix.ts";

/** What the plan needs to know of a clip. */
export interface ClipTimes {
  readonly durationMs: number;
  /** The first and the last voiced sample. */
  readonly speechStartMs: number;
  readonly speechEndMs: number;
  /** What is said in it. */
  readonly text?: string;
}

export interface PlannedTurn extends ClipTimes {
  readonly turn: number;
  readonly clip: string;
  /** The effort that holds in this turn, and whether it has to be changed before it. */
  readonly effort?: Effort;
  readonly changesEffort: boolean;
  /** Pause between the end of what was heard before and this turn's audio, µs. */
  readonly thinkUs: number;
  /** The turn is said over the answer to the one before: its voice sets in this long after the answer is first heard. */
  readonly interruptAtMs?: number;
  readonly expect?: Expectation;
}

/** Every clip that a caller of the scenario says. */
export const clipsOf = ({ caller }: Scenario): readonly string[] => caller.turns.flatMap(({ say, interrupt }) => (interrupt ? [say, interrupt.say] : [say]));

export interface PlannedCall extends Slot {
  /** Place in the order of all calls. */
  readonly order: number;
  /** Where in its frame this caller's microphone stands, so that callers do not send at once, µs. */
  readonly framePhaseUs: number;
  /** Said once; in a run by time the first round of many (turn-of.ts). */
  readonly turns: readonly PlannedTurn[];
  /** Which time its cell runs, from 1; absent where it runs once. */
  readonly repeat?: number;
}

export interface Plan {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  /** Groups run one after the other; calls of a group share its concurrency. One group unless the order is serial. */
  readonly groups: readonly CallGroup[];
  readonly order: "blocks" | "serial";
  /** Absent in a run by time: how many turns there will be is up to the answers. */
  readonly turnsPlanned?: number;
}

/** One load, at once: its calls and their times. */
export interface CallGroup extends GroupTimes {
  readonly calls: readonly PlannedCall[];
  /** Connections that are ready before calls want them. */
  readonly pool?: number;
}

const GOLDEN_FRACTION = 0.6180339887498949;

/** The plan of the scenario; `clips` must hold every clip that a turn says. */
export function planOf(scenario: Scenario, clips: ReadonlyMap<string, ClipTimes>): Plan {
  const cells = cellsOf(scenario);
  const serial = isSerial(scenario);
  const { load, caller, seed } = scenario;
  let order = 0;
  const groups = Array.from({ length: load.repeat ?? 1 }, (_, repeat) => {
    const numbered = (load.repeat ?? 1) > 1 ? { repeat: repeat + 1 } : {};
    return (serial ? cells.map((cell) => [cell]) : [cells]).map((group): CallGroup => {
      const { slots, times } = groupPlaces({ cells: group, seed, repeat });
      const calls = slots.map((slot) => planCall({ ...slot, ...numbered, order: order++, clips }));
      return { calls, ...times, ...(caller.pool ? { pool: caller.pool.size } : {}) };
    });
  }).flat();
  const planned = { scenario, cells, groups, order: serial ? "serial" : "blocks" } as const;
  return isByTime(load) ? planned : { ...planned, turnsPlanned: turnsIn(groups) };
}

export const turnsIn = (groups: readonly CallGroup[]): number => groups.flatMap((group) => group.calls).reduce((sum, call) => sum + call.turns.length, 0);

interface CallToPlan extends Slot {
  readonly order: number;
  readonly repeat?: number;
  readonly clips: ReadonlyMap<string, ClipTimes>;
}

/**
 * How long the caller thinks before their `index`-th turn, interruptions not counted, µs. The same in every cell: efforts and
 * frame sizes are compared on the same calls.
 */
export const thinkUsOf = ({ cell: { settings }, session, call }: Slot, index: number): number =>
  msToUs(drawMs(settings.caller.thinkMs, stream(settings.seed, "think", session, call, index)));

function planCall({ clips, order, ...slot }: CallToPlan): PlannedCall {
  const { cell } = slot;
  const { caller, session: sessionSettings } = cell.settings;
  const phase = (order * GOLDEN_FRACTION) % 1;
  let effort = sessionSettings.effort;
  const timesOf = (clip: string): ClipTimes & { readonly clip: string } => {
    const times = clips.get(clip);
    if (!times) throw new Error(`the plan was given no clip ${clip}`);
    return { clip, ...times };
  };
  const turns: PlannedTurn[] = [];
  for (const [index, { say, interrupt, ...turn }] of caller.turns.entries()) {
    const next = turn.effort ?? sessionSettings.effort;
    const changesEffort = next !== effort;
    effort = next;
    const asked = next === undefined ? {} : { effort: next };
    const thinkUs = thinkUsOf(slot, index);
    turns.push({ turn: turns.length, ...timesOf(say), ...asked, changesEffort, thinkUs, ...(turn.expect && { expect: turn.expect }) });
    if (interrupt)
      turns.push({ turn: turns.length, ...timesOf(interrupt.say), ...asked, changesEffort: false, thinkUs: 0, interruptAtMs: interrupt.atAnswerMs });
  }
  return { ...slot, order, framePhaseUs: Math.round(phase * msToUs(sessionSettings.frameMs)), turns };
}
