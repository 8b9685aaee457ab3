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

export class Deadlines {
  readonly #heap: Entry[] = [];
  readonly #onEmpty: (() => void) | undefined;
  #order = 0;
  #live = 0;

  /** `onEmpty` is called when the last deadline was cancelled. */
  constructor(onEmpty?: () => void) {
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#live;
  }

  add(deadlineUs: number, fire: () => void): Cancel {
    return this.#enter(deadlineUs, 0, fire);
  }

  /** Fires at `firstUs` and every `everyUs` after it, by the plan and not by when it fired; nothing is allocated for a repetition. */
  repeat(firstUs: number, everyUs: number, fire: () => void): Cancel {
    if (!(everyUs > 0)) throw new RangeError(`a repetition needs a period above 0, not ${everyUs}`);
    return this.#enter(firstUs, everyUs, fire);
  }

  /** The earliest deadline still wanted, or undefined when none is. */
  nextUs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.deadlineUs;
  }

  /**
   * Fires everything due at `nowUs` in deadline order, including what the callbacks add at or before `nowUs`, until
   * `isEnough` says after one of them that the rest is for another time. Returns how many fired.
   */
  fireDue(nowUs: number, isEnough: () => boolean = () => false): number {
    let fired = 0;
    do {
      this.#dropCancelled();
      const top = this.#heap[0];
      if (!top || top.deadlineUs > nowUs) return fired;
      const { fire } = top;
      if (top.everyUs > 0) {
        top.deadlineUs += top.everyUs;
        top.order = this.#order++;
        sinkFromTop(this.#heap, top);
      } else {
        pop(this.#heap);
        top.fire = undefined;
        this.#live--;
      }
      fired++;
      fire?.();
    } while (!isEnough());
    return fired;
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.fire === undefined) pop(this.#heap);
  }

  #enter(deadlineUs: number, everyUs: number, fire: () => void): Cancel {
    const entry: Entry = { deadlineUs, order: this.#order++, everyUs, fire };
    push(this.#heap, entry);
    this.#live++;
    return () => {
      if (!entry.fire) return;
      entry.fire = undefined;
      this.#live--;
      if (this.#live === 0) this.#onEmpty?.();
    };
  }
}
