// Which of the known clips a turn holds, by an acoustic fingerprint: the signs of how the loudness of neighbouring bands
// changes, hop by hop, looked up in an inverted index, with every hit voting for a clip and an offset in it. A vote is
// won only by a clip whose signs then agree over the whole of what both hold.

import type { AudioFormat } from "../audio/format.ts";
import { formats } from "../audio/format.ts";
import { MS_PER_S } from "../core/units.ts";
import { BANDS, HOP_MS, bandLevels } from "./band-levels.ts";
import { linearSamples, toNarrowband } from "./narrowband.ts";

export interface HeardWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What was heard; times count from the first byte of the audio. */
export interface Heard {
  /** Absent for speech that is none of the known clips. */
  readonly clip?: string;
  /** Where in the audio the clip begins (before it, when its beginning is not there) and where it ends. */
  readonly clipStartMs?: number;
  readonly clipEndMs?: number;
  /** Of the clip. */
  readonly language?: string;
  readonly voice?: string;
  readonly text: string;
  readonly words: readonly HeardWord[];
  /** Words of the clip that would follow if the audio went on. */
  readonly ahead: readonly HeardWord[];
}

/** A clip as the recogniser learns it: its audio and the words in it. */
export interface KnownClip {
  readonly id: string;
  readonly language?: string;
  readonly voice?: string;
  readonly durationMs: number;
  readonly words: readonly HeardWord[];
  readonly audio: Uint8Array;
  readonly format: AudioFormat;
}

export interface Recogniser {
  recognise(audio: Uint8Array, format: AudioFormat): Heard;
}

/** A turn that never gets louder than this (-50 dBFS) holds no speech at all. */
const SILENT_PEAK = 100;
/** No more than this of a turn is listened to, from its first sound on: it bounds the work, and names a clip as surely as more would. */
const LISTEN_MS = 2_500;
/** Sound begins where a block reaches this share of the loudest. */
const ONSET_SHARE = 1 / 8;
const BLOCK_MS = 10;
const BEFORE_ONSET_MS = 60;
/** Signs compare a hop with the one this many hops before. */
const SPAN = 2;
const BITS = BANDS - 1;
/** A hop with fewer set signs says too little to be looked up. */
const LEAST_SET = 3;
/** Of the set signs of the two, at least this share must be common, and at least so many in all. */
const LEAST_AGREEMENT = 0.42;
const LEAST_COMMON = 40;
const CANDIDATES = 4;
/** A word counts as heard when the audio holds this share of it. */
const WORD_SHARE = 0.5;

interface Learnt {
  readonly clip: KnownClip;
  readonly signs: Uint16Array;
}

export function createRecogniser(clips: readonly KnownClip[]): Recogniser {
  const learnt = clips.map((clip): Learnt => ({ clip, signs: signsOf(toNarrowband(linearSamples(clip.audio, clip.format), clip.format)) }));
  const index = indexOf(learnt);
  return {
    recognise(audio, format) {
      const samples = linearSamples(audio, format);
      const perMs = formats[format].sampleRateHz / MS_PER_S;
      const audioMs = samples.length / perMs;
      const fromMs = onsetMs(samples, perMs);
      if (fromMs === undefined) return { text: "", words: [], ahead: [] };
      const signs = signsOf(toNarrowband(samples.subarray(fromMs * perMs, (fromMs + LISTEN_MS) * perMs), format));
      const found = bestOf(learnt, index, signs);
      if (!found) return { text: `[unrecognised speech, ${(audioMs / MS_PER_S).toFixed(1)} s]`, words: [], ahead: [] };
      const clipStartMs = fromMs - found.offset * HOP_MS;
      return heardClip((learnt[found.clip] as Learnt).clip, clipStartMs, audioMs);
    },
  };
}

function heardClip(clip: KnownClip, clipStartMs: number, audioMs: number): Heard {
  const placed = clip.words.map(({ text, startMs, endMs }) => ({ text, startMs: startMs + clipStartMs, endMs: endMs + clipStartMs }));
  const words = placed.filter((word) => Math.min(word.endMs, audioMs) - Math.max(word.startMs, 0) >= (word.endMs - word.startMs) * WORD_SHARE);
  const ahead = placed.filter((word) => word.endMs > audioMs && !words.includes(word));
  const { language, voice } = clip;
  const known = { ...(language === undefined ? {} : { language }), ...(voice === undefined ? {} : { voice }) };
  return { clip: clip.id, ...known, clipStartMs, clipEndMs: clipStartMs + clip.durationMs, text: words.map(({ text }) => text).join(" "), words, ahead };
}

