// The load of one group of cells as places in time: who calls, in which order, and when. Closed loads have lanes, stages
// have callers who come and go, open loads have an instant for every call. plan.ts makes calls of the places.

import { shuffled, stream, type Random } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Load } from "../scenario/load.ts";
import { isByTime } from "../scenario/load.ts";
import { arrivalInstantsUs, stairEndsMs } from "./arrivals.ts";
import type { Cell } from "./matrix.ts";

export interface Slot {
  readonly cell: Cell;
  readonly session: number;
  readonly call: number;
  /** It counts in no figure. */
  readonly warmUp?: true;
  /** From here on, from the group's start, the caller begins no new turn, µs. */
  readonly untilUs?: number;
}

export interface GroupTimes {
  /** Calls in progress at once. */
  readonly concurrency: number;
  /** Offset of the first `concurrency` starts from the group's own start, µs; in an open load the instants of all calls. */
  readonly startOffsetsUs: readonly number[];
  /** In a run by time: from here on, also from the group's start, no new turn begins. */
  readonly windowEndUs?: number;
  /** An open load: one call more than so many at once is dropped. */
  readonly maxSessions?: number;
  /** Turns begun before that, from the group's start, count in no figure, µs. */
  readonly warmUpUs?: number;
  /** Where stages end, from the group's start, µs. */
  readonly stageEndsUs?: readonly number[];
}

export interface GroupPlaces {
  readonly slots: readonly Slot[];
  readonly times: GroupTimes;
}

const US_PER_START = msToUs(1_000 / 200);

const startOverUsOf = ({ startOverMs }: Load, callers: number): number =>
  startOverMs === undefined ? Math.max(1_000_000, callers * US_PER_START) : msToUs(startOverMs);

const warmUpMsOf = ({ warmUp }: Load): number => (warmUp && "durationMs" in warmUp ? warmUp.durationMs : 0);

export interface GroupQuestion {
  readonly cells: readonly Cell[];
  readonly seed: number;
  /** Which time the cells run, from 0. Callers of every time have numbers, and so draws, of their own. */
  readonly repeat: number;
}

/** The load is that of the group's first cell: cells that differ in it are groups of their own. */
export function groupPlaces(question: GroupQuestion): GroupPlaces {
  const { cells, seed, repeat } = question;
  const load = (cells[0] as Cell).settings.load;
  const order = repeat === 0 ? stream(seed, "order") : stream(seed, "order", repeat);
  if (load.model === "open") return openPlaces(load, order, question);
  return load.stages ? stagePlaces(load, order, question) : closedPlaces(load, order, question);
}

/**
 * Calls in permuted blocks: every block holds one call of every cell in random order, so that whatever drifts during the
 * run (the machine, the server) drifts alike for all cells. Warm-up calls come first, under numbers that no other call has:
 * what is measured is the same with them and without.
 */
function closedPlaces(load: Load, order: Random, { cells, seed, repeat }: GroupQuestion): GroupPlaces {
  const warmOrder = stream(seed, "warm-up order", repeat);
  const warm = load.warmUp ?? { sessions: 0 };
  const warmSessions = "sessions" in warm ? warm.sessions : 0;
  const warmCalls = "calls" in warm ? warm.calls : 0;
  const callers = (cell: Cell): number => cell.settings.load.sessions;
  const most = Math.max(...cells.map(callers));
  const slots: Slot[] = [];
  const block = (session: number, call: number, more: Pick<Slot, "warmUp"> = {}): void => {
    const there = cells.filter((cell) => more.warmUp !== undefined || session < callers(cell));
    const numbered = (cell: Cell): number => repeat * (callers(cell) + warmSessions) + session;
    slots.push(...shuffled(there, more.warmUp ? warmOrder : order).map((cell) => ({ cell, session: numbered(cell), call, ...more })));
  };
  for (let session = most; session < most + warmSessions; session++) block(session, 0, { warmUp: true });
  for (let call = load.calls; call < load.calls + warmCalls; call++) for (let session = 0; session < most; session++) block(session, call, { warmUp: true });
  for (let call = 0; call < load.calls; call++) for (let session = 0; session < most; session++) block(session, call);
  const byTime = isByTime(load);
  const concurrency = Math.min(slots.length, load.concurrency ?? (byTime ? slots.length : load.sessions));
  const startOverUs = startOverUsOf(load, concurrency);
  const warmUpUs = msToUs(warmUpMsOf(load));
  const startOffsetsUs = Array.from({ length: concurrency }, (_, lane) => Math.round((lane * startOverUs) / concurrency));
  const times = { concurrency, startOffsetsUs, ...(warmUpUs > 0 ? { warmUpUs: byTime ? startOverUs + warmUpUs : warmUpUs } : {}) };
  return { slots, times: byTime ? { ...times, windowEndUs: startOverUs + warmUpUs + msToUs(load.durationMs ?? 0) } : times };
}

