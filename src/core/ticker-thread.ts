// The sleeper of ticker.ts: a thread that does nothing but wait for the next instant.

import { parentPort, workerData } from "node:worker_threads";
import { createMonotonic } from "./monotonic.ts";
import { tickerLayout } from "./ticker.ts";

const memory = workerData as SharedArrayBuffer;
const counters = new Int32Array(memory);
const instants = new BigInt64Array(memory);
const nowUs = createMonotonic();

for (;;) {
  const counter = Atomics.load(counters, tickerLayout.counter);
  const instant = Atomics.load(instants, tickerLayout.instant);
  const waitMs = instant === 0n ? Infinity : (Number(instant) - nowUs()) / 1_000;
  if (waitMs > 0) {
    Atomics.wait(counters, tickerLayout.counter, counter, waitMs);
  } else if (Atomics.compareExchange(instants, tickerLayout.instant, instant, 0n) === instant) {
    // Taken back only if it is still the instant that was asked for: a newer one must not be lost.
    parentPort?.postMessage(undefined);
  }
}
