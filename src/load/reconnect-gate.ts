// The bound on how many callers connect again in a second: a server that comes back must not be run over by all who lost it
// at once. One for each thread; the threads share the scenario's number evenly.

import { US_PER_S } from "../core/units.ts";
import type { ReconnectGate } from "../session/line.ts";

/** `threads`: how many share what is allowed. */
export function createReconnectGate(threads = 1): ReconnectGate {
  let freeUs = -Infinity;
  return {
    next(nowUs, perS) {
      const atUs = Math.max(nowUs, freeUs);
      freeUs = atUs + (US_PER_S * threads) / perS;
      return atUs;
    },
  };
}
