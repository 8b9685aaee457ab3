// How long a sender waits for what may only have been overtaken before it takes it for lost: a quarter of the least round
// trip, more each time it was proved wrong, and nothing while nothing was ever overtaken and three later ones are there.
// Source: RACK (RFC 8985, section 7.2) as Linux runs it.

import type { RoundTrip } from "./round-trip.ts";

const STEPS_MAX = 255;
/** Recoveries for which what was learnt is kept. */
const KEPT_FOR = 16;

export class ReorderTolerance {
  #hasSeen = false;
  #steps = 1;
  #keptFor = 0;
  /** Learns again from what is sent after what it learnt from. */
  #learntUpTo = 0;

  /** A segment that went once was answered after a later one. */
  noteReordering(): void {
    this.#hasSeen = true;
  }

  /** The receiver had segment `number` already. */
  noteDuplicate(number: number, nextNumber: number): void {
    if (number < this.#learntUpTo) return;
    this.#learntUpTo = nextNumber;
    this.#steps = Math.min(STEPS_MAX, this.#steps + 1);
    this.#keptFor = KEPT_FOR;
  }

  /** A recovery is over. */
  noteRecovery(): void {
    if (this.#keptFor > 0) this.#keptFor--;
    else this.#steps = 1;
  }

  /** `isHasty`: a loss is known, or three later segments were answered. */
  us({ leastUs, meanUs = Infinity }: RoundTrip, { isHasty }: { readonly isHasty: boolean }): number {
    return isHasty && !this.#hasSeen ? 0 : Math.min((this.#steps * leastUs) / 4, meanUs);
  }
}
