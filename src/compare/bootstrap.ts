// Intervals by resampling whole sessions. Resampling single turns would call an unchanged server slower about one time in
// ten; with sessions it is one in forty, as the interval promises.

import { stream } from "../core/random.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import type { Quantile } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { cluster, type ClusteredSamples } from "./clusters.ts";
import { sessionSamples } from "./comparable-run.ts";
import { resampleSessions, type Resampler } from "./resample.ts";

export const defaultResamples = 2_000;
const CONFIDENCE_LOW = 0.025;
const CONFIDENCE_HIGH = 0.975;
/** Of one run's own intervals: as many as keep a report of 100,000 turns fast; large samples have narrow intervals anyway. */
const RESAMPLED_TURNS_MAX = 10_000_000;
const RESAMPLES_MIN = 400;

/** An end of an interval, or beyond any number where it fell among turns that were never answered. Plain JSON has no infinity. */
export type Bound = number | "below everything" | "above everything";

/** A 95 % interval. */
export interface Interval {
  readonly low: Bound;
  readonly high: Bound;
}

export const boundOf = (value: number): Bound => (value === Infinity ? "above everything" : value === -Infinity ? "below everything" : value);
export const numberOf = (bound: Bound): number => (bound === "above everything" ? Infinity : bound === "below everything" ? -Infinity : bound);

export interface QuantileInterval {
  readonly low: NonNullable<Quantile>;
  readonly high: NonNullable<Quantile>;
}

/** One p of two arms: ln(Q_B / Q_A), Q_B - Q_A in the metric's unit, and how surprising the effect is if nothing changed. */
export interface Effect {
  readonly logRatio: Interval;
  readonly difference: Interval;
  /** Two-sided, by the share of resamples on the far side of no effect; never below 1 / (resamples + 1). */
  readonly pValue: number;
}

/** Where a resample has no sample at all. */
const NONE = -1;

/** Somewhere among the sorted samples: how many of each session's lie up to there, itself included. */
interface Anchor {
  readonly rank: number;
  readonly counts: Uint32Array;
}

function anchorAt({ clusterOf, sizes }: ClusteredSamples, rank: number): Anchor {
  const counts = new Uint32Array(sizes.length);
  for (const cluster of clusterOf.subarray(0, rank + 1)) counts[cluster] = (counts[cluster] as number) + 1;
  return { rank, counts };
}

/** Of all sessions: how often each was drawn times how many samples it has there. */
function weigh(weights: Uint32Array, counts: Uint32Array): number {
  let sum = 0;
  for (let cluster = 0; cluster < weights.length; cluster++) sum += (weights[cluster] as number) * (counts[cluster] as number);
  return sum;
}

/** The first rank up to which `needed` samples of the resample lie, from the anchor onwards or back. */
function rankFrom({ rank: start, counts }: Anchor, clusterOf: Uint32Array, weights: Uint32Array, needed: number): number {
  let rank = start;
  let seen = weigh(weights, counts);
  while (seen < needed) seen += weights[clusterOf[++rank] as number] as number;
  for (;;) {
    const before = seen - (weights[clusterOf[rank] as number] as number);
    if (before < needed) return rank;
    seen = before;
    rank--;
  }
}

/**
 * Ranks (indices into the sorted samples) of each p, one array a p with one entry a resample: sessions are drawn with
 * replacement, each with all its samples. Sorting happened once, and a resample's rank is looked for where the sample's own is, for it lies near.
 */
function resampledRanks(samples: ClusteredSamples, ps: readonly number[], resamples: number, resampler: Resampler): Int32Array[] {
  const { clusterOf, sizes } = samples;
  const ranks = ps.map(() => new Int32Array(resamples).fill(NONE));
  if (clusterOf.length === 0) return ranks;
  const anchors = ps.map((p) => anchorAt(samples, Math.min(clusterOf.length - 1, Math.floor(clusterOf.length * p))));
  const weights = new Uint32Array(sizes.length);
  for (let resample = 0; resample < resamples; resample++) {
    resampler(weights);
    const total = weigh(weights, sizes);
    if (total === 0) continue;
    for (const [index, p] of ps.entries()) {
      const needed = Math.max(1, Math.ceil(total * p - 1e-9));
      (ranks[index] as Int32Array)[resample] = rankFrom(anchors[index] as Anchor, clusterOf, weights, needed);
    }
  }
  return ranks;
}

