// What a TCP sender knows of the round trip, and how long it therefore waits for an answer.
// Source: RFC 6298, with the floor and the ceiling of Linux (TCP_RTO_MIN, TCP_RTO_MAX), which adds the floor to the mean.

const RTO_INITIAL_US = 1_000_000;
const VARIATION_US_MIN = 200_000;
const RTO_US_MAX = 120_000_000;

export interface RoundTrip {
  /** Undefined before the first sample. */
  readonly meanUs: number | undefined;
  readonly leastUs: number;
  /** How long to wait for an answer before all is taken for lost. */
  readonly timeoutUs: number;
  sample(us: number): void;
}

export function createRoundTrip(): RoundTrip {
  let meanUs: number | undefined;
  let deviationUs = 0;
  let leastUs = Infinity;
  return {
    get meanUs() {
      return meanUs;
    },
    get leastUs() {
      return leastUs;
    },
    get timeoutUs() {
      return meanUs === undefined ? RTO_INITIAL_US : Math.min(RTO_US_MAX, meanUs + Math.max(VARIATION_US_MIN, 4 * deviationUs));
    },
    sample(us) {
      leastUs = Math.min(leastUs, us);
      if (meanUs === undefined) {
        meanUs = us;
        deviationUs = us / 2;
        return;
      }
      deviationUs += (Math.abs(us - meanUs) - deviationUs) / 4;
      meanUs += (us - meanUs) / 8;
    },
  };
}

/** After `doublings` time-outs in a row. */
export const backedOffUs = (timeoutUs: number, doublings: number): number => Math.min(RTO_US_MAX, timeoutUs * 2 ** doublings);
