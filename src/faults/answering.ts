// When a receiver says what it has: at once, soon, or with the next data of its own. As Linux runs it, which answers every
// second segment once the reader has taken it, each segment while something is missing, and holds back what may wait.

/** How long a receiver waits for a second segment before it acknowledges the first. */
const ACK_DELAY_US = 40_000;
/** How long a reader takes to take what came; only then is it said, of all that came meanwhile. */
const READ_US = 100;
/** So many segments are acknowledged at once. */
const ACK_EVERY = 2;
/** While something is missing each segment is answered at once, so many times, and then what comes within this time together. */
const GAP_ANSWERS_MAX = 3;
const GAP_ANSWER_DELAY_US = 1_000;
const US_PER_STAMP = 1_000;

export interface Came {
  readonly atUs: number;
  /** Nothing waited behind it at the sender. */
  readonly isPushed: boolean;
  readonly sizeBytes: number;
  readonly isDuplicate: boolean;
  /** How many of the next ones it made whole, itself included. */
  readonly inOrder: number;
}

export class Answering {
  /** How many segments are not answered yet, and until when that may be. */
  #held = 0;
  #heldUntilUs = Infinity;
  /** The receiver sends data soon after it received some, which takes answers along: then it holds back even those to ends of writes. */
  #isTalking = false;
  #lastReceivedUs = -Infinity;
  /** Received beyond a gap. */
  #ahead = 0;
  /** What came since the gap was last filled in part. */
  #gapAnswers = 0;
  /** Up to which segment all was said to have come, and the timestamp of the one that last moved this on. */
  #saidUpTo = 0;
  #recentStamp = -Infinity;

  /** Infinity while nothing is held back. */
  get heldUntilUs(): number {
    return this.#heldUntilUs;
  }

  get hasGap(): boolean {
    return this.#ahead > 0;
  }

  /**
   * Whether segment `number`, sent at `sentUs`, is thrown away: one that was sent in a later millisecond and touches the edge of
   * what was said has overtaken it, and its timestamp looks like that of an old connection (PAWS, RFC 7323). A copy from
   * behind that edge is itself out of the window, and its timestamp counts for nothing.
   */
  isOutdated(number: number, sentUs: number): boolean {
    const stamp = Math.floor(sentUs / US_PER_STAMP);
    if (stamp < this.#recentStamp) return true;
    if (number === this.#saidUpTo || number + 1 === this.#saidUpTo) this.#recentStamp = stamp;
    return false;
  }

  /** True when it is to be said at once. */
  note({ atUs, isPushed, sizeBytes, isDuplicate, inOrder }: Came): boolean {
    this.#lastReceivedUs = atUs;
    if (isDuplicate) this.#isTalking = false;
    else this.#ahead += 1 - inOrder;
    this.#held++;
    if (inOrder > 0 || isDuplicate) this.#gapAnswers = 0;
    else this.#gapAnswers++;
    // Only where nothing waits or waited for anything may the answer wait.
    const isSmooth = inOrder === 1 && this.#ahead === 0 && sizeBytes > 0;
    const waitsUs = isSmooth ? this.#smoothUs(isPushed) : this.#gapAnswers > GAP_ANSWERS_MAX ? GAP_ANSWER_DELAY_US : 0;
    this.#heldUntilUs = waitsUs === ACK_DELAY_US ? atUs + waitsUs : Math.min(this.#heldUntilUs, atUs + waitsUs);
    return waitsUs === 0;
  }

  #smoothUs(isPushed: boolean): number {
    return (this.#isTalking || !isPushed) && this.#held < ACK_EVERY ? ACK_DELAY_US : READ_US;
  }

  /** The time is up, and nothing of its own took it along. */
  giveUpWaiting(): void {
    if (this.#ahead === 0 && this.#held < ACK_EVERY) this.#isTalking = false;
  }

  /** The receiver sends data. */
  talk(atUs: number): void {
    if (atUs - this.#lastReceivedUs < ACK_DELAY_US) this.#isTalking = true;
  }

  /** It was said that all before segment `upTo` has come. */
  said(upTo: number): void {
    this.#held = 0;
    this.#heldUntilUs = Infinity;
    this.#saidUpTo = upTo;
  }
}
