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
  /** All that it holds as plain data, for another thread. */
  snapshot(): RecorderSnapshot;
  /** Gives the WebAssembly memory back; the recorder must not be used after it. */
  destroy(): void;
}

/** What a recorder held; restoreRecorder makes one of it again. */
export interface RecorderSnapshot {
  readonly unit: TimeUnit;
  readonly encoded: string;
  readonly count: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
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
export const createRecorder = (unit: TimeUnit): Recorder => recorderOf(buildHistogram(unit), { unit, count: 0, min: Infinity, max: -Infinity });

/** A recorder that holds what the snapshot's held, the exact extremes included, which the encoding loses. */
export function restoreRecorder({ unit, encoded, count, min = Infinity, max = -Infinity }: RecorderSnapshot): Recorder {
  const histogram = buildHistogram(unit);
  const decoded = hdr.decodeFromCompressedBase64(encoded, 32, true);
  histogram.add(decoded);
  decoded.destroy();
  return recorderOf(histogram, { unit, count, min, max });
}

interface Held {
  readonly unit: TimeUnit;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

function recorderOf(histogram: Histogram, held: Held): Recorder {
  const { unit } = held;
  const highest = HIGHEST_SECONDS * PER_SECOND[unit];
  let { count, min, max } = held;

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
    snapshot: () => ({ unit, encoded: hdr.encodeIntoCompressedBase64(histogram), count, min: recorder.min, max: recorder.max }),
    destroy: () => histogram.destroy(),
  };
  histograms.set(recorder, histogram);
  return recorder;
}
