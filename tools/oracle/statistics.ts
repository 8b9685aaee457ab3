// Quantiles of what was measured, and how far the oracle's own would move if it were asked again. Pure.

import type { Random } from "../../src/core/random.ts";
import { shuffled } from "../../src/core/random.ts";

export interface Summary {
  readonly count: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** Nearest rank. `sorted` must not be empty. */
const quantile = (sorted: readonly number[], p: number): number => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number;

const p99 = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.99,
  );

/** Of all sessions together; undefined without a sample. */
export function summarise(sessions: readonly (readonly number[])[]): Summary | undefined {
  const sorted = sessions.flat().toSorted((a, b) => a - b);
  const maxUs = sorted.at(-1);
  if (maxUs === undefined) return undefined;
  return { count: sorted.length, p50Us: quantile(sorted, 0.5), p95Us: quantile(sorted, 0.95), p99Us: quantile(sorted, 0.99), maxUs };
}

const SPLITS = 50;

/**
 * How far p99 of one half of the sessions lies from that of the other, on average over random halves, µs: what p99 of the
 * whole may be off by chance. By sessions and not by samples, because the samples of one stall belong together. Undefined
 * below four sessions with samples.
 */
export function p99SpreadUs(sessions: readonly (readonly number[])[], random: Random): number | undefined {
  const spoken = sessions.filter((values) => values.length > 0);
  if (spoken.length < 4) return undefined;
  const half = spoken.length >> 1;
  let sumUs = 0;
  for (let split = 0; split < SPLITS; split++) {
    const order = shuffled(spoken, random);
    sumUs += Math.abs(p99(order.slice(0, half).flat()) - p99(order.slice(half).flat()));
  }
  return sumUs / SPLITS;
}
