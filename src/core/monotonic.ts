// Reading CLOCK_MONOTONIC cheaply. With system-clock.ts the only file that reads the machine's clocks.

import { performance } from "node:perf_hooks";
import { US_PER_MS } from "./units.ts";

const TRIES = 32;

/**
 * A reader of microseconds since boot, whole numbers, the same scale in every thread and process of the machine.
 * performance.now() is quick but starts anew in each thread; hrtime is the machine's but a bigint. Their difference is
 * taken once: the two can't be read at the same time, so the tightest of several tries counts, below a microsecond apart.
 */
export function createMonotonic(): () => number {
  let offsetUs = 0;
  let tightestUs = Infinity;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const beforeUs = performance.now() * US_PER_MS;
    const bootUs = Number(process.hrtime.bigint()) / 1_000;
    const afterUs = performance.now() * US_PER_MS;
    if (afterUs - beforeUs >= tightestUs) continue;
    tightestUs = afterUs - beforeUs;
    offsetUs = bootUs - (beforeUs + afterUs) / 2;
  }
  return () => Math.round(performance.now() * US_PER_MS + offsetUs);
}
