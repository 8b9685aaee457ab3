// Bytes waiting in order, in one piece of memory that grows and shrinks with them. They are copied in and out: kept as the
// chunks they came in, they would outlive the collector's young generation by the thousand, a memory of their own each.

const CAPACITY_BYTES_MIN = 4_096;
/** A ring that is filled by less than this share gives half of its memory back: after a stall it would keep all for good. */
const FILL_LEAST = 1 / 8;

const NOTHING = Buffer.alloc(0);

export class ByteRing {
  #memory = NOTHING;
  #start = 0;
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  push(bytes: Buffer): void {
    this.#makeRoom(this.#sizeBytes + bytes.length);
    const end = (this.#start + this.#sizeBytes) % this.#memory.length;
    const first = bytes.copy(this.#memory, end);
    if (first < bytes.length) bytes.copy(this.#memory, 0, first);
    this.#sizeBytes += bytes.length;
  }

  /** The next bytes, at most as many as there are, as a buffer of their own. */
  take(wanted: number): Buffer {
    const count = Math.min(wanted, this.#sizeBytes);
    const taken = Buffer.allocUnsafe(count);
    this.#copyTo(taken, count);
    this.#start = (this.#start + count) % Math.max(1, this.#memory.length);
    this.#sizeBytes -= count;
    if (this.#memory.length > CAPACITY_BYTES_MIN && this.#sizeBytes < this.#memory.length * FILL_LEAST) this.#resize(this.#memory.length / 2);
    return taken;
  }

  clear(): void {
    this.#memory = NOTHING;
    this.#start = 0;
    this.#sizeBytes = 0;
  }

  /** Copies what waits from the start on to the front of `target`. */
  #copyTo(target: Buffer, count: number): void {
    const first = Math.min(count, this.#memory.length - this.#start);
    this.#memory.copy(target, 0, this.#start, this.#start + first);
    if (first < count) this.#memory.copy(target, first, 0, count - first);
  }

  #resize(capacity: number): void {
    if (capacity === this.#memory.length) return;
    const other = Buffer.allocUnsafeSlow(capacity);
    this.#copyTo(other, this.#sizeBytes);
    this.#memory = other;
    this.#start = 0;
  }

  #makeRoom(neededBytes: number): void {
    let capacity = Math.max(CAPACITY_BYTES_MIN, this.#memory.length);
    while (capacity < neededBytes) capacity *= 2;
    this.#resize(capacity);
  }
}
