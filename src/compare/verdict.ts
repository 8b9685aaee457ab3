// From an effect's interval to a verdict on one quantile of one metric of one pair of cells.

import { numberOf, type Effect } from "./bootstrap.ts";
import type { Verdict } from "./comparison.ts";
import type { Policy } from "./policy.ts";

/** Samples that must lie beyond a quantile before it may decide anything. */
export const BEYOND_MIN = 10;

/** Why the quantile must not decide, or undefined where it may: n_eff * (1 - p) is below 10 in one arm. */
export function refusal(p: number, effectiveTurns: readonly number[]): string | undefined {
  const fewest = Math.min(...effectiveTurns);
  if (fewest * (1 - p) >= BEYOND_MIN - 1e-9) return undefined;
  return `not gated: worth ${Math.floor(fewest)} independent turns, ${Math.ceil(BEYOND_MIN / (1 - p) - 1e-9)} are needed`;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason?: string;
}

/**
 * regression: the whole interval is above ln(1 + X) and the change is larger than Y. improved: its mirror image. ok: a
 * slowdown of X can be excluded. Otherwise inconclusive; also where a certain change is too small for this instrument to tell.
 *
 * Of two runs at different times nobody knows how far the world drifted between them. What they show is widened by the drift
 * allowance on either side; what then still stands is larger than the drift, the rest is inconclusive.
 *
 * `change` is candidate - baseline in the metric's unit, null where one of the two quantiles is "longer than we waited"; `sessions` are those of the
 * smaller arm, to say how many would tell.
 */
export function judge(effect: Effect, change: number | null, policy: Policy, sessions?: number): Judgement {
  const drift = Math.log1p(policy.driftAllowance);
  const limit = Math.log1p(policy.relative);
  const [low, high] = [numberOf(effect.logRatio.low), numberOf(effect.logRatio.high)];
  const isLarge = change === null || Math.abs(change) > policy.absoluteMs;
  if (low - drift > limit && isLarge) return { verdict: "regression" };
  if (high + drift < -limit && isLarge) return { verdict: "improved" };
  if (high + drift < limit) return { verdict: "ok" };
  if (low - drift > limit) {
    const Y = `${Math.round(policy.absoluteMs)} ms`;
    return { verdict: "inconclusive", reason: `slower, but by less than ${Y}: what counts as a change is never below three times the instrument's own error` };
  }
  const X = `${Math.round(policy.relative * 100)} %`;
  if (drift > 0 && (low > limit || high < limit))
    return { verdict: "inconclusive", reason: "the effect does not stand out from the drift that two runs may have" };
  const more = sessions === undefined ? "more sessions narrow the interval" : remedy(sessionsToTell([low, high], policy, sessions));
  return { verdict: "inconclusive", reason: `neither a slowdown above ${X} nor its absence is certain; ${more}` };
}

/** More a side than this, and the change and its limit are too close together to be told apart. */
const SESSIONS_MAX = 5_000;

/** How many sessions a side would conclude, if the change is what it looks like: an interval shrinks with the root of their number. */
export function sessionsToTell([low, high]: readonly [number, number], policy: Policy, sessions: number): number | undefined {
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const gap = Math.abs(middle - Math.log1p(policy.relative)) - Math.log1p(policy.driftAllowance);
  const needed = Math.ceil(sessions * (half / gap) ** 2 - 1e-6);
  return gap > 0 && needed <= SESSIONS_MAX ? needed : undefined;
}

const remedy = (needed: number | undefined): string =>
  needed === undefined
    ? "no sensible number of sessions would tell, so near to the limit is what was found"
    : `about ${needed} sessions a side would tell, if the change is what it looks like`;
