// Whether a threshold is missed beyond doubt while the run still goes on: by so many of the samples so far that chance does
// not explain it. It is looked at once a second for as long as the run lasts, so the odds are long.

import { isMet, type Threshold } from "./threshold.ts";
import type { Sample } from "../metrics/measure.ts";

/** What has to be kept of the samples of one threshold in one cell. */
export interface Tally {
  readonly count: number;
  /** Samples that do not keep the limit themselves; a censored one never keeps an upper limit. */
  readonly beyond: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

export const emptyTally: Tally = { count: 0, beyond: 0, sum: 0, sumOfSquares: 0 };

export function tallied({ count, beyond, sum, sumOfSquares }: Tally, { value, censored }: Sample, { comparison, limit }: Threshold): Tally {
  const keeps = censored ? comparison.startsWith(">") : isMet(value, comparison, limit);
  return { count: count + 1, beyond: beyond + (keeps ? 0 : 1), sum: sum + value, sumOfSquares: sumOfSquares + value * value };
}

/** Chance alone would bring so many at most once in a hundred thousand looks: -ln of that. */
const LOG_ODDS = 11.5;
/** The same of a mean, in standard errors, and fewer samples say nothing of how they spread. */
const STANDARD_ERRORS = 4.3;
const SPREAD_KNOWN = 30;

/**
 * Whether a share of `found` in `count` samples is too large to be chance where it is `allowed` in truth: by the bound on
 * the tail of the binomial distribution, which holds for few samples too. Source: W. Hoeffding, J. Am. Stat. Assoc. 58 (1963).
 */
function isBeyondChance(found: number, { allowed, count }: { readonly allowed: number; readonly count: number }): boolean {
  if (found <= allowed) return false;
  const part = (share: number, of: number): number => (share === 0 ? 0 : share * Math.log(share / of));
  return count * (part(found, allowed) + part(1 - found, 1 - allowed)) > LOG_ODDS;
}

function meanInterval({ count, sum, sumOfSquares }: Tally): readonly [number, number] {
  if (count < SPREAD_KNOWN) return [-Infinity, Infinity];
  const mean = sum / count;
  const half = STANDARD_ERRORS * Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean) / (count - 1));
  return [mean - half, mean + half];
}

/** What can't be known before the end (per minute, per call) is never sure. */
export function isMissedForSure({ statistic, comparison, limit }: Threshold, tally: Tally): boolean {
  if (tally.count === 0) return false;
  const isUpper = comparison.startsWith("<");
  const outside = ([low, high]: readonly [number, number]): boolean => !isMet(isUpper ? low : high, comparison, limit);
  switch (statistic.type) {
    case "quantile":
      return isBeyondChance(tally.beyond / tally.count, { allowed: isUpper ? 1 - statistic.p : statistic.p, count: tally.count });
    case "max":
      return isUpper && tally.beyond > 0;
    case "min":
      return !isUpper && tally.beyond > 0;
    case "rate":
      return isUpper
        ? isBeyondChance(tally.sum / tally.count, { allowed: Math.max(0, limit), count: tally.count })
        : isBeyondChance(1 - tally.sum / tally.count, { allowed: Math.max(0, 1 - limit), count: tally.count });
    case "mean":
      return outside(meanInterval(tally));
    case "total":
      return isUpper && !isMet(tally.sum, comparison, limit);
    case "per":
      return statistic.unit === "turn" && outside(meanInterval(tally));
  }
}
