// First in, first out, at constant cost however long it grows: an array's own shift() moves all that is left.

export interface Queue<Item> {
  readonly length: number;
  push(item: Item): void;
  /** In front of those at the end that `isLater` is true of. */
  insert(item: Item, isLater: (other: Item) => boolean): void;
  shift(): Item | undefined;
  /** From the front; negative from the back, as Array.at. */
  at(index: number): Item | undefined;
  some(isIt: (item: Item) => boolean): boolean;
  clear(): void;
}

/** Below this, moving what is left costs nothing. */
const COMPACT_FROM = 32;

export function createQueue<Item>(): Queue<Item> {
  let items: (Item | undefined)[] = [];
  let head = 0;
  return {
    get length() {
      return items.length - head;
    },
    push: (item) => void items.push(item),
    insert(item, isLater) {
      let index = items.length;
      while (index > head && isLater(items[index - 1] as Item)) index--;
      items.splice(index, 0, item);
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      // Or it would live as long as the queue.
      items[head++] = undefined;
      if (head === items.length) {
        items.length = 0;
        head = 0;
      } else if (head >= COMPACT_FROM && head * 2 >= items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    at: (index) => (index < 0 ? (items.length - head + index < 0 ? undefined : items.at(index)) : items[head + index]),
    some(isIt) {
      for (let index = head; index < items.length; index++) if (isIt(items[index] as Item)) return true;
      return false;
    },
    clear() {
      items = [];
      head = 0;
    },
  };
}
