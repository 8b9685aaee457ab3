// Watches the thresholds that may end a run before its time: counts their samples as rows come, and says when one is missed
// for sure.

import { measure, rowsFor } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunHead } from "../result/assemble.ts";
import { emptyTally, isMissedForSure, tallied, type Tally } from "../result/missed-for-sure.ts";
import type { ThresholdResult } from "../result/run-result.ts";
import { isAboutRow, matches, type Threshold } from "../result/threshold.ts";
import { isWarmUp } from "../result/warm-up.ts";

interface Missed {
  readonly text: string;
  readonly cell: string;
  /** Since the run's start. */
  readonly afterMs: number;
}

export interface AbortWatch {
  note(row: TurnRow): void;
  /** Looks whether a threshold is missed by now; the first one found stays. */
  look(sinceStartMs: number): void;
  /** The threshold that ended the run. */
  missed(): Missed | undefined;
  /** Aborts when the run is to end, with the reason. */
  readonly signal: AbortSignal;
}

interface Watched {
  readonly threshold: Threshold;
  readonly cell: string;
  readonly afterMs: number;
  tally: Tally;
}

export function createAbortWatch(thresholds: readonly Threshold[], { cells, tags }: Pick<RunHead, "cells" | "tags">): AbortWatch {
  const watched = thresholds.flatMap((threshold): Watched[] => {
    const { abortAfterMs: afterMs } = threshold;
    if (afterMs === undefined) return [];
    return cells.filter((cell) => matches(cell, threshold.where, tags)).map((cell) => ({ threshold, cell: cell.id, afterMs, tally: emptyTally }));
  });
  const abort = new AbortController();
  let missed: Missed | undefined;
  return {
    signal: abort.signal,
    missed: () => missed,
    note(row) {
      for (const one of watched) {
        const { metric, where } = one.threshold;
        if (one.cell !== row.cell || isWarmUp(row) || !isAboutRow(row, where) || rowsFor(metric, [row], where["kind"]).length === 0) continue;
        const sample = measure(metric, row);
        if (sample) one.tally = tallied(one.tally, sample, one.threshold);
      }
    },
    look(sinceStartMs) {
      const found = missed ? undefined : watched.find((one) => sinceStartMs >= one.afterMs && isMissedForSure(one.threshold, one.tally));
      if (!found) return;
      missed = { text: found.threshold.text, cell: found.cell, afterMs: sinceStartMs };
      const where = found.cell === "all" ? "" : ` in ${found.cell}`;
      abort.abort(`${missed.text} was missed for sure${where} after ${Math.round(sinceStartMs / 1_000)} s`);
    },
  };
}

/** The final verdicts: what ended the run stays missed, whatever the last turns in progress brought. */
export const withMissed = (results: readonly ThresholdResult[], missed: Missed | undefined): readonly ThresholdResult[] =>
  results.map((result) =>
    result.text === missed?.text && result.cell === missed.cell
      ? {
          ...result,
          passed: false,
          endedRun: true,
          actual: `${result.actual}; missed for sure after ${Math.round(missed.afterMs / 1_000)} s, which ended the run`,
        }
      : result,
  );