/** Shortly before the first sound, or undefined where all is silent. */
function onsetMs(samples: Int16Array, perMs: number): number | undefined {
  const block = BLOCK_MS * perMs;
  const peaks = new Float64Array(Math.floor(samples.length / block));
  let loudest = 0;
  for (let at = 0; at < peaks.length; at++) {
    let peak = 0;
    for (let index = at * block; index < (at + 1) * block; index += 3) peak = Math.max(peak, Math.abs(samples[index] as number));
    peaks[at] = peak;
    loudest = Math.max(loudest, peak);
  }
  if (loudest < SILENT_PEAK) return undefined;
  return Math.max(0, peaks.findIndex((peak) => peak >= loudest * ONSET_SHARE) * BLOCK_MS - BEFORE_ONSET_MS);
}

/** For each hop a bit a pair of bands: whether their difference grew. Nothing grows where both are silent. */
function signsOf(samples: Float32Array): Uint16Array {
  const { hops, levels } = bandLevels(samples);
  const signs = new Uint16Array(Math.max(0, hops - SPAN));
  for (let hop = 0; hop < signs.length; hop++) {
    const before = hop * BANDS;
    const now = (hop + SPAN) * BANDS;
    let bits = 0;
    for (let band = 0; band < BITS; band++) {
      const was = (levels[before + band] as number) - (levels[before + band + 1] as number);
      const is = (levels[now + band] as number) - (levels[now + band + 1] as number);
      if (is - was > 0) bits |= 1 << band;
    }
    signs[hop] = bits;
  }
  return signs;
}

/** Every place of every value, in one array: those of `value` lie from starts[value] to starts[value + 1], as clip and hop. */
interface Index {
  readonly starts: Int32Array;
  readonly clips: Int32Array;
  readonly hops: Int32Array;
}

function indexOf(learnt: readonly Learnt[]): Index {
  const starts = new Int32Array((1 << BITS) + 1);
  const isTelling = (bits: number): boolean => setBits(bits) >= LEAST_SET;
  for (const { signs } of learnt) for (const bits of signs) if (isTelling(bits)) starts[bits + 1] = (starts[bits + 1] as number) + 1;
  for (let value = 0; value < 1 << BITS; value++) starts[value + 1] = (starts[value + 1] as number) + (starts[value] as number);
  const next = starts.slice();
  const count = starts[1 << BITS] as number;
  const clips = new Int32Array(count);
  const hops = new Int32Array(count);
  learnt.forEach(({ signs }, clip) =>
    signs.forEach((bits, hop) => {
      if (!isTelling(bits)) return;
      const place = next[bits] as number;
      next[bits] = place + 1;
      clips[place] = clip;
      hops[place] = hop;
    }),
  );
  return { starts, clips, hops };
}

interface Match {
  readonly clip: number;
  /** The clip's hop that the first hop of the turn is. */
  readonly offset: number;
}

const OFFSETS = 1 << 16;

function bestOf(learnt: readonly Learnt[], index: Index, signs: Uint16Array): Match | undefined {
  const votes = new Map<number, number>();
  const look = (bits: number, hop: number, weight: number): void => {
    for (let place = index.starts[bits] as number; place < (index.starts[bits + 1] as number); place++) {
      const key = (index.clips[place] as number) * OFFSETS + OFFSETS / 2 + (index.hops[place] as number) - hop;
      votes.set(key, (votes.get(key) ?? 0) + weight);
    }
  };
  signs.forEach((bits, hop) => {
    if (setBits(bits) < LEAST_SET) return;
    look(bits, hop, 4);
    for (let bit = 0; bit < BITS; bit++) look(bits ^ (1 << bit), hop, 1);
  });
  const candidates = [...votes].sort((a, b) => b[1] - a[1]).slice(0, CANDIDATES);
  let best: Match | undefined;
  let most = LEAST_AGREEMENT;
  for (const [key] of candidates) {
    const clip = Math.floor(key / OFFSETS);
    const offset = (key % OFFSETS) - OFFSETS / 2;
    const share = agreement((learnt[clip] as Learnt).signs, signs, offset);
    if (share < most) continue;
    most = share;
    best = { clip, offset };
  }
  return best;
}

/** Of all signs set in one or the other, the share set in both, where clip and turn overlap: 1 is the same sound, chance about a third. */
function agreement(clip: Uint16Array, turn: Uint16Array, offset: number): number {
  let common = 0;
  let either = 0;
  for (let hop = Math.max(0, -offset); hop < turn.length && hop + offset < clip.length; hop++) {
    const a = clip[hop + offset] as number;
    const b = turn[hop] as number;
    common += setBits(a & b);
    either += setBits(a | b);
  }
  return common < LEAST_COMMON ? 0 : common / either;
}

const bitCounts = Uint8Array.from({ length: 1 << BITS }, (_, value) => {
  let count = 0;
  for (let rest = value; rest > 0; rest &= rest - 1) count++;
  return count;
});
const setBits = (value: number): number => bitCounts[value] as number;
