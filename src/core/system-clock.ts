// The only file that reads the machine's clocks and sets its timers.

import { performance } from "node:perf_hooks";
import type { Clock } from "./clock.ts";
import { createDeadlines } from "./deadlines.ts";

const US_PER_MS = 1_000;
/** The longest wait setTimeout takes; a later deadline is re-armed when it fires. */
const TIMER_LIMIT_MS = 2_147_483_647;
/** Deadlines that fall together hold the loop no longer than this before sockets have their turn. */
const SLICE_US = 2_000;

/**
 * CLOCK_MONOTONIC minus performance.now(), so that nowUs is cheap (no bigint) and yet the same scale in every process of
 * the machine. The two readings can't be taken at once: the tightest of several tries bounds the error below a microsecond.
 */
function monotonicOffsetUs(): number {
  let bestOffsetUs = 0;
  let tightestUs = Infinity;
  for (let attempt = 0; attempt < 32; attempt++) {
    const beforeUs = performance.now() * US_PER_MS;
    const bootUs = Number(process.hrtime.bigint()) / 1_000;
    const afterUs = performance.now() * US_PER_MS;
    if (afterUs - beforeUs >= tightestUs) continue;
    tightestUs = afterUs - beforeUs;
    bestOffsetUs = bootUs - (beforeUs + afterUs) / 2;
  }
  return bestOffsetUs;
}

/** A clock of this thread: one heap of deadlines behind one timer. Pending deadlines keep the process alive. */
export function createSystemClock(): Clock {
  const offsetUs = monotonicOffsetUs();
  const deadlines = createDeadlines();
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let armedForUs = Infinity;

  const nowUs = (): number => Math.round(performance.now() * US_PER_MS + offsetUs);

  function disarm(): void {
    clearTimeout(timer);
    clearImmediate(immediate);
    timer = undefined;
    immediate = undefined;
    armedForUs = Infinity;
  }

  function wake(): void {
    disarm();
    const startUs = nowUs();
    deadlines.fireDue(startUs, () => nowUs() - startUs >= SLICE_US);
    const nextUs = deadlines.nextUs();
    if (nextUs === undefined || nextUs > nowUs()) return arm();
    // Armed for the rest of what is due: nothing that is added meanwhile is due before that.
    armedForUs = -Infinity;
    immediate = setImmediate(wake);
  }

  // setTimeout fires up to a millisecond early: fireDue checks again, and what is not yet due is armed once more.
  // Waiting the rest out in setImmediate would be sharper and would burn a whole core.
  function arm(): void {
    const nextUs = deadlines.nextUs();
    if (nextUs === undefined) return disarm();
    if (nextUs >= armedForUs) return;
    disarm();
    armedForUs = nextUs;
    const waitMs = Math.ceil((nextUs - nowUs()) / US_PER_MS);
    timer = setTimeout(wake, Math.min(Math.max(1, waitMs), TIMER_LIMIT_MS));
  }

  return {
    nowUs,
    at(deadlineUs, fire) {
      const cancel = deadlines.add(deadlineUs, fire);
      arm();
      return () => {
        cancel();
        if (deadlines.size === 0) disarm();
      };
    },
    wallTime: () => new Date(),
  };
}
