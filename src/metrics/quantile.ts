// Quantiles of samples of which some are censored. The rule that keeps a server from looking fast by not answering.

import type { RankedSamples, Sample } from "./measure.ts";

/** What a quantile is: a value, "longer than" where it falls among censored samples, or nothing where there are no samples. */
export type Quantile = { readonly value: number; readonly above?: undefined } | { readonly above: number; readonly value?: undefined } | undefined;

/** Censored samples rank above every seen value, whatever we waited; among themselves by how long we waited. */
export const byRank = (a: Sample, b: Sample): number => (a.censored === b.censored ? a.value - b.value : a.censored ? 1 : -1);

/** The samples by byRank, as numbers. */
export function ranked(samples: readonly Sample[]): RankedSamples {
  const sorted = (censored: boolean): Float64Array =>
    Float64Array.from(samples.filter((sample) => sample.censored === censored).map(({ value }) => value)).sort();
  return { seen: sorted(false), waited: sorted(true) };
}

/** The samples by byRank. */
export function inRankOrder(samples: readonly Sample[]): Sample[] {
  const { seen, waited } = ranked(samples);
  return [...Array.from(seen, (value) => ({ value, censored: false })), ...Array.from(waited, (value) => ({ value, censored: true }))];
}

/**
 * The p-quantile (0 < p <= 1) by nearest rank: the smallest sample that at least n * p samples do not exceed. A real
 * sample, never an interpolation between a value and something longer than we waited.
 */
export function quantile(samples: readonly Sample[], p: number): Quantile {
  return quantileOfSorted(inRankOrder(samples), p);
}

/** The rank of the p-quantile among so many, from 0. */
const rankOf = (p: number, count: number): number => Math.min(count, Math.max(1, Math.ceil(count * p - 1e-9))) - 1;

/** As `quantile`, for samples already in rank order. */
export function quantileOfSorted(sorted: readonly Sample[], p: number): Quantile {
  const at = sorted[rankOf(p, sorted.length)];
  if (!at) return undefined;
  return at.censored ? { above: at.value } : { value: at.value };
}

/** Likewise. */
export function quantileOfRanked({ seen, waited }: RankedSamples, p: number): Quantile {
  const rank = rankOf(p, seen.length + waited.length);
  const value = seen[rank];
  if (value !== undefined) return { value };
  const above = waited[rank - seen.length];
  return above === undefined ? undefined : { above };
}

/** p95 of 40 turns is a guess: a quantile is shown to people only where at least ten samples lie beyond it. */
export const isQuantileBacked = (count: number, p: number): boolean => count * (1 - p) >= 10 - 1e-9;

export interface Summary {
  readonly count: number;
  readonly censored: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly p50?: number;
  readonly p75?: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** The shortest wait among censored samples: an absent quantile or maximum lies above it. */
  readonly censoredAbove?: number;
}

/** Count, extremes and quantiles of the samples. What falls among censored samples is absent, never a number. */
export const summarise = (samples: readonly Sample[]): Summary => summariseRanked(ranked(samples));

/** Likewise. */
export function summariseRanked(samples: RankedSamples): Summary {
  const { seen, waited } = samples;
  const censored = waited.length;
  const at = (p: number): number | undefined => quantileOfRanked(samples, p)?.value;
  const entries: readonly (readonly [string, number | undefined])[] = [
    ["min", seen[0]],
    ["max", censored > 0 ? undefined : seen.at(-1)],
    ["mean", censored > 0 || seen.length === 0 ? undefined : seen.reduce((sum, value) => sum + value, 0) / seen.length],
    ["p50", at(0.5)],
    ["p75", at(0.75)],
    ["p90", at(0.9)],
    ["p95", at(0.95)],
    ["p99", at(0.99)],
    ["censoredAbove", waited[0]],
  ];
  return { count: seen.length + censored, censored, ...Object.fromEntries(entries.filter(([, value]) => value !== undefined)) };
}
