// One binary heap of absolute deadlines. A clock keeps one per thread instead of one timer per caller, because a
// thousand setIntervals drift apart by hundreds of milliseconds while a heap stays within one.

import type { Cancel } from "./clock.ts";

interface Entry {
  deadlineUs: number;
  order: number;
  /** How long after it fired it is due again, µs; 0 for once. */
  readonly everyUs: number;
  fire: (() => void) | undefined;
}

export interface Deadlines {
  add(deadlineUs: number, fire: () => void): Cancel;
  /** Fires at `firstUs` and every `everyUs` after it, by the plan and not by when it fired; nothing is allocated for a repetition. */
  repeat(firstUs: number, everyUs: number, fire: () => void): Cancel;
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

function push(heap: Entry[], entry: Entry): void {
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

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last && heap.length > 0) sinkFromTop(heap, last);
}

/** Puts `last` where it belongs, in place of what is on top. */
function sinkFromTop(heap: Entry[], last: Entry): void {
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
}

export function createDeadlines(): Deadlines {
  const heap: Entry[] = [];
  let order = 0;
  let live = 0;

  function dropCancelled(): void {
    while (heap.length > 0 && heap[0]?.fire === undefined) pop(heap);
  }

  function enter(deadlineUs: number, everyUs: number, fire: () => void): Cancel {
    const entry: Entry = { deadlineUs, order: order++, everyUs, fire };
    push(heap, entry);
    live++;
    return () => {
      if (!entry.fire) return;
      entry.fire = undefined;
      live--;
    };
  }

  return {
    add: (deadlineUs, fire) => enter(deadlineUs, 0, fire),
    repeat(firstUs, everyUs, fire) {
      if (!(everyUs > 0)) throw new RangeError(`a repetition needs a period above 0, not ${everyUs}`);
      return enter(firstUs, everyUs, fire);
    },
    nextUs() {
      dropCancelled();
      return heap[0]?.deadlineUs;
    },
    fireDue(nowUs, isEnough = () => false) {
      let fired = 0;
      do {
        dropCancelled();
        const top = heap[0];
        if (!top || top.deadlineUs > nowUs) return fired;
        const { fire } = top;
        if (top.everyUs > 0) {
          top.deadlineUs += top.everyUs;
          top.order = order++;
          sinkFromTop(heap, top);
        } else {
          pop(heap);
          top.fire = undefined;
          live--;
        }
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
