// The only file that sets the machine's timers.

import type { Clock } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";
import { createMonotonic } from "./monotonic.ts";
import { startTicker } from "./ticker.ts";
import { US_PER_MS } from "./units.ts";

/** The longest wait setTimeout takes; a later deadline is re-armed when it fires. */
const TIMER_LIMIT_MS = 2_147_483_647;
/** Deadlines that fall together hold the loop no longer than this before sockets have their turn. */
const SLICE_US = 2_000;

/** Something that calls back at about an instant; a new instant replaces the one before. */
interface Alarm {
  set(atUs: number): void;
  rest(): void;
}

/**
 * A clock of this thread: one heap of deadlines behind one alarm. Pending deadlines keep the process alive. The alarm is a
 * timer, with the grain of a millisecond, or, of a sharp clock, a helper thread that is four times finer and takes about a
 * quarter of a core for it.
 */
export function createSystemClock({ sharp = false }: { readonly sharp?: boolean } = {}): Clock {
  const nowUs = createMonotonic();
  const deadlines = new Deadlines(() => arm());
  const alarm: Alarm = sharp ? startTicker(wake) : createTimer(nowUs, wake);
  let armedForUs = Infinity;

  function wake(): void {
    const startUs = nowUs();
    deadlines.fireDue(startUs, () => nowUs() - startUs >= SLICE_US);
    const nextUs = deadlines.nextUs();
    armedForUs = Infinity;
    if (nextUs === undefined || nextUs > nowUs()) return arm();
    // Armed for the rest of what is due: nothing that is added meanwhile is due before that.
    armedForUs = -Infinity;
    setImmediate(wake);
  }

  // An alarm may come early: what is not yet due is armed once more.
  function arm(): void {
    const nextUs = deadlines.nextUs();
    if (nextUs === undefined) {
      armedForUs = Infinity;
      alarm.rest();
    } else if (nextUs < armedForUs) {
      armedForUs = nextUs;
      alarm.set(nextUs);
    }
  }

  return {
    nowUs,
    at(deadlineUs, fire) {
      const cancel = deadlines.add(deadlineUs, fire);
      arm();
      return cancel;
    },
    repeat(firstUs, everyUs, fire) {
      const cancel = deadlines.repeat(firstUs, everyUs, fire);
      arm();
      return cancel;
    },
    // Only what is due costs: whoever reads calls this for every message.
    fireDue() {
      const nextUs = deadlines.nextUs();
      if (nextUs === undefined || nextUs > nowUs()) return;
      deadlines.fireDue(nowUs());
      arm();
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
