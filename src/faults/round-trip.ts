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

export interface RoundTrip {
  /** Undefined before the first sample. */
  readonly meanUs: number | undefined;
  readonly leastUs: number;
  /** How long to wait for an answer before all is taken for lost. */
  readonly timeoutUs: number;
  sample(us: number, progress: Progress): void;
}

export function createRoundTrip(): RoundTrip {
  let meanUs: number | undefined;
  let leastUs = Infinity;
  /** Four times the mean deviation, its largest in this round trip, and what the time-out adds to the mean. */
  let deviationUs = 0;
  let largestUs = VARIATION_US_MIN;
  let variationUs = VARIATION_US_MIN;
  /** With what is answered beyond this segment, another round trip begins. */
  let roundEnd = 0;

  /** A shorter round trip than usual says little of how long one may take. */
  function deviate(errorUs: number): void {
    const beyondUs = Math.abs(errorUs) - deviationUs / 4;
    deviationUs += errorUs < 0 && beyondUs > 0 ? beyondUs / 8 : beyondUs;
    largestUs = Math.max(largestUs, deviationUs);
    variationUs = Math.max(variationUs, largestUs);
  }

  return {
    get meanUs() {
      return meanUs;
    },
    get leastUs() {
      return leastUs;
    },
    get timeoutUs() {
      return meanUs === undefined ? RTO_INITIAL_US : Math.min(RTO_US_MAX, meanUs + variationUs);
    },
    sample(us, { firstNumber, nextNumber }) {
      leastUs = Math.min(leastUs, us);
      if (meanUs === undefined) {
        meanUs = us;
        deviationUs = 2 * us;
        largestUs = variationUs = Math.max(VARIATION_US_MIN, deviationUs);
        roundEnd = nextNumber;
        return;
      }
      deviate(us - meanUs);
      meanUs += (us - meanUs) / 8;
      if (firstNumber <= roundEnd) return;
      if (largestUs < variationUs) variationUs -= (variationUs - largestUs) / 4;
      largestUs = VARIATION_US_MIN;
      roundEnd = nextNumber;
    },
  };
}

/** After `doublings` time-outs in a row. */
export const backedOffUs = (timeoutUs: number, doublings: number): number => Math.min(RTO_US_MAX, timeoutUs * 2 ** doublings);
