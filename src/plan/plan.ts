// Who calls when, saying what, as a pure function of the scenario, its seed and the clips. Nothing in here reads a clock:
// instants are offsets from the run's start, and what depends on the server's answers is left to the session.

import { shuffled, stream } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Effort, Scenario } from "../scenario/scenario.ts";
import { drawMs } from "./distribution.ts";
import { cellsOf, isSerial, type Cell } from "./matrix.ts";

/** What the plan needs to know of a clip. */
export interface ClipTimes {
  readonly durationMs: number;
  /** The first and the last voiced sample. */
  readonly speechStartMs: number;
  readonly speechEndMs: number;
  /** The pauses in it, where a server may take the turn to be over. */
  readonly pausesMs?: readonly number[];
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
}

/** Every clip that a caller of the scenario says. */
export const clipsOf = ({ caller }: Scenario): readonly string[] => caller.turns.flatMap(({ say, interrupt }) => (interrupt ? [say, interrupt.say] : [say]));

export interface PlannedCall {
  readonly cell: Cell;
  /** Caller number in the cell. */
  readonly session: number;
  readonly call: number;
  /** Place in the order of all calls. */
  readonly order: number;
  /** Where in its frame this caller's microphone stands, so that callers do not send at once, µs. */
  readonly framePhaseUs: number;
  /** Said once; in a run by time the first round of many (turn-of.ts). */
  readonly turns: readonly PlannedTurn[];
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

/** The plan of the scenario; `clips` must hold every clip that a turn says. */
export function planOf(scenario: Scenario, clips: ReadonlyMap<string, ClipTimes>): Plan {
  const cells = cellsOf(scenario);
  const serial = isSerial(scenario);
  const slots = serial ? cells.map((cell) => slotsOf([cell], scenario.seed)) : [slotsOf(cells, scenario.seed)];
  let order = 0;
  const groups = slots.map((group): CallGroup => {
    const calls = group.map((slot) => planCall({ ...slot, order: order++, clips }));
    return { calls, ...startsOf(group[0]?.cell.settings ?? scenario, calls.length) };
  });
  const turns = groups.flatMap((group) => group.calls).reduce((sum, call) => sum + call.turns.length, 0);
  const planned = { scenario, cells, groups, order: serial ? "serial" : "blocks" } as const;
  return scenario.load.durationMs === undefined ? { ...planned, turnsPlanned: turns } : planned;
}

export interface Slot {
  readonly cell: Cell;
  readonly session: number;
  readonly call: number;
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

interface CallToPlan extends Slot {
  readonly order: number;
  readonly clips: ReadonlyMap<string, ClipTimes>;
}

/**
 * How long the caller thinks before their `index`-th turn, interruptions not counted, µs. The same in every cell: efforts and
 * frame sizes are compared on the same calls.
 */
export const thinkUsOf = ({ cell: { settings }, session, call }: Slot, index: number): number =>
  msToUs(drawMs(settings.caller.thinkMs, stream(settings.seed, "think", session, call, index)));

function planCall({ cell, session, call, order, clips }: CallToPlan): PlannedCall {
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
    const thinkUs = thinkUsOf({ cell, session, call }, index);
    turns.push({ turn: turns.length, ...timesOf(say), ...asked, changesEffort, thinkUs });
    if (interrupt)
      turns.push({ turn: turns.length, ...timesOf(interrupt.say), ...asked, changesEffort: false, thinkUs: 0, interruptAtMs: interrupt.atAnswerMs });
  }
  return { cell, session, call, order, framePhaseUs: Math.round(phase * msToUs(sessionSettings.frameMs)), turns };
}
