// The gate of the answered share. A quantile barely moves when two turns in a hundred get no answer; callers notice.

import type { TurnRow } from "../metrics/turn-row.ts";
import { measure } from "../metrics/measure.ts";
import { clusterSamples, effectiveCount, intraclassCorrelation, type ClusteredSamples } from "./clusters.ts";
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

const isAsked = (row: TurnRow): boolean => measure("answered", row) !== undefined;
const countAnswered = (rows: readonly TurnRow[]): number => rows.filter((row) => row.outcome === "answered").length;

/**
 * Answered among answered, unanswered and failed turns, candidate - baseline, with Newcombe's hybrid score interval (1998,
 * method 10) on effective counts. Regression: a drop is certain and larger than `answeredDrop`. Ok: a drop of
 * `answeredExcludedDrop` can be excluded. Improved mirrors regression. Undefined where an arm was asked nothing.
 */
export function compareAnswered(baseline: readonly TurnRow[], candidate: readonly TurnRow[], policy: Policy): AnsweredComparison | undefined {
  const arms = [baseline.filter(isAsked), candidate.filter(isAsked)] as const;
  if (arms.some((rows) => rows.length === 0)) return undefined;
  const samples = arms.map((rows) => clusterSamples(rows, "answered"));
  // When a call breaks, all its turns go with it. An arm that lost nothing can't tell how much: it takes the other's word.
  const correlation = Math.max(...samples.map(intraclassCorrelation));
  const [a, b] = arms.map((rows, arm) => wilson(countAnswered(rows) / rows.length, effectiveCount(samples[arm] as ClusteredSamples, correlation))) as [
    Share,
    Share,
  ];
  const change = b.share - a.share;
  const low = change - Math.hypot(b.share - b.low, a.high - a.share);
  const high = change + Math.hypot(b.high - b.share, a.share - a.low);
  return {
    baseline: { answered: countAnswered(arms[0]), asked: arms[0].length },
    candidate: { answered: countAnswered(arms[1]), asked: arms[1].length },
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
