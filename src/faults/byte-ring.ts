// Bytes waiting in order, in one piece of memory that grows and shrinks with them. They are copied in and out: kept as the
// chunks they came in, they would outlive the collector's young generation by the thousand, a memory of their own each.

export interface ByteRing {
  readonly sizeBytes: number;
  push(bytes: Buffer): void;
  /** The next bytes, at most as many as there are, as a buffer of their own. */
  take(sizeBytes: number): Buffer;
  clear(): void;
}

const CAPACITY_BYTES_MIN = 4_096;
/** An empty ring above this gives its memory back. */
const CAPACITY_BYTES_KEPT = 32_768;

export function createByteRing(): ByteRing {
  let memory = Buffer.alloc(0);
  let start = 0;
  let sizeBytes = 0;

  /** Copies what waits from `start` on to the front of `target`. */
  function copyTo(target: Buffer, count: number): void {
    const first = Math.min(count, memory.length - start);
    memory.copy(target, 0, start, start + first);
    memory.copy(target, first, 0, count - first);
  }

  function makeRoom(neededBytes: number): void {
    let capacity = Math.max(CAPACITY_BYTES_MIN, memory.length);
    while (capacity < neededBytes) capacity *= 2;
    if (capacity === memory.length) return;
    const larger = Buffer.allocUnsafeSlow(capacity);
    copyTo(larger, sizeBytes);
    memory = larger;
    start = 0;
  }

  function clear(): void {
    if (memory.length > CAPACITY_BYTES_KEPT) memory = Buffer.alloc(0);
    start = 0;
    sizeBytes = 0;
  }

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    push(bytes) {
      makeRoom(sizeBytes + bytes.length);
      const end = (start + sizeBytes) % memory.length;
      const first = bytes.copy(memory, end);
      bytes.copy(memory, 0, first);
      sizeBytes += bytes.length;
    },
    take(wanted) {
      const count = Math.min(wanted, sizeBytes);
      const taken = Buffer.allocUnsafe(count);
      copyTo(taken, count);
      start = (start + count) % Math.max(1, memory.length);
      sizeBytes -= count;
      if (sizeBytes === 0) clear();
      return taken;
    },
    clear,
  };
}
