// Chance as an argument: every use of it draws from a stream of its own, named after what it decides. Adding a use of
// chance somewhere therefore never changes what another place draws, and one seed replays the world.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";

export interface Random {
  /** A number in [0, 1). */
  uniform(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  /** A draw of the standard normal distribution. */
  normal(): number;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** 32 bits of FNV-1a over the UTF-16 units, mixed once more (murmur3's finaliser) because near names must give far seeds. */
function hash(text: string): number {
  let state = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), FNV_PRIME);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) | 0;
}

/** The stream that `names` have under `seed`, for example `stream(1, "call", 17, "think")`. Equal arguments, equal draws. */
export function stream(seed: number, ...names: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(hash([seed, ...names].join("/")));
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    normal: () => inverseNormal(uniform()),
  };
}

/** Fisher-Yates: a new array with the items in random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}

const CENTRAL_A = [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239];
const CENTRAL_B = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1];
const TAIL_C = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const TAIL_D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const TAIL_BELOW = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/**
 * The standard normal quantile of p, for p in [0, 1); relative error below 1.15e-9.
 * Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
 */
export function inverseNormal(p: number): number {
  if (p <= 0) return inverseNormal(Number.MIN_VALUE);
  if (p < TAIL_BELOW) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(TAIL_C, q) / polynomial(TAIL_D, q);
  }
  if (p > 1 - TAIL_BELOW) return -inverseNormal(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(CENTRAL_A, r) * q) / polynomial(CENTRAL_B, r);
}
