// First in, first out, at constant cost however long it grows, in a ring of slots that are used again and again: nothing is
// allocated for what passes through. A class, because V8 keeps an object literal with a getter as a dictionary, which costs a
// lookup at each use.

/** Powers of two, all of them. */
const SLOTS_LEAST = 8;
/** A ring that grew beyond this is given back once it is empty: after a stall it would keep all for good. */
const SLOTS_KEPT = 64;

export class Queue<Item> {
  #slots: (Item | undefined)[] = emptySlots(SLOTS_LEAST);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Item | undefined {
    return this.#slots[this.#head];
  }

  get last(): Item | undefined {
    return this.at(-1);
  }

  /** From the front; negative from the back, as Array.at. */
  at(index: number): Item | undefined {
    const at = index < 0 ? this.#length + index : index;
    return at >= 0 && at < this.#length ? this.#slots[this.#slot(at)] : undefined;
  }

  push(item: Item): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[this.#slot(this.#length)] = item;
    this.#length++;
  }

  /** In front of those at the end that `isLater` is true of. */
  insert(item: Item, isLater: (other: Item) => boolean): void {
    this.push(item);
    let index = this.#length - 1;
    for (; index > 0; index--) {
      const other = this.#slots[this.#slot(index - 1)] as Item;
      if (!isLater(other)) break;
      this.#slots[this.#slot(index)] = other;
    }
    this.#slots[this.#slot(index)] = item;
  }

  shift(): Item | undefined {
    const item = this.#slots[this.#head];
    if (this.#length === 0) return undefined;
    // Or it would live as long as the queue.
    this.#slots[this.#head] = undefined;
    this.#head = this.#slot(1);
    this.#length--;
    if (this.#length === 0 && this.#slots.length > SLOTS_KEPT) this.clear();
    return item;
  }

  some(isIt: (item: Item) => boolean): boolean {
    for (let index = 0; index < this.#length; index++) if (isIt(this.#slots[this.#slot(index)] as Item)) return true;
    return false;
  }

  clear(): void {
    this.#slots = emptySlots(SLOTS_LEAST);
    this.#head = 0;
    this.#length = 0;
  }

  #slot(index: number): number {
    return (this.#head + index) & (this.#slots.length - 1);
  }

  #grow(): void {
    const slots = emptySlots<Item>(2 * this.#slots.length);
    for (let index = 0; index < this.#length; index++) slots[index] = this.#slots[this.#slot(index)];
    this.#slots = slots;
    this.#head = 0;
  }
}

const emptySlots = <Item>(count: number): (Item | undefined)[] => Array.from({ length: count }, () => undefined);
