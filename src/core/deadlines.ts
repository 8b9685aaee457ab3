// One binary heap of absolute deadlines. A clock keeps one per thread instead of one timer per caller, because a
// thousand setIntervals drift apart by hundreds of milliseconds while a heap stays within one.

import type { Cancel } from "./clock.ts";

interface Entry {
  readonly deadlineUs: number;
  readonly order: number;
  fire: (() => void) | undefined;
}

export interface Deadlines {
  add(deadlineUs: number, fire: () => void): Cancel;
  /** The earliest deadline still wanted, or undefined when none is. */
  nextUs(): number | undefined;
  /**
   * Fires everything due at `nowUs` in deadline order, including what the callbacks add at or before `nowUs`, until
   * `isEnough` says after one of them that the rest is for another time. Returns how many fired.
   */
  fireDue(nowUs: number, isEnough?: () => boolean): number;
  readonly size: number;
}

const before = (a: Entry, b: Entry): boolean => a.deadlineUs < b.deadlineUs || (a.deadlineUs === b.deadlineUs && a.order < b.order);

export function createDeadlines(): Deadlines {
  const heap: Entry[] = [];
  let order = 0;
  let live = 0;

  function push(entry: Entry): void {
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Entry;
      if (!before(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  function pop(): Entry | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && before(heap[right] as Entry, heap[child] as Entry)) child = right;
      if (!before(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return top;
  }

  function dropCancelled(): void {
    while (heap.length > 0 && heap[0]?.fire === undefined) pop();
  }

  return {
    add(deadlineUs, fire) {
      const entry: Entry = { deadlineUs, order: order++, fire };
      push(entry);
      live++;
      return () => {
        if (!entry.fire) return;
        entry.fire = undefined;
        live--;
      };
    },
    nextUs() {
      dropCancelled();
      return heap[0]?.deadlineUs;
    },
    fireDue(nowUs, isEnough = () => false) {
      let fired = 0;
      do {
        dropCancelled();
        if (!heap[0] || heap[0].deadlineUs > nowUs) return fired;
        const top = pop() as Entry;
        const { fire } = top;
        top.fire = undefined;
        live--;
        fired++;
        fire?.();
      } while (!isEnough());
      return fired;
    },
    get size() {
      return live;
    },
  };
}
