// The scale on which changes are drawn: logarithms of ratios, so that half as long and twice as long are equally far from no change.

import { numberOf } from "../compare/bootstrap.ts";
import type { QuantileComparison } from "../compare/comparison.ts";
import type { Policy } from "../compare/policy.ts";
import { pointOf } from "./comparison-words.ts";

/** Four times as long: what is further out ends in an arrow, or it would press everything else together. */
const FURTHEST = Math.log(4);
/** How far beyond what counts as a change the scale goes at least, in its multiples. */
const ROOM = 1.6;

export interface ChangeScale {
  readonly from: number;
  readonly to: number;
  /** What counts as a change lies beyond this, either way. */
  readonly limit: number;
}

export interface DrawnChange {
  readonly row: QuantileComparison;
  readonly low: number;
  readonly high: number;
  /** Whether that end lies further out than is drawn, or beyond all answers. */
  readonly isLowOpen: boolean;
  readonly isHighOpen: boolean;
  /** What was observed; absent where nobody knows, or where it is further out than is drawn. */
  readonly point?: number;
}

export function changeScale(rows: readonly QuantileComparison[], { relative, driftAllowance }: Policy): ChangeScale {
  const limit = Math.log1p(relative);
  const drift = Math.log1p(driftAllowance);
  const ends = rows.flatMap(({ logRatio }) => (logRatio ? [numberOf(logRatio.low) - drift, numberOf(logRatio.high) + drift] : [])).filter(Number.isFinite);
  return {
    from: Math.max(-FURTHEST, Math.min(-ROOM * limit, ...ends)),
    to: Math.min(FURTHEST, Math.max(ROOM * limit, ...ends)),
    limit,
  };
}

/** The rows that have an interval, cut to the scale. */
export function drawnChanges(rows: readonly QuantileComparison[], { from, to }: ChangeScale): DrawnChange[] {
  const inside = (value: number): number => Math.min(to, Math.max(from, value));
  return rows.flatMap((row) => {
    if (!row.logRatio) return [];
    const [low, high] = [numberOf(row.logRatio.low), numberOf(row.logRatio.high)];
    const point = pointOf(row);
    const isShown = point !== undefined && point >= from && point <= to;
    return [{ row, low: inside(low), high: inside(high), isLowOpen: low < from, isHighOpen: high > to, ...(isShown ? { point } : {}) }];
  });
}
