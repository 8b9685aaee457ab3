// A limit on how long another side may take, counted in time in which this thread could have listened: what a stall of our
// own swallowed is no fault of theirs.

import type { Cancel, Clock } from "./clock.ts";

/** How often it is asked whether the thread stood still: a tenth of the limit finds every stall that matters to it. */
const BEATS = 10;

/** A limit has struck. */
export interface Strike {
  /** True where this thread stood still for longer than the whole limit: then it says nothing of the other side. */
  readonly isOurs: boolean;
}

/** Calls `strike` once `limitUs` were spent listening, and at the latest after as long again spent in standing still. */
export function afterOwnTime(clock: Clock, limitUs: number, strike: (found: Strike) => void): Cancel {
  const beatUs = limitUs / BEATS;
  let listenedUs = 0;
  let stoodUs = 0;
  let cancel: Cancel = () => undefined;

  function wait(): void {
    const fromUs = clock.nowUs();
    const dueUs = fromUs + Math.min(beatUs, limitUs - listenedUs);
    cancel = clock.at(dueUs, () => {
      const lateUs = clock.nowUs() - dueUs;
      stoodUs += lateUs;
      if (stoodUs > limitUs) return strike({ isOurs: true });
      // A beat that a stall swallowed does not count: what came in meanwhile is read during the next.
      if (lateUs <= beatUs) listenedUs += dueUs - fromUs;
      if (listenedUs < limitUs) return wait();
      strike({ isOurs: false });
    });
  }

  wait();
  return () => cancel();
}
