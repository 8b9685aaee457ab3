// The inactivity timeout that a net.Socket has and a Duplex lacks. Without it the time limits of http and ws never fire.

import type { Cancel, Clock } from "../core/clock.ts";
import { msToUs } from "../core/units.ts";

export interface IdleTimer {
  /** Starts anew with this limit; 0 switches it off. */
  set(limitMs: number): void;
  /** Something moved. Cheap: the deadline is only looked at again when it fires. */
  touch(): void;
}

/** `onIdle` is called once per silence of the limit, and again only after something moved, as net.Socket does. */
export function createIdleTimer(clock: Clock, onIdle: () => void): IdleTimer {
  let limitUs = 0;
  let movedAtUs = 0;
  let cancel: Cancel | undefined;

  function arm(): void {
    cancel = clock.at(movedAtUs + limitUs, () => {
      cancel = undefined;
      if (clock.nowUs() < movedAtUs + limitUs) arm();
      else onIdle();
    });
  }

  return {
    set(limitMs) {
      cancel?.();
      cancel = undefined;
      limitUs = msToUs(limitMs);
      movedAtUs = clock.nowUs();
      if (limitUs > 0) arm();
    },
    touch() {
      if (limitUs === 0) return;
      movedAtUs = clock.nowUs();
      if (cancel === undefined) arm();
    },
  };
}
