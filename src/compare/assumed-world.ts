// What voice-to-voice looks like where nobody has measured it yet: a part that nothing can shorten, thinking that spreads widely, and calls
// that differ. For planning and for simulations; no report shows it as a result.

import type { Random } from "../core/random.ts";
import type { SessionSamples } from "./comparable-run.ts";

const FIXED_MS = 1_020;
/** Median of the thinking, and the standard deviation of its logarithm; with the fixed part they make p50 1,518 and p90 1,953 ms. */
const THINKING_MS = 498;
const SIGMA = 0.49;
/** The share of that variance that a whole call has in common. */
const OF_SESSION = 0.5;

export const assumedWorldText = "a p90 of 1.3 times the p50, half of the variance between calls";

export interface WorldSize {
  readonly sessions: number;
  readonly turns: number;
}

/** `factorOf`: how many times as slow everything is for a session. */
export function assumedWorld(random: Random, { sessions, turns }: WorldSize, factorOf: (session: number) => number = () => 1): SessionSamples[] {
  return Array.from({ length: sessions }, (_, session) => {
    const ofSession = random.normal();
    const samples = Array.from({ length: turns }, () => {
      const draw = Math.sqrt(OF_SESSION) * ofSession + Math.sqrt(1 - OF_SESSION) * random.normal();
      return { value: factorOf(session) * (FIXED_MS + THINKING_MS * Math.exp(SIGMA * draw)), censored: false };
    });
    return { session, samples };
  });
}
