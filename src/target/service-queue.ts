// The line in front of a busy server: so many answers are thought about at a time, the next one waits until a place is
// free, in the order they came (a G/G/c queue whose service time is the think time). What waits is real load, so two runs
// of one seed wait alike only as far as their callers arrive alike. All sessions of a target share one line.

export interface ServiceQueue {
  /** Takes the first place to be free from `atUs` on, for so long; returns how long the answer waits for it, µs. */
  enter(atUs: number, serviceUs: number): number;
}

/** `slots`: how many places there are. An answer that is cancelled keeps its place until it would have been ready. */
export function createServiceQueue(slots: number): ServiceQueue {
  const freeAtUs = new Float64Array(slots);
  return {
    enter(atUs, serviceUs) {
      let place = 0;
      for (let index = 1; index < slots; index++) if ((freeAtUs[index] as number) < (freeAtUs[place] as number)) place = index;
      const startUs = Math.max(atUs, freeAtUs[place] as number);
      freeAtUs[place] = startUs + serviceUs;
      return startUs - atUs;
    },
  };
}
