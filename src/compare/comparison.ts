// What a comparison found, as versioned plain data. Texts and pages render it; CI reads its verdict.

import type { MetricId } from "../metrics/catalogue.ts";
import type { Quantile } from "../metrics/quantile.ts";
import type { CurvePoint } from "../metrics/percentile-curve.ts";
import type { Doubt, RunResult } from "../result/run-result.ts";
import type { Interval } from "./bootstrap.ts";
import type { TimeSlice } from "./over-time.ts";
import type { Policy } from "./policy.ts";

export const comparisonVersion = 2;

/** Most severe first. */
export const verdicts = ["regression", "incomparable", "inconclusive", "improved", "ok"] as const;
export type Verdict = (typeof verdicts)[number];

/** The most severe of the verdicts: a regression beats whatever could not be told. */
export const worst = (found: readonly Verdict[]): Verdict => verdicts.find((verdict) => found.includes(verdict)) ?? "incomparable";

export interface ComparedRun {
  readonly runId: string;
  readonly scenario: string;
  readonly startedAt: string;
  readonly seed: number;
  readonly earshotVersion: string;
  readonly validity: RunResult["validity"]["verdict"];
  /** What the instrument doubts of that run, each with its remedy. */
  readonly doubts: readonly Doubt[];
  readonly instrumentErrorMs?: number;
}

/**
 * interleaved: cells of one run, which took turns. two_runs: at different times, and how far they drift apart is not estimable. run_sets: several runs a
 * side, whose distance from one another is.
 */
export type Design = "interleaved" | "two_runs" | "run_sets";

export interface Arm {
  readonly cell: string;
  readonly turns: number;
  readonly sessions: number;
  readonly censored: number;
  /** What the turns are worth as independent ones. */
  readonly effectiveTurns: number;
  /** Absent where the arm has no sample. */
  readonly quantile?: NonNullable<Quantile>;
}

export interface QuantileComparison {
  readonly metric: MetricId;
  readonly p: number;
  readonly baseline: Arm;
  readonly candidate: Arm;
  /** ln(candidate / baseline) and candidate - baseline, 95 %; absent where an arm is empty. */
  readonly logRatio?: Interval;
  readonly difference?: Interval;
  /** Gated rows decide; the others are information, and their pValue is corrected for how many there are (Holm). */
  readonly gated: boolean;
  readonly verdict?: Verdict;
  readonly pValue?: number;
  /** Why it is not gated, or why the verdict is no better, in one sentence. */
  readonly reason?: string;
}

export interface AnsweredComparison {
  readonly baseline: { readonly answered: number; readonly asked: number };
  readonly candidate: { readonly answered: number; readonly asked: number };
  /** candidate - baseline, as shares, 95 %. */
  readonly difference: Interval;
  readonly verdict: Verdict;
  readonly reason?: string;
}

/** One arm of a metric, to be drawn. */
export interface Curve {
  readonly points: readonly CurvePoint[];
  /** Turns without an answer, which rank above the last point. */
  readonly censored: number;
}

/** A gated metric of both arms by percentile, in the metric's unit. */
export interface Distribution {
  readonly metric: MetricId;
  readonly baseline: Curve;
  readonly candidate: Curve;
  /** The difference of the medians in the course of the run; empty where the arms did not take turns, or were too short. */
  readonly overTime: readonly TimeSlice[];
}

export interface PairComparison {
  readonly baselineCell: string;
  readonly candidateCell: string;
  readonly verdict: Verdict;
  /** What differs that must not, as sentences; when there is any, nothing is judged. */
  readonly incomparable: readonly string[];
  /** What differs on purpose. */
  readonly declared: readonly string[];
  readonly quantiles: readonly QuantileComparison[];
  readonly answered?: AnsweredComparison;
  readonly distributions: readonly Distribution[];
}

export interface Comparison {
  readonly v: typeof comparisonVersion;
  readonly baseline: readonly ComparedRun[];
  readonly candidate: readonly ComparedRun[];
  readonly design: Design;
  readonly policy: Policy;
  readonly seed: number;
  readonly resamples: number;
  readonly verdict: Verdict;
  readonly pairs: readonly PairComparison[];
  /** Cells and runs that found no partner, and what else a reader must know. */
  readonly notes: readonly string[];
}