/** Callers come at the beginning of the stage that wants more of them, spread over startOver, and the last to come leave first. */
function stagePlaces(load: Load, order: Random, { cells, repeat }: GroupQuestion): GroupPlaces {
  const warmUpUs = msToUs(warmUpMsOf(load));
  const stages = load.stages ?? [];
  const callers: { readonly fromStage: number; untilUs?: number }[] = [];
  let present: { readonly fromStage: number; untilUs?: number }[] = [];
  const stageEndsUs: number[] = [];
  let endUs = warmUpUs;
  for (const [index, { sessions, forMs }] of stages.entries()) {
    for (const leaver of present.slice(sessions)) leaver.untilUs = endUs;
    present = present.slice(0, sessions);
    while (present.length < sessions) {
      const caller = { fromStage: index };
      callers.push(caller);
      present.push(caller);
    }
    endUs += msToUs(forMs);
    stageEndsUs.push(endUs);
  }
  const slots: Slot[] = [];
  const startOffsetsUs: number[] = [];
  for (const [index, newcomers] of Map.groupBy(callers.entries(), ([, caller]) => caller.fromStage)) {
    const startUs = index === 0 ? 0 : (stageEndsUs[index - 1] ?? 0);
    const lengthUs = msToUs(stages[index]?.forMs ?? 0);
    const overUs = Math.min(startOverUsOf(load, newcomers.length * cells.length), lengthUs);
    const step = overUs / (newcomers.length * cells.length);
    for (const [session, { untilUs }] of newcomers) {
      for (const cell of shuffled(cells, order)) {
        startOffsetsUs.push(Math.round(startUs + (slots.length - firstOf(index, callers) * cells.length) * step));
        slots.push({ cell, session: repeat * callers.length + session, call: 0, ...(untilUs === undefined ? {} : { untilUs }) });
      }
    }
  }
  const concurrency = slots.length;
  return { slots, times: { concurrency, startOffsetsUs, windowEndUs: endUs, stageEndsUs, ...(warmUpUs > 0 ? { warmUpUs } : {}) } };
}

const firstOf = (stage: number, callers: readonly { readonly fromStage: number }[]): number => callers.findIndex((caller) => caller.fromStage === stage);

/** Arrivals are those of the whole group; its cells take turns at them, in permuted blocks. */
function openPlaces(load: Load, order: Random, { cells, seed, repeat }: GroupQuestion): GroupPlaces {
  const { arrivals, durationMs = 0, maxSessions = load.sessions, warmUp } = load;
  if (!arrivals) throw new Error("an open load without arrivals was let through");
  const warmUpMs = warmUpMsOf(load);
  const instantsOf = (time: number): readonly number[] => arrivalInstantsUs({ arrivals, durationMs, warmUpMs, random: stream(seed, "arrivals", time) });
  const roundsIn = (instants: readonly number[]): number => Math.ceil(instants.length / cells.length);
  const startOffsetsUs = instantsOf(repeat);
  const warmCalls = warmUp && "calls" in warmUp ? warmUp.calls * cells.length : 0;
  const numbersUsed = Array.from({ length: repeat }, (_, time) => roundsIn(instantsOf(time))).reduce((sum, rounds) => sum + rounds, 0);
  const slots = Array.from({ length: roundsIn(startOffsetsUs) }, (_, round) =>
    shuffled(cells, order).map((cell): Slot => ({ cell, session: numbersUsed + round, call: 0 })),
  )
    .flat()
    .slice(0, startOffsetsUs.length)
    .map((slot, index): Slot => (index < warmCalls ? { ...slot, warmUp: true } : slot));
  const stageEndsUs = stairEndsMs(arrivals).map((ms) => msToUs(warmUpMs + ms));
  return {
    slots,
    times: {
      concurrency: Math.max(1, Math.min(maxSessions, slots.length)),
      startOffsetsUs,
      maxSessions,
      ...(warmUpMs > 0 ? { warmUpUs: msToUs(warmUpMs) } : {}),
      ...(stageEndsUs.length > 0 ? { stageEndsUs: [...stageEndsUs, msToUs(warmUpMs + durationMs)] } : {}),
    },
  };
}
