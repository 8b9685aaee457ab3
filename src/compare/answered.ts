// The gate of the answered share. A quantile barely moves when two turns in a hundred get no answer; callers notice.

import { effectiveCount, intraclassCorrelation, type ClusteredSamples } from "./clusters.ts";
import type { AnsweredComparison, Verdict } from "./comparison.ts";
import type { Policy } from "./policy.ts";

const Z_95 = 1.959963984540054;

interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** A share of successes with Wilson's 95 % score interval (Wilson 1927), which is honest at 0 and at 1; `count` may be fractional. */
export function wilson(share: number, count: number): Share {
  const z2 = Z_95 * Z_95;
  const middle = (share + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Z_95 / (1 + z2 / count)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count * count));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

interface Counted {
  readonly answered: number;
  readonly asked: number;
}

/** Samples are 1 for an answered turn and 0 for another. */
const count = ({ values }: ClusteredSamples): Counted => ({ answered: values.reduce((sum, value) => sum + value, 0), asked: values.length });

/**
 * Answered among answered, unanswered and failed turns, candidate - baseline, with Newcombe's hybrid score interval (1998,
 * method 10) on effective counts. Regression: a drop is certain and larger than `answeredDrop`. Ok: a drop of
 * `answeredExcludedDrop` can be excluded. Improved mirrors regression. Undefined where an arm was asked nothing.
 */
export function compareAnswered(baseline: ClusteredSamples, candidate: ClusteredSamples, policy: Policy): AnsweredComparison | undefined {
  const samples = [baseline, candidate] as const;
  const [before, after] = [count(baseline), count(candidate)];
  if (before.asked === 0 || after.asked === 0) return undefined;
  // When a call breaks, all its turns go with it. An arm that lost nothing can't tell how much: it takes the other's word.
  const correlation = Math.max(...samples.map(intraclassCorrelation));
  const shareOf = ({ answered, asked }: Counted, arm: ClusteredSamples): Share => wilson(answered / asked, effectiveCount(arm, correlation));
  const [a, b] = [shareOf(before, baseline), shareOf(after, candidate)];
  const change = b.share - a.share;
  const low = change - Math.hypot(b.share - b.low, a.high - a.share);
  const high = change + Math.hypot(b.high - b.share, a.share - a.low);
  return {
    baseline: before,
    candidate: after,
    difference: { low, high },
    ...judge(change, low, high, policy),
  };
}

function judge(change: number, low: number, high: number, policy: Policy): { readonly verdict: Verdict; readonly reason?: string } {
  if (high < 0 && change < -policy.answeredDrop) return { verdict: "regression" };
  if (low > 0 && change > policy.answeredDrop) return { verdict: "improved" };
  if (low > -policy.answeredExcludedDrop) return { verdict: "ok" };
  return { verdict: "inconclusive", reason: `too few turns to exclude a drop of ${Math.round(policy.answeredExcludedDrop * 100)} points` };
}
