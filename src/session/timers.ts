// A session's timers by name: setting one again replaces it.

import type { Cancel, Clock } from "../core/clock.ts";
import type { Timer } from "./state.ts";

export interface Timers {
  set(timer: Timer, atUs: number): void;
  clear(timer: Timer): void;
  clearAll(): void;
}

export function createTimers(clock: Clock, fire: (timer: Timer, atUs: number) => void): Timers {
  const pending = new Map<Timer, Cancel>();

  function clear(timer: Timer): void {
    pending.get(timer)?.();
    pending.delete(timer);
  }

  return {
    set(timer, atUs) {
      clear(timer);
      const cancel = clock.at(atUs, () => {
        pending.delete(timer);
        fire(timer, clock.nowUs());
      });
      pending.set(timer, cancel);
    },
    clear,
    clearAll() {
      for (const timer of pending.keys()) clear(timer);
    },
  };
}
