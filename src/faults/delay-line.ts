// Items waiting for their time, first in first out, behind one deadline of the clock however many wait.

import type { Cancel, Clock } from "../core/clock.ts";

export interface Delayed {
  readonly sizeBytes: number;
  release(): void;
}

export interface DelayLine {
  /** `releaseUs` must not be below that of the item before. What is due already is released before this returns. */
  add(item: Delayed, releaseUs: number): void;
  readonly heldBytes: number;
  /** Drops everything; nothing is released any more. */
  close(): void;
}

/** `onLateness` hears of every item released: actual minus planned, microseconds, never negative. */
export function createDelayLine(clock: Clock, onLateness: (us: number) => void): DelayLine {
  let waiting: { readonly item: Delayed; readonly releaseUs: number }[] = [];
  let heldBytes = 0;
  let cancel: Cancel | undefined;
  let releasing = false;
  let closed = false;

  function releaseDue(): void {
    if (releasing) return;
    releasing = true;
    let head = waiting[0];
    while (head && head.releaseUs <= clock.nowUs()) {
      waiting.shift();
      heldBytes -= head.item.sizeBytes;
      onLateness(clock.nowUs() - head.releaseUs);
      head.item.release();
      head = waiting[0];
    }
    releasing = false;
    if (head && head.releaseUs !== Infinity) cancel = clock.at(head.releaseUs, wake);
  }

  function wake(): void {
    cancel = undefined;
    releaseDue();
  }

  return {
    add(item, releaseUs) {
      if (closed) return;
      waiting.push({ item, releaseUs });
      heldBytes += item.sizeBytes;
      if (cancel === undefined) releaseDue();
    },
    get heldBytes() {
      return heldBytes;
    },
    close() {
      closed = true;
      cancel?.();
      cancel = undefined;
      waiting = [];
      heldBytes = 0;
    },
  };
}
