// Time that only tests move. Deadlines fire in order, each seeing its own instant as now.

import type { Clock } from "../core/clock.ts";
import { Deadlines } from "../core/deadlines.ts";

export interface VirtualClock extends Clock {
  /** Fires everything due up to `us`, then stands at `us`. */
  advanceTo(us: number): void;
  /** Fires until no deadline is left. */
  runAll(): void;
}

export function createVirtualClock(startUs = 0): VirtualClock {
  const deadlines = new Deadlines();
  let currentUs = startUs;

  /** Steps to the earliest deadline at or before `limitUs`; false when there is none. */
  function step(limitUs: number): boolean {
    const nextUs = deadlines.nextUs();
    if (nextUs === undefined || nextUs > limitUs) return false;
    currentUs = Math.max(currentUs, nextUs);
    deadlines.fireDue(currentUs);
    return true;
  }

  return {
    nowUs: () => currentUs,
    at: (deadlineUs, fire) => deadlines.add(deadlineUs, fire),
    repeat: (firstUs, everyUs, fire) => deadlines.repeat(firstUs, everyUs, fire),
    fireDue: () => void deadlines.fireDue(currentUs),
    wallTime: () => new Date(currentUs / 1_000),
    advanceTo(us) {
      while (step(us));
      currentUs = Math.max(currentUs, us);
    },
    runAll() {
      while (step(Number.MAX_SAFE_INTEGER));
    },
  };
}
