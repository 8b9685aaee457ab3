// Whether a threshold is missed beyond doubt while the run still goes on: by so many of the samples so far that chance does
// not explain it, at three standard errors. A look a second over a long run stays far from false alarms at that.

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

const STANDARD_ERRORS = 3;
/** Fewer samples say nothing of how they spread. */
const SPREAD_KNOWN = 10;

/** Wilson's interval of a share: `successes` of `count`. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927). */
function wilson(successes: number, count: number): readonly [number, number] {
  const z2 = STANDARD_ERRORS ** 2;
  const share = successes / count;
  const centre = (share + z2 / (2 * count)) / (1 + z2 / count);
  const half = (STANDARD_ERRORS / (1 + z2 / count)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count * count));
  return [centre - half, centre + half];
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
      return wilson(tally.beyond, tally.count)[0] > (isUpper ? 1 - statistic.p : statistic.p);
    case "max":
      return isUpper && tally.beyond > 0;
    case "min":
      return !isUpper && tally.beyond > 0;
    case "rate":
      return outside(wilson(tally.sum, tally.count));
    case "mean":
      return outside(meanInterval(tally));
    case "total":
      return isUpper && !isMet(tally.sum, comparison, limit);
    case "per":
      return statistic.unit === "turn" && outside(meanInterval(tally));
  }
}