const endOf = (sorted: Float64Array | Int32Array, share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;

/** The interval between the 2.5th and the 97.5th percentile; what can't be said (NaN) counts against both ends. */
function intervalOf(values: Float64Array): Interval {
  const low = endOf(values.map((value) => (Number.isNaN(value) ? -Infinity : value)).sort(), CONFIDENCE_LOW);
  const high = endOf(values.map((value) => (Number.isNaN(value) ? Infinity : value)).sort(), CONFIDENCE_HIGH);
  return { low: boundOf(low), high: boundOf(high) };
}

function twoSidedPValue(logRatios: Float64Array): number {
  let notAbove = 0;
  let notBelow = 0;
  for (const value of logRatios) {
    if (!(value > 0)) notAbove++;
    if (!(value < 0)) notBelow++;
  }
  return Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (logRatios.length + 1));
}

/** What a rank is worth in a comparison: longer than anything where the sample is censored, nothing where there is none. */
const valueAt = (samples: ClusteredSamples, rank: number): number =>
  rank === NONE ? NaN : samples.censored[rank] ? Infinity : (samples.values[rank] as number);

/** One side of a comparison, and how its resamples are drawn. */
export interface ResampledArm {
  readonly samples: ClusteredSamples;
  readonly resampler: Resampler;
}

export interface EffectOptions {
  readonly resamples?: number;
  /** How many times as far its ends are from what was observed; above 1 where so few units were drawn from that resampling them is too sure of itself. */
  readonly widening?: number;
}

/** One effect for each p. Both arms must hold samples; equal arguments and streams give equal intervals. */
export function effects(
  baseline: ResampledArm,
  candidate: ResampledArm,
  ps: readonly number[],
  { resamples = defaultResamples, widening = 1 }: EffectOptions = {},
): Effect[] {
  const baselineRanks = resampledRanks(baseline.samples, ps, resamples, baseline.resampler);
  const candidateRanks = resampledRanks(candidate.samples, ps, resamples, candidate.resampler);
  return ps.map((p, index) => {
    const logRatios = new Float64Array(resamples);
    const differences = new Float64Array(resamples);
    for (let resample = 0; resample < resamples; resample++) {
      const before = valueAt(baseline.samples, (baselineRanks[index] as Int32Array)[resample] as number);
      const after = valueAt(candidate.samples, (candidateRanks[index] as Int32Array)[resample] as number);
      logRatios[resample] = Math.log(after / before);
      differences[resample] = after - before;
    }
    const [before, after] = [observed(baseline.samples, p), observed(candidate.samples, p)];
    return {
      logRatio: widened(intervalOf(logRatios), Math.log(after / before), widening),
      difference: widened(intervalOf(differences), after - before, widening),
      pValue: twoSidedPValue(logRatios),
    };
  });
}

function observed(samples: ClusteredSamples, p: number): number {
  const count = samples.values.length;
  return valueAt(samples, Math.min(count, Math.max(1, Math.ceil(count * p - 1e-9))) - 1);
}

/** The interval with its ends so many times as far from the point; an end beyond numbers stays there. */
function widened({ low, high }: Interval, point: number, factor: number): Interval {
  const away = (bound: Bound): Bound => (factor === 1 || !Number.isFinite(numberOf(bound)) ? bound : boundOf(point + (numberOf(bound) - point) * factor));
  return Number.isFinite(point) ? { low: away(low), high: away(high) } : { low, high };
}

/** The 95 % intervals of several quantiles of one metric; nothing where there are fewer than two sessions to draw from. */
export function quantileIntervals(rows: readonly TurnRow[], metric: MetricId, ps: readonly number[], seed = 1): readonly (QuantileInterval | undefined)[] {
  const samples = cluster(sessionSamples(rows, metric));
  if (samples.sizes.length < 2) return ps.map(() => undefined);
  const resamples = Math.max(RESAMPLES_MIN, Math.min(defaultResamples, Math.floor(RESAMPLED_TURNS_MAX / samples.values.length)));
  const quantileAt = (rank: number): NonNullable<Quantile> => {
    const value = samples.values[rank] as number;
    return samples.censored[rank] ? { above: value } : { value };
  };
  return resampledRanks(samples, ps, resamples, resampleSessions(samples, stream(seed, "interval", metric))).map((ranks) => {
    const sorted = ranks.sort();
    return { low: quantileAt(endOf(sorted, CONFIDENCE_LOW)), high: quantileAt(endOf(sorted, CONFIDENCE_HIGH)) };
  });
}

/** The 95 % interval of the p-quantile. An end that falls among censored samples is `above`: longer than what was waited. */
export function quantileInterval(rows: readonly TurnRow[], metric: MetricId, p: number, seed = 1): QuantileInterval | undefined {
  return quantileIntervals(rows, metric, [p], seed)[0];
}
