// How much a receiver lets a sender have unanswered, as Linux sizes it for an application that reads at once: 64 KiB at
// first, two segments more with each that comes, up to what the socket's buffer holds; and that grows to twice of what came
// within a round trip. A burst that follows another is cut by it, although the congestion window is open.

const INITIAL_BYTES = 65_160;
/** What the first buffer of 128 KiB (tcp_rmem) leaves for data. */
const LIMIT_BYTES = 81_920;
const LIMIT_BYTES_MAX = 6 * 1024 * 1024;

export class ReceiveWindow {
  #bytes = INITIAL_BYTES;
  #limitBytes = LIMIT_BYTES;
  /** Since the round trip began that is being measured. */
  #cameBytes = 0;
  #sinceUs = -Infinity;

  get bytes(): number {
    return this.#bytes;
  }

  /** The reader took `sizeBytes` at `atUs`; a full segment carries `segmentBytes`. */
  note(sizeBytes: number, atUs: number, { roundTripUs, segmentBytes }: { readonly roundTripUs: number; readonly segmentBytes: number }): void {
    if (atUs - this.#sinceUs >= roundTripUs) {
      this.#limitBytes = Math.max(this.#limitBytes, Math.min(LIMIT_BYTES_MAX, 2 * this.#cameBytes));
      this.#cameBytes = 0;
      this.#sinceUs = atUs;
    }
    this.#cameBytes += sizeBytes;
    this.#bytes = Math.min(this.#limitBytes, this.#bytes + 2 * segmentBytes);
  }
}
