// How often a slowdown would be found in the assumed world if nothing but the spread of its quantiles stood in the way: what simulations
// of the real code are held against.

import { world, type WorldShape, type WorldSize } from "../../src/compare/assumed-world.ts";
import { defaultPolicy } from "../../src/compare/policy.ts";
import { inverseNormal } from "../../src/core/random.ts";
import { beyondCorrelation, normalDensity, normalShare } from "./normal.ts";

const CERTAIN = 1.959963984540054;

interface Asked extends WorldSize {
  readonly p: number;
}

/**
 * Standard error of ln(Q_B / Q_A) at p between two arms of that world, as the first order of large samples has it: the root of p (1 - p) over the density,
 * with the correlation of "is beyond the quantile" between two turns of a call, and of a block where its calls are alike.
 */
function standardErrorOf({ sessions, turns, p }: WorldSize & { readonly p: number }, { sigma = world.sigma, ofBlock }: WorldShape = {}): number {
  const z = inverseNormal(p);
  const thinkingMs = world.thinkingMs * Math.exp(sigma * z);
  const slope = (sigma * thinkingMs) / (world.fixedMs + thinkingMs);
  const withinCall = 1 + (turns - 1) * beyondCorrelation(z, world.ofSession);
  const withinBlock = ofBlock ? turns * beyondCorrelation(z, world.ofSession * world.ofBlock) : 0;
  return (slope * Math.sqrt((2 * p * (1 - p) * (withinCall - withinBlock)) / (sessions * turns))) / normalDensity(z);
}

/** The share of comparisons whose whole 95 % interval lies beyond X, where the candidate is `slowdown` times as slow. */
export function expectedPower(asked: Asked, slowdown: number, shape: WorldShape = {}): number {
  return normalShare(Math.log(slowdown / (1 + defaultPolicy.relative)) / standardErrorOf(asked, shape) - CERTAIN);
}
