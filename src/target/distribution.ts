// Delays as distributions that can be asked for any quantile, so that one drawn number can be carried from effort to
// effort and a slow turn at `low` is the same turn that is slow at `high`.

import { inverseNormal } from "../core/random.ts";

/** shift + median * exp(sigma * N(0,1)), ms. */
export interface Lognormal {
  readonly shiftMs: number;
  readonly medianMs: number;
  readonly sigma: number;
}

export type Distribution =
  | { readonly fixedMs: number }
  | { readonly uniformMs: readonly [number, number] }
  | { readonly lognormal: Lognormal }
  /** Shares add up to 1. */
  | { readonly mixture: readonly (Lognormal & { readonly share: number })[] };

/** The p-quantile in ms, for p in [0, 1). Never falls as p grows. */
export function quantileOf(distribution: Distribution, p: number): number {
  if ("fixedMs" in distribution) return distribution.fixedMs;
  if ("uniformMs" in distribution) return distribution.uniformMs[0] + p * (distribution.uniformMs[1] - distribution.uniformMs[0]);
  if ("lognormal" in distribution) return lognormalQuantile(distribution.lognormal, p);
  return mixtureQuantile(distribution.mixture, p);
}

const lognormalQuantile = (part: Lognormal, p: number): number => part.shiftMs + part.medianMs * Math.exp(part.sigma * inverseNormal(p));

/** A mixture's quantile lies between those of its parts; bisection halves that interval until it is below a microsecond. */
function mixtureQuantile(parts: readonly (Lognormal & { readonly share: number })[], p: number): number {
  const ends = parts.map((part) => lognormalQuantile(part, p));
  let low = Math.min(...ends);
  let high = Math.max(...ends);
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    const below = parts.reduce((sum, part) => sum + part.share * shareBelow(part, middle), 0);
    if (below < p) low = middle;
    else high = middle;
  }
  return high;
}

const shareBelow = (part: Lognormal, ms: number): number =>
  ms <= part.shiftMs ? 0 : normalShareBelow(Math.log((ms - part.shiftMs) / part.medianMs) / part.sigma);

/** The standard normal distribution function to 1.5e-7. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26. */
function normalShareBelow(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const erf = 1 - series * Math.exp((-z * z) / 2);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
