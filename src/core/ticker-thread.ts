// The sleeper of ticker.ts: a thread that sleeps a grain, looks whether the instant has come, and says so.

import { parentPort, workerData } from "node:worker_threads";
import { createMonotonic } from "./monotonic.ts";
import { TICK_US, tickerLayout } from "./ticker.ts";

const memory = workerData as SharedArrayBuffer;
const flags = new Int32Array(memory);
const instants = new Float64Array(memory);
const nowUs = createMonotonic();
/** Nothing is ever stored here: waiting on it is sleeping. */
const pillow = new Int32Array(new SharedArrayBuffer(4));
let granted = 0;

for (;;) {
  Atomics.wait(flags, tickerLayout.ticking, 0);
  const untilGrainUs = TICK_US - (nowUs() % TICK_US);
  Atomics.wait(pillow, 0, 0, untilGrainUs / 1_000);
  // A wish is granted once. One that is replaced while this reads is seen at the next tick, or woken for once too often.
  const wish = Atomics.load(flags, tickerLayout.wish);
  if (wish === granted || (instants[tickerLayout.instant] as number) > nowUs()) continue;
  granted = wish;
  parentPort?.postMessage(0);
}
