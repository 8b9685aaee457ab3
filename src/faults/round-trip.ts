// What a TCP sender knows of the round trip, and how long it therefore waits for an answer. As Linux reckons it
// (tcp_rtt_estimator), which keeps the largest deviation of each round trip and lets go of it slowly: after a stall the next
// time-out comes later than by RFC 6298, for a second or so.

const RTO_INITIAL_US = 1_000_000;
/** TCP_RTO_MIN, which is a floor of the deviation and not of the whole, and TCP_RTO_MAX. */
const VARIATION_US_MIN = 200_000;
const RTO_US_MAX = 120_000_000;

/** Where the sender stands: the oldest segment that is not answered, and the next new one. */
export interface Progress {
  readonly firstNumber: number;
  readonly nextNumber: number;
}

export class RoundTrip {
  #meanUs: number | undefined;
  #leastUs = Infinity;
  /** Four times the mean deviation, its largest in this round trip, and what the time-out adds to the mean. */
  #deviationUs = 0;
  #largestUs = VARIATION_US_MIN;
  #variationUs = VARIATION_US_MIN;
  /** With what is answered beyond this segment, another round trip begins. */
  #roundEnd = 0;

  /** Undefined before the first sample. */
  get meanUs(): number | undefined {
    return this.#meanUs;
  }

  get leastUs(): number {
    return this.#leastUs;
  }

  /** How long to wait for an answer before all is taken for lost. */
  get timeoutUs(): number {
    return this.#meanUs === undefined ? RTO_INITIAL_US : Math.min(RTO_US_MAX, this.#meanUs + this.#variationUs);
  }

  sample(us: number, { firstNumber, nextNumber }: Progress): void {
    this.#leastUs = Math.min(this.#leastUs, us);
    if (this.#meanUs === undefined) {
      this.#meanUs = us;
      this.#deviationUs = 2 * us;
      this.#largestUs = this.#variationUs = Math.max(VARIATION_US_MIN, this.#deviationUs);
      this.#roundEnd = nextNumber;
      return;
    }
    this.#deviate(us - this.#meanUs);
    this.#meanUs += (us - this.#meanUs) / 8;
    if (firstNumber <= this.#roundEnd) return;
    if (this.#largestUs < this.#variationUs) this.#variationUs -= (this.#variationUs - this.#largestUs) / 4;
    this.#largestUs = VARIATION_US_MIN;
    this.#roundEnd = nextNumber;
  }

  /** A shorter round trip than usual says little of how long one may take. */
  #deviate(errorUs: number): void {
    const beyondUs = Math.abs(errorUs) - this.#deviationUs / 4;
    this.#deviationUs += errorUs < 0 && beyondUs > 0 ? beyondUs / 8 : beyondUs;
    this.#largestUs = Math.max(this.#largestUs, this.#deviationUs);
    this.#variationUs = Math.max(this.#variationUs, this.#largestUs);
  }
}

/** After `doublings` time-outs in a row. */
export const backedOffUs = (timeoutUs: number, doublings: number): number => Math.min(RTO_US_MAX, timeoutUs * 2 ** doublings);
