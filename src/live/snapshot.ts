// What is known of a run at one moment while it goes on: plain data, which the terminal, the page and Prometheus all read.

import type { Quantile } from "../metrics/quantile.ts";
import type { Outcome, TurnUsage } from "../metrics/turn-row.ts";
import type { BudgetFindings } from "../result/run-result.ts";

export interface Quantiles {
  readonly p50?: Quantile;
  readonly p90?: Quantile;
}

export interface CellSnapshot {
  readonly id: string;
  /** Callers that the plan gives it. */
  readonly sessions: number;
  /** Turns that have ended, those of the warm-up too. */
  readonly turns: number;
  /** Absent where the answers or the clock decide how many there will be. */
  readonly turnsPlanned?: number;
  /** Of turns that count, so without the warm-up. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Voice to voice in plain turns, ms: since the run began, and of the latest turns alone. */
  readonly soFar: Quantiles;
  readonly latest: Quantiles;
}

export interface Snapshot {
  readonly scenario: string;
  readonly runId: string;
  /** Where its files are. */
  readonly folder: string;
  /** Since the run began, and what it is expected to take; ms. */
  readonly elapsedMs: number;
  readonly expectedMs?: number;
  /** Calls in progress, of all cells. */
  readonly running: number;
  readonly turns: number;
  readonly turnsPlanned?: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly cells: readonly CellSnapshot[];
  /** Failed turns by what broke them, the most frequent first. */
  readonly failures: readonly { readonly failureClass: string; readonly turns: number }[];
  readonly usage: TurnUsage;
  /** At list price, in millionths of a dollar, of turns whose price is known, and how many are without one. */
  readonly microUsd: number;
  readonly unpricedTurns: number;
  /** What may be spent, and what the earlier part of a resumed run did spend. */
  readonly budget?: Pick<BudgetFindings, "limits" | "spentBefore">;
  readonly instrument: InstrumentSnapshot;
  /** Why the figures may be wrong, as far as can be told by now. */
  readonly doubts: readonly string[];
  /** Set once the run is over. */
  readonly end?: { readonly report: string };
}

/** What earshot can tell of its own punctuality while it runs. */
export interface InstrumentSnapshot {
  /** Microphone frames of the turns that have ended, those that were late, and by how much at most. */
  readonly framesSent: number;
  readonly framesLate: number;
  readonly latenessMaxMs: number;
  /** Turns in which a thread stood still at an instant that was measured. */
  readonly suspectTurns: number;
  /** By how much the first thread's own clock was late at most; ms. */
  readonly standstillMaxMs: number;
}

/** More late frames than this are told. */
const LATE_SHARE = 0.01;
/** The first thread makes no calls; that it stands still matters only as a sign of a machine that is too small. */
const STANDSTILL_MS = 200;

/** The doubts that a look at the instrument raises. The rules that decide whether a run is valid are stricter and come at its end. */
export function doubtsOf({ framesSent, framesLate, latenessMaxMs, suspectTurns, standstillMaxMs }: InstrumentSnapshot): readonly string[] {
  const lateShare = framesSent === 0 ? 0 : framesLate / framesSent;
  return [
    ...(lateShare > LATE_SHARE
      ? [`${(lateShare * 100).toFixed(1)} % of the microphone frames left late, at most ${Math.round(latenessMaxMs)} ms: use fewer callers or more cores`]
      : []),
    ...(suspectTurns > 0 ? [`${suspectTurns} ${suspectTurns === 1 ? "turn was" : "turns were"} measured while a thread stood still`] : []),
    ...(standstillMaxMs > STANDSTILL_MS ? [`earshot's first thread stood still for ${Math.round(standstillMaxMs)} ms: the machine is busy`] : []),
  ];
}
