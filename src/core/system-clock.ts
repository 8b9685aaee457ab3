// The only file that sets the machine's timers.

import type { Clock } from "./clock.ts";
import { createDeadlines } from "./deadlines.ts";
import { createMonotonic } from "./monotonic.ts";
import { startTicker } from "./ticker.ts";
import { US_PER_MS } from "./units.ts";

/** The longest wait setTimeout takes; a later deadline is re-armed when it fires. */
const TIMER_LIMIT_MS = 2_147_483_647;
/** Deadlines of a quarter of a millisecond are fired together: with hundreds of callers, a wake for each would cost more than it gains. */
const SHARP_GRAIN_US = 250;

/** Something that calls back at about an instant; a new instant replaces the one before. */
interface Alarm {
  set(atUs: number): void;
  rest(): void;
}

/**
 * A clock of this thread: one heap of deadlines behind one alarm. Pending deadlines keep the process alive. A sharp clock
 * has a helper thread as its alarm and fires about a quarter of a millisecond late; otherwise it is a timer with the grain
 * of a millisecond.
 */
export function createSystemClock({ sharp = false }: { readonly sharp?: boolean } = {}): Clock {
  const nowUs = createMonotonic();
  const deadlines = createDeadlines();
  const alarm: Alarm = sharp ? startTicker(wake) : createTimer(nowUs, wake);
  let armedForUs = Infinity;

  function wake(): void {
    armedForUs = Infinity;
    deadlines.fireDue(nowUs());
    arm();
  }

  // An alarm may come early: fireDue checks again, and what is not yet due is armed once more.
  function arm(): void {
    const nextUs = deadlines.nextUs();
    if (nextUs === undefined) {
      armedForUs = Infinity;
      return alarm.rest();
    }
    const atUs = sharp ? Math.ceil(nextUs / SHARP_GRAIN_US) * SHARP_GRAIN_US : nextUs;
    if (atUs >= armedForUs) return;
    armedForUs = atUs;
    alarm.set(atUs);
  }

  return {
    nowUs,
    at(deadlineUs, fire) {
      const cancel = deadlines.add(deadlineUs, fire);
      arm();
      return () => {
        cancel();
        if (deadlines.size === 0) arm();
      };
    },
    wallTime: () => new Date(),
  };
}

function createTimer(nowUs: () => number, wake: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(atUs) {
      clearTimeout(timer);
      const waitMs = Math.ceil((atUs - nowUs()) / US_PER_MS);
      timer = setTimeout(wake, Math.min(Math.max(1, waitMs), TIMER_LIMIT_MS));
    },
    rest: () => clearTimeout(timer),
  };
}
