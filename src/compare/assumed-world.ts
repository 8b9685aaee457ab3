// What voice-to-voice looks like where nobody has measured it yet: a part that nothing can shorten, thinking that spreads widely, and calls
// that differ. For planning and for simulations; no report shows it as a result.

import type { Random } from "../core/random.ts";
import type { SessionSamples } from "./comparable-run.ts";

export const world = {
  fixedMs: 1_020,
  /** Median of the thinking, and the standard deviation of its logarithm; with the fixed part they make p50 1,518 and p90 1,953 ms. */
  thinkingMs: 498,
  sigma: 0.49,
  /** The share of that variance that a whole call has in common. */
  ofSession: 0.5,
  /** The share of what a call has in common that its partner in the block has as well, in a world where blocks are alike. */
  ofBlock: 0.5,
} as const;

export const assumedWorldText = "a p90 of 1.3 times the p50, half of the variance between calls";

export interface WorldSize {
  readonly sessions: number;
  readonly turns: number;
}

/** How a world may differ from the assumed one. */
export interface WorldShape {
  /** How many times as slow everything is for a session. */
  readonly factorOf?: (session: number) => number;
  /** Standard deviation of the logarithm of thinking. */
  readonly sigma?: number;
  /** A standard normal draw that a session shares with the one that ran beside it: half of what sets calls apart is theirs together. */
  readonly ofBlock?: (session: number) => number;
}

export function assumedWorld(
  random: Random,
  { sessions, turns }: WorldSize,
  { factorOf = () => 1, sigma = world.sigma, ofBlock }: WorldShape = {},
): SessionSamples[] {
  return Array.from({ length: sessions }, (_, session) => {
    const own = random.normal();
    const ofSession = ofBlock ? Math.sqrt(world.ofBlock) * ofBlock(session) + Math.sqrt(1 - world.ofBlock) * own : own;
    const samples = Array.from({ length: turns }, () => {
      const draw = Math.sqrt(world.ofSession) * ofSession + Math.sqrt(1 - world.ofSession) * random.normal();
      return { value: factorOf(session) * (world.fixedMs + world.thinkingMs * Math.exp(sigma * draw)), censored: false };
    });
    return { session, samples };
  });
}
