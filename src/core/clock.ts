// Time as an argument. Everything in earshot that waits or measures takes a Clock, so that tests run on virtual time
// (testing/virtual-clock.ts) and only system-clock.ts ever touches the machine's timers.

/** Cancels what it was returned for; calling it twice, or after the deadline fired, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic microseconds since the machine booted: comparable between processes of one machine, never between machines. */
  nowUs(): number;
  /** Calls `fire` once, never before `deadlineUs` (same scale as nowUs). Deadlines fire in order; equal ones in the order they were set. */
  at(deadlineUs: number, fire: () => void): Cancel;
  /**
   * Calls `fire` at `firstUs` and every `everyUs` after it: by the plan, not by when it fired before. After a stall every
   * missed one is made up for.
   */
  repeat(firstUs: number, everyUs: number, fire: () => void): Cancel;
  /** Fires what is due by now. Whoever has much to read calls it in between, so that reading never holds up what is to be sent. */
  fireDue(): void;
  /** Calendar time for people and file names. Never subtracted from anything. */
  wallTime(): Date;
}

/** Resolves at `deadlineUs`, or as soon as the signal aborts. */
export function sleepUntil(clock: Clock, deadlineUs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.at(deadlineUs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
