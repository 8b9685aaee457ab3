// The one door to hdr-histogram-js: recorders of whole, non-negative times, three significant digits, for what is too
// frequent to keep raw. The library counts NaN in silence, throws without a name on negatives, truncates fractions, adds
// unlike histograms and loses the exact extremes; all of that is settled here.

import hdr from "hdr-histogram-js";

export type TimeUnit = "us" | "ns";

const PER_SECOND: Readonly<Record<TimeUnit, number>> = { us: 1e6, ns: 1e9 };
/** A session of the API ends after an hour; anything above two is a broken clock. */
const HIGHEST_SECONDS = 7_200;
const SIGNIFICANT_DIGITS = 3;

export interface Recorder {
  readonly unit: TimeUnit;
  readonly count: number;
  /** Exact, unlike the quantiles; absent while nothing was recorded. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Records one time; fractions are rounded. NaN, a negative time and one above two hours are bugs and throw RangeError. */
  record(value: number): void;
  /** The p-quantile (0 < p <= 1) within 0.1 %, never outside [min, max]; absent while nothing was recorded. */
  quantile(p: number): number | undefined;
  /** Adds all that `other` holds; both must have the same unit. */
  add(other: Recorder): void;
  /** HdrHistogram V2, compressed, base64: what a line of an .hlog holds. */
  encode(): string;
  /** Gives the WebAssembly memory back; the recorder must not be used after it. */
  destroy(): void;
}

type Histogram = ReturnType<typeof hdr.build>;

/** Recorders know each other's histogram, and nobody else does. */
const histograms = new WeakMap<Recorder, Histogram>();

function buildHistogram(unit: TimeUnit): Histogram {
  // Compiled on first use (tens of milliseconds once), so that a command that records nothing doesn't pay for it.
  hdr.initWebAssemblySync();
  return hdr.build({
    useWebAssembly: true,
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_SECONDS * PER_SECOND[unit],
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });
}

/** An empty recorder of times in `unit`. Call destroy when done: its memory is not the garbage collector's. */
export function createRecorder(unit: TimeUnit): Recorder {
  const histogram = buildHistogram(unit);
  const highest = HIGHEST_SECONDS * PER_SECOND[unit];
  let count = 0;
  let min = Infinity;
  let max = -Infinity;

  const recorder: Recorder = {
    unit,
    get count() {
      return count;
    },
    get min() {
      return count > 0 ? min : undefined;
    },
    get max() {
      return count > 0 ? max : undefined;
    },
    record(value) {
      const whole = Math.round(value);
      if (!(whole >= 0 && whole <= highest)) throw new RangeError(`a recorder of ${unit} takes 0 to ${highest}, not ${value}`);
      histogram.recordValue(whole);
      count++;
      if (whole < min) min = whole;
      if (whole > max) max = whole;
    },
    quantile(p) {
      if (!(p > 0 && p <= 1)) throw new RangeError(`a quantile lies above 0 and at most at 1, not at ${p}`);
      if (count === 0) return undefined;
      return p === 1 ? max : Math.min(max, Math.max(min, histogram.getValueAtPercentile(p * 100)));
    },
    add(other) {
      const theirs = histograms.get(other);
      if (!theirs) throw new TypeError("only a recorder that createRecorder made can be added");
      if (other.unit !== unit) throw new TypeError(`a recorder of ${other.unit} can't be added to one of ${unit}`);
      histogram.add(theirs);
      count += other.count;
      min = Math.min(min, other.min ?? Infinity);
      max = Math.max(max, other.max ?? -Infinity);
    },
    encode: () => hdr.encodeIntoCompressedBase64(histogram),
    destroy: () => histogram.destroy(),
  };
  histograms.set(recorder, histogram);
  return recorder;
}
