// Where somebody speaks in a recording. The level that counts as speech is the audible level for a clean, normally loud
// recording; a quiet one is held to its own loudness, a noisy one to what rises above its noise.

import { audibleLevel } from "./energy.ts";

/** startMs is the instant of the first voiced sample, endMs that of the last one, both from the start of the recording. */
export interface SpeechSegment {
  readonly startMs: number;
  readonly endMs: number;
}

export interface SegmentOptions {
  /** An absolute level from 0 to 1 instead of the adaptive one: speech is then every sample that reaches it. */
  readonly level?: number;
  /** A shorter pause does not end a segment. */
  readonly joinGapMs?: number;
  /** Shorter pieces are noises, not words. */
  readonly minPieceMs?: number;
}

/** How loud a recording is: `centre` is its constant offset, the others are peaks of 10 ms windows around it. */
export interface Loudness {
  readonly centre: number;
  /** Reached by the loudest 50 ms, so that one click does not count. */
  readonly loud: number;
  /** What the quietest twentieth stays below. */
  readonly floor: number;
}

const WINDOW_MS = 10;
const LOUD_WINDOWS = 5;
/** Clips of speech peak near -6 dBFS, 39 dB over the audible level; in a quieter recording speech is taken down as far. */
const SPEECH_RANGE = 10 ** (-39 / 20);
/** Noise peaks this far (8 dB) above its quiet windows at most, in ten seconds of it. */
const ABOVE_FLOOR = 2.5;
/** Speech swings by far more than this (10 dB); what does not is a tone or noise. */
const STEADY_BELOW = 3;
/** In a noisy recording single samples cross the level; they are no speech. */
const MIN_BURST_MS = 2;
const BURST_GAP_MS = 10;

/** Segments in order of time, in ms rounded to hundredths; none when nothing in the recording is like speech. */
export function findSegments(samples: Float32Array, sampleRateHz: number, options: SegmentOptions = {}): SpeechSegment[] {
  const { joinGapMs = 200, minPieceMs = 40 } = options;
  const loudness = loudnessOf(samples, sampleRateHz);
  const level = options.level ?? speechLevel(loudness);
  const centre = options.level === undefined ? loudness.centre : 0;
  const inSamples = (ms: number): number => (ms * sampleRateHz) / 1_000;
  const bursts = runsAbove(samples, { level, centre, gap: inSamples(BURST_GAP_MS), shortest: options.level === undefined ? inSamples(MIN_BURST_MS) : 0 });
  return joinRuns(bursts, inSamples(joinGapMs))
    .filter((run) => run.last - run.first >= inSamples(minPieceMs))
    .map((run) => ({ startMs: sampleTimeMs(run.first, sampleRateHz), endMs: sampleTimeMs(run.last, sampleRateHz) }));
}

/** The instant of a sample, rounded to hundredths of a millisecond. */
export const sampleTimeMs = (index: number, sampleRateHz: number): number => Math.round((index / sampleRateHz) * 100_000) / 100;

/** Below this nothing in the recording is speech, however clean it is. */
export const quietestSpeech = (loudness: Loudness): number => Math.min(audibleLevel, loudness.loud * SPEECH_RANGE);

function speechLevel(loudness: Loudness): number {
  const isSteady = loudness.loud < loudness.floor * STEADY_BELOW;
  if (loudness.loud === 0 || isSteady) return Number.POSITIVE_INFINITY;
  return Math.max(quietestSpeech(loudness), loudness.floor * ABOVE_FLOOR);
}

export function loudnessOf(samples: Float32Array, sampleRateHz: number): Loudness {
  if (samples.length === 0) return { centre: 0, loud: 0, floor: 0 };
  let sum = 0;
  for (const sample of samples) sum += sample;
  const centre = sum / samples.length;
  const window = Math.max(1, Math.round((WINDOW_MS * sampleRateHz) / 1_000));
  const peaks = new Float64Array(Math.ceil(samples.length / window));
  for (let index = 0; index < samples.length; index++) {
    const at = Math.floor(index / window);
    peaks[at] = Math.max(peaks[at] as number, Math.abs((samples[index] as number) - centre));
  }
  peaks.sort();
  return {
    centre,
    loud: peaks[Math.max(0, peaks.length - LOUD_WINDOWS)] as number,
    floor: peaks[Math.floor(peaks.length / 20)] as number,
  };
}

interface Run {
  readonly first: number;
  readonly last: number;
}

/** Runs of samples at or above the level, in which it is never left for more than `gap` samples. */
function runsAbove(samples: Float32Array, how: { readonly level: number; readonly centre: number; readonly gap: number; readonly shortest: number }): Run[] {
  const runs: Run[] = [];
  let first = -1;
  let last = -1;
  const close = (): void => {
    if (first >= 0 && last - first >= how.shortest) runs.push({ first, last });
  };
  for (let index = 0; index < samples.length; index++) {
    if (Math.abs((samples[index] as number) - how.centre) < how.level) continue;
    if (first < 0 || index - last > how.gap) {
      close();
      first = index;
    }
    last = index;
  }
  close();
  return runs;
}

function joinRuns(runs: readonly Run[], gap: number): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const before = joined.at(-1);
    if (before && run.first - before.last < gap) joined[joined.length - 1] = { first: before.first, last: run.last };
    else joined.push(run);
  }
  return joined;
}
