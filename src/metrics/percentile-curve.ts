// A sample as a line by percentile, thin enough to be drawn and dense where the tail is: as far from 90 to 99 as from 99 to 99.9.

import type { Sample } from "./measure.ts";

const POINTS_MAX = 120;

export interface CurvePoint {
  /** The share of samples below it, in (0, 1). */
  readonly p: number;
  readonly value: number;
}

/** Where a percentile stands on the axis of the tail: the number of nines, -log10(1 - p). */
export const ninesOf = (p: number): number => -Math.log10(1 - p);

/** Of samples in rank order, evenly spread over that axis. A censored sample takes its rank and has no point, so the line ends before it. */
export function percentileCurve(sorted: readonly Sample[]): CurvePoint[] {
  const count = sorted.length;
  const seen = sorted.filter((sample) => !sample.censored).length;
  if (seen === 0) return [];
  const at = (rank: number): CurvePoint => ({ p: (rank + 0.5) / count, value: sorted[rank]?.value ?? 0 });
  const last = ninesOf(at(seen - 1).p);
  const ranks = Array.from({ length: POINTS_MAX + 1 }, (_, step) => Math.min(seen - 1, Math.floor(count * (1 - 10 ** -((last * step) / POINTS_MAX)))));
  return [...new Set(ranks)].map(at);
}
