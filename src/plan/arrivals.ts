// When the calls of an open load come, as a pure function of its rate over time and a stream of chance. By inversion: in the
// time scale of the expected number of calls so far, gaps are one call long (constant) or exponential with mean one; each is
// carried back to seconds along the rate. A change of rate moves calls and draws none anew.

import type { Random } from "../core/random.ts";
import type { Arrivals } from "../scenario/load.ts";

/** A stretch of time in which the rate goes in a straight line, calls a second. */
interface Stretch {
  readonly forMs: number;
  readonly fromPerS: number;
  readonly toPerS: number;
}

const level = (ratePerS: number, forMs: number): Stretch => ({ forMs, fromPerS: ratePerS, toPerS: ratePerS });

/** The rate over time; what comes after the last stretch is held. */
function stretchesOf(arrivals: Arrivals): readonly Stretch[] {
  if ("constant" in arrivals) return [level(arrivals.constant.ratePerS, Infinity)];
  if ("poisson" in arrivals) return [level(arrivals.poisson.ratePerS, Infinity)];
  if ("ramp" in arrivals) {
    const { fromPerS, toPerS, overMs } = arrivals.ramp;
    return [{ forMs: overMs, fromPerS, toPerS }, level(toPerS, Infinity)];
  }
  if ("stairs" in arrivals) {
    const { fromPerS, stepPerS, everyMs, steps } = arrivals.stairs;
    return Array.from({ length: steps + 1 }, (_, step) => level(fromPerS + step * stepPerS, step === steps ? Infinity : everyMs));
  }
  const { basePerS, peakPerS, atMs, forMs } = arrivals.spike;
  return [level(basePerS, atMs), level(peakPerS, forMs), level(basePerS, Infinity)];
}

/** Milliseconds into the stretch after which `calls` are expected since its start; undefined where it never comes to so many. */
function msUntil({ forMs, fromPerS, toPerS }: Stretch, calls: number): number | undefined {
  if (fromPerS === toPerS) {
    const ms = fromPerS === 0 ? Infinity : (calls / fromPerS) * 1_000;
    return ms <= forMs ? ms : undefined;
  }
  // calls = from * t + slope * t^2 / 2, solved for t without a difference of nearly equal numbers.
  const slope = (toPerS - fromPerS) / (forMs / 1_000);
  const root = Math.sqrt(Math.max(0, fromPerS * fromPerS + 2 * slope * calls));
  const ms = ((2 * calls) / (fromPerS + root)) * 1_000;
  return ms <= forMs ? ms : undefined;
}

const expectedIn = ({ forMs, fromPerS, toPerS }: Stretch): number => (forMs === Infinity ? Infinity : ((fromPerS + toPerS) / 2) * (forMs / 1_000));

export interface ArrivalsQuestion {
  readonly arrivals: Arrivals;
  readonly durationMs: number;
  /** The first rate is held for so long before all else. */
  readonly warmUpMs: number;
  readonly random: Random;
}

/** Instants from the load's start, µs, in order; before its end. A constant load begins with a call. */
export function arrivalInstantsUs({ arrivals, durationMs, warmUpMs, random }: ArrivalsQuestion): readonly number[] {
  const asked = stretchesOf(arrivals);
  const stretches = warmUpMs > 0 ? [level(asked[0]?.fromPerS ?? 0, warmUpMs), ...asked] : asked;
  const untilMs = warmUpMs + durationMs;
  const isEven = "constant" in arrivals;
  const instants: number[] = [];
  let calls = isEven ? 0 : gap(random);
  let startMs = 0;
  for (const stretch of stretches) {
    for (let ms = msUntil(stretch, calls); ms !== undefined && startMs + ms < untilMs; ms = msUntil(stretch, calls)) {
      instants.push(Math.round((startMs + ms) * 1_000));
      calls += isEven ? 1 : gap(random);
    }
    startMs += stretch.forMs;
    if (startMs >= untilMs) break;
    calls -= expectedIn(stretch);
  }
  return instants;
}

const gap = (random: Random): number => -Math.log(1 - random.uniform());

/** How many calls are expected: to be known before they are planned. */
export function expectedCalls({ arrivals, durationMs, warmUpMs }: Omit<ArrivalsQuestion, "random">): number {
  let leftMs = durationMs;
  let calls = ((stretchesOf(arrivals)[0]?.fromPerS ?? 0) * warmUpMs) / 1_000;
  for (const stretch of stretchesOf(arrivals)) {
    const partMs = Math.min(leftMs, stretch.forMs);
    const endPerS = stretch.forMs === Infinity ? stretch.toPerS : stretch.fromPerS + ((stretch.toPerS - stretch.fromPerS) * partMs) / stretch.forMs;
    calls += (((stretch.fromPerS + endPerS) / 2) * partMs) / 1_000;
    leftMs -= partMs;
    if (leftMs <= 0) break;
  }
  return calls;
}

/** When the steps of stairs end, ms from the load's start; empty for all other loads. */
export const stairEndsMs = (arrivals: Arrivals): readonly number[] =>
  "stairs" in arrivals ? Array.from({ length: arrivals.stairs.steps }, (_, step) => (step + 1) * arrivals.stairs.everyMs) : [];
