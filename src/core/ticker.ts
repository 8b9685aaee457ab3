// Wakes the event loop at an instant, more sharply than its own timers, which have the grain of a millisecond. A helper
// thread (ticker-thread.ts) sleeps on shared memory until the instant and then sends a message; the loop itself stays free.

import { Worker } from "node:worker_threads";
import { modulePath } from "./package-files.ts";

export interface Ticker {
  /** Calls `wake` at or soon after `atUs`. A later call replaces an earlier one that did not fire yet. */
  set(atUs: number): void;
  /** Nothing is waited for: the process may end. */
  rest(): void;
}

/** What the two threads share: a counter that the sleeper waits on, and the instant, 0 for none. */
export const tickerLayout = { counter: 0, instant: 1, bytes: 16 } as const;

export function startTicker(wake: () => void): Ticker {
  const memory = new SharedArrayBuffer(tickerLayout.bytes);
  const counters = new Int32Array(memory);
  const instants = new BigInt64Array(memory);
  const thread = new Worker(modulePath("core", "ticker-thread"), { workerData: memory });
  thread.on("message", wake);
  thread.unref();
  return {
    set(atUs) {
      thread.ref();
      Atomics.store(instants, tickerLayout.instant, BigInt(Math.ceil(atUs)));
      Atomics.add(counters, tickerLayout.counter, 1);
      Atomics.notify(counters, tickerLayout.counter);
    },
    rest: () => thread.unref(),
  };
}
