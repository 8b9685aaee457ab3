// How many segments a sender may have in flight: Reno as Linux runs it. Slow start from ten, one more a round trip after a
// loss, half at a loss, one at a time-out, and back to ten after a pause, which is why a voice session's every burst after
// silence starts slowly. Counted in segments, as the kernel does.
// Sources: RFC 5681, RFC 6928 (ten at first), RFC 6937 (the way down), RFC 2861 (unused windows shrink).

const INITIAL_WINDOW = 10;
const WINDOW_LEAST = 2;

export interface WindowUse {
  readonly atUs: number;
  readonly timeoutUs: number;
  readonly flying: number;
  /** Of the oldest segment not yet answered, and of the next to be sent. */
  readonly firstNumber: number;
  readonly nextNumber: number;
  /** No recovery goes on. */
  readonly isOpen: boolean;
}

export class CongestionWindow {
  #segments = INITIAL_WINDOW;
  #threshold = Infinity;
  #acksSinceGrowth = 0;
  #before = { segments: INITIAL_WINDOW, threshold: Infinity };
  /** Since the recovery began. */
  #delivered = 0;
  #sent = 0;
  /** Of the current flight: whether it filled the window, its largest size, and the number it ends at. */
  #flight = { filled: false, most: 0, upTo: 0 };
  /** Since the window was last needed or judged. */
  #unused = { most: 0, sinceUs: -Infinity };

  get segments(): number {
    return this.#segments;
  }

  /** Acknowledged outside of a recovery. A window that was not needed does not grow. */
  grow(acked: number): void {
    if (!this.#isNeeded()) return;
    const inSlowStart = Math.max(0, Math.min(acked, this.#threshold - this.#segments));
    this.#segments += inSlowStart;
    this.#acksSinceGrowth += acked - inSlowStart;
    if (this.#acksSinceGrowth < this.#segments) return;
    this.#acksSinceGrowth -= this.#segments;
    this.#segments++;
  }

  /** A loss was found: half, on the way down from here. */
  enterRecovery(): void {
    this.#remember();
    this.#threshold = this.#half();
    this.#delivered = 0;
    this.#sent = 0;
  }

  /** While recovering: one more may go for about every two that arrived. `progressed`: the oldest gap was filled and no new one found. */
  reduce(delivered: number, flying: number, progressed: boolean): void {
    this.#delivered += delivered;
    const room = this.#threshold - flying;
    const wanted =
      room < 0
        ? Math.ceil((this.#threshold * this.#delivered) / this.#before.segments) - this.#sent
        : Math.min(room, Math.max(this.#delivered - this.#sent, delivered) + (progressed ? 1 : 0));
    this.#segments = flying + Math.max(wanted, this.#sent === 0 ? 1 : 0);
  }

  /** A segment went out; the way down is measured by these. */
  countSent(): void {
    this.#sent++;
  }

  leaveRecovery(): void {
    this.#segments = this.#threshold;
  }

  /** Half at once: a loss that was repaired as soon as it was noticed. */
  halve(): void {
    this.#threshold = this.#half();
    this.#segments = this.#threshold;
  }

  /** Nothing was answered: start again from one. `isFirst` of a row. */
  collapse({ isFirst }: { readonly isFirst: boolean }): void {
    if (isFirst) {
      this.#remember();
      this.#threshold = this.#half();
    }
    this.#segments = 1;
    this.#acksSinceGrowth = 0;
  }

  /** The loss was none: the window it had before. */
  undo(): void {
    this.#segments = Math.max(this.#segments, this.#before.segments);
    this.#threshold = this.#before.threshold;
  }

  /** Nothing was sent for so long. */
  restart(idleUs: number, timeoutUs: number): void {
    if (idleUs <= timeoutUs) return;
    this.#keepThreshold();
    const least = Math.min(this.#segments, INITIAL_WINDOW);
    this.#segments = Math.max(least, Math.floor(this.#segments / 2 ** Math.min(30, Math.floor(idleUs / timeoutUs))));
  }

  /** After sending. A window that is not used for a time-out is not known to be there any more, and shrinks. */
  noteUse({ atUs, timeoutUs, flying, firstNumber, nextNumber, isOpen }: WindowUse): void {
    const filled = flying >= this.#segments;
    const { upTo, most } = this.#flight;
    if (filled || firstNumber >= upTo || (!this.#flight.filled && flying > most)) this.#flight = { filled, most: flying, upTo: nextNumber };
    const { sinceUs } = this.#unused;
    if (this.#isNeeded() || sinceUs === -Infinity) {
      this.#unused = { most: 0, sinceUs: atUs };
      return;
    }
    this.#unused.most = Math.max(this.#unused.most, flying);
    if (atUs - sinceUs < timeoutUs) return;
    const kept = Math.max(this.#unused.most, INITIAL_WINDOW);
    this.#unused = { most: 0, sinceUs: atUs };
    if (!isOpen || kept >= this.#segments) return;
    this.#keepThreshold();
    this.#segments = Math.floor((this.#segments + kept) / 2);
  }

  /** In slow start a window that is half used counts as needed, or it would never double. */
  #isNeeded(): boolean {
    return this.#flight.filled || (this.#segments < this.#threshold && this.#segments < 2 * this.#flight.most);
  }

  #remember(): void {
    this.#before = { segments: this.#segments, threshold: this.#threshold };
  }

  #half(): number {
    return Math.max(WINDOW_LEAST, Math.floor(this.#segments / 2));
  }

  #keepThreshold(): void {
    this.#threshold = Math.max(this.#threshold, Math.floor((this.#segments * 3) / 4));
  }
}
