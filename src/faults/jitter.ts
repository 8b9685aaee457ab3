// Delay that varies from chunk to chunk, uniform within plus and minus `plusMinusMs` around the latency. It may ask for a
// chunk to overtake the one before; TCP never shows that, so what a reader sees is the running maximum.

import type { Random } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Impairment } from "./impairment.ts";

export interface Jitter {
  readonly plusMinusMs: number;
}

/** Draws once a chunk, so that equal seeds and equal chunks give equal schedules. */
export function createJitter(jitter: Jitter, random: Random): Impairment {
  const plusMinusUs = msToUs(jitter.plusMinusMs);
  return { leavesAtUs: (atUs) => atUs + Math.round((2 * random.uniform() - 1) * plusMinusUs) };
}
