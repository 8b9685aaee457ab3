// How many callers a comparison needs before it can tell a change of some size from nothing.

import type { Random } from "../core/random.ts";
import { effects, numberOf } from "./bootstrap.ts";
import { effectiveCount, type ClusteredSamples } from "./clusters.ts";
import { resampleSessions } from "./resample.ts";
import { BEYOND_MIN } from "./verdict.ts";

/** Normal quantiles of 97.5 % (certain) and of 80 % (as often as it is to succeed). */
const CERTAIN = 1.959963984540054;
const FOUND = 0.8416212335729143;

export interface Question {
  readonly p: number;
  /** X: the share by which slower counts as a regression. */
  readonly change: number;
  /** What runs at different times must stand out from on top of that; 0 where they take turns. */
  readonly driftAllowance: number;
}

/**
 * Sessions a side so that an unchanged server is called ok four times of five, and one that is slower by twice X (and the drift allowance) is called a
 * regression as often: both ask that the interval's half-width fits into X. `samples` shows how widely calls spread, by bootstrap; the error shrinks with
 * the root of the sessions. Undefined where they are too few to tell (fewer than two), or the allowance is no smaller than X.
 */
export function sessionsNeeded(samples: ClusteredSamples, { p, change, driftAllowance }: Question, random: Random): number | undefined {
  const sessions = samples.sizes.length;
  const room = Math.log1p(change) - Math.log1p(driftAllowance);
  if (sessions < 2 || room <= 0) return undefined;
  const arm = { samples, resampler: resampleSessions(samples, random) };
  const [effect] = effects(arm, arm, [p]);
  const width = effect ? numberOf(effect.logRatio.high) - numberOf(effect.logRatio.low) : Infinity;
  if (!Number.isFinite(width)) return undefined;
  const standardError = width / (2 * CERTAIN);
  const byWidth = sessions * ((standardError * (CERTAIN + FOUND)) / room) ** 2;
  const byQuantile = (BEYOND_MIN / (1 - p) / effectiveCount(samples)) * sessions;
  return Math.ceil(Math.max(2, byWidth, byQuantile) - 1e-9);
}
