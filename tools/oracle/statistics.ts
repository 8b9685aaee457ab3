// Quantiles of what was measured, and how far the oracle's own would move if it were asked again. Pure.

import type { Random } from "../../src/core/random.ts";
import { shuffled } from "../../src/core/random.ts";

export const quantileNames = ["p50", "p95", "p99"] as const;
export type Quantile = (typeof quantileNames)[number];
const ranks: Readonly<Record<Quantile, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

export interface Summary {
  readonly count: number;
  /** Nearest rank. */
  readonly us: Readonly<Record<Quantile, number>>;
  readonly maxUs: number;
}

/** Of all sessions together; undefined without a sample. */
export function summarise(sessions: readonly (readonly number[])[]): Summary | undefined {
  const sorted = sessions.flat().toSorted((a, b) => a - b);
  const maxUs = sorted.at(-1);
  if (maxUs === undefined) return undefined;
  const at = (name: Quantile): number => sorted[Math.ceil(ranks[name] * sorted.length) - 1] as number;
  return { count: sorted.length, us: { p50: at("p50"), p95: at("p95"), p99: at("p99") }, maxUs };
}

/**
 * Of a session in the middle: each quantile, and the maximum, is the median of the sessions' own. One session that falls into a
 * chain of time-outs can outweigh all others in the tail of all samples; here it is one of many.
 */
export function summariseMiddle(sessions: readonly (readonly number[])[]): Summary | undefined {
  const own = sessions.flatMap((values) => summarise([values]) ?? []);
  if (own.length === 0) return undefined;
  const median = (of: (summary: Summary) => number): number => own.map(of).toSorted((a, b) => a - b)[own.length >> 1] as number;
  const at = (name: Quantile): number => median(({ us }) => us[name]);
  return { count: own.length, us: { p50: at("p50"), p95: at("p95"), p99: at("p99") }, maxUs: median(({ maxUs }) => maxUs) };
}

/** Of the sessions' longest: how long the worst stall of a session was. */
export const summariseLongest: typeof summarise = (sessions) => summarise([sessions.flatMap((values) => summarise([values])?.maxUs ?? [])]);

const SPLITS = 50;
const LEAST_SESSIONS = 4;

/**
 * How far the quantiles of one half of the sessions lie from those of the other, on average over random halves, µs: what those
 * of the whole may be off by chance. By sessions and not by samples, because the samples of one stall belong together.
 * Undefined below four sessions with samples.
 */
export function chanceOf(sessions: readonly (readonly number[])[], random: Random, of: typeof summarise = summarise): Summary["us"] | undefined {
  const spoken = sessions.filter((values) => values.length > 0);
  if (spoken.length < LEAST_SESSIONS) return undefined;
  const half = spoken.length >> 1;
  const sums = { p50: 0, p95: 0, p99: 0 };
  for (let split = 0; split < SPLITS; split++) {
    const order = shuffled(spoken, random);
    const [one, other] = [of(order.slice(0, half)), of(order.slice(half))];
    if (!one || !other) return undefined;
    for (const name of quantileNames) sums[name] += Math.abs(one.us[name] - other.us[name]);
  }
  return { p50: sums.p50 / SPLITS, p95: sums.p95 / SPLITS, p99: sums.p99 / SPLITS };
}
