// Wakes the event loop more sharply than its own timers, which have the grain of a millisecond. A helper thread
// (ticker-thread.ts) sleeps on shared memory, looks every grain whether something is due, and sends a message if so.
// It ticks by itself while anything is waited for: waking the sleeper for every new instant would cost more than sleeping.

import { Worker } from "node:worker_threads";
import { modulePath } from "./package-files.ts";

export interface Ticker {
  /** Calls `wake` at or soon after `atUs`. A later call replaces an earlier one that did not fire yet. */
  set(atUs: number): void;
  /** Nothing is waited for: the thread may end. */
  rest(): void;
}

/** How often the sleeper looks, µs. Four times finer than a timer; finer still would only cost. */
export const TICK_US = 250;

/** What the two threads share: whether the sleeper is to tick, the number of the wish, and its instant in µs. */
export const tickerLayout = { ticking: 0, wish: 1, instant: 1, bytes: 16 } as const;

export function startTicker(wake: () => void): Ticker {
  const memory = new SharedArrayBuffer(tickerLayout.bytes);
  const flags = new Int32Array(memory);
  const instants = new Float64Array(memory);
  const thread = new Worker(modulePath("core", "ticker-thread"), { workerData: memory });
  thread.on("message", wake);
  thread.unref();
  let ticking = false;
  let wishes = 0;
  return {
    set(atUs) {
      instants[tickerLayout.instant] = atUs;
      Atomics.store(flags, tickerLayout.wish, ++wishes | 0);
      if (ticking) return;
      ticking = true;
      thread.ref();
      Atomics.store(flags, tickerLayout.ticking, 1);
      Atomics.notify(flags, tickerLayout.ticking);
    },
    rest() {
      if (!ticking) return;
      ticking = false;
      Atomics.store(flags, tickerLayout.ticking, 0);
      thread.unref();
    },
  };
}
