// Server VAD: finds speech in the caller's audio by its level, hop by hop of 10 ms, on the clock of the audio itself. It
// computes levels on its own: were it to share the measurer's detector, one mistake in it could never show.

import { aLawSamples, muLawSamples } from "../audio/g711.ts";
import type { AudioFormat } from "../audio/format.ts";

export interface VadSettings {
  /** 0 to 1, the protocol's: higher needs louder speech, further above the noise. */
  readonly threshold: number;
  readonly prefixMs: number;
  readonly silenceMs: number;
}

/** Milliseconds of all audio ever appended in the session. */
export type VadEvent = { readonly type: "started"; readonly startMs: number } | { readonly type: "stopped"; readonly speechEndMs: number; readonly endMs: number };

export interface Vad {
  /** Hears the bytes and calls `tell` for each turn of events, in order. Bytes may end anywhere, inside a sample too. */
  hear(bytes: Uint8Array, settings: VadSettings, tell: (event: VadEvent) => void): void;
  /** Forgets speech in progress and goes on hearing from `audioMs`; keeps what it knows of the noise, and half a sample. */
  restart(audioMs: number): void;
}

const HOP_MS = 10;
/** Speech shorter than this is a click. */
const ONSET_HOPS = 3;
const FULL_SCALE_SQUARED = 32_768 * 32_768;
/** What a digital silence counts as. */
const FLOOR_DBFS = -90;
/** Noise is learnt quickly when it falls and slowly when it rises, so that speech is not taken for noise. */
const FLOOR_FALL = 0.3;
const FLOOR_RISE_DB = 0.02;
/** Once speaking, quieter sound still counts as speech: words end softly. */
const HYSTERESIS_DB = 4;

/** The quietest level that can be speech, dBFS of a hop's mean square: -50 at the default threshold of 0.5. */
const gateDbfs = (threshold: number): number => -70 + 40 * threshold;
const marginDb = (threshold: number): number => 4 + 12 * threshold;

export function createVad(format: AudioFormat): Vad {
  const table = format === "pcmu" ? muLawSamples : aLawSamples;
  const isPcm = format === "pcm24k";
  const hopSamples = isPcm ? 240 : 80;
  let energy = 0;
  let samples = 0;
  /** The first byte of a 16-bit sample that the last append broke off in, or -1. */
  let halfSample = -1;
  let earliestMs = 0;
  let hopEndMs = 0;
  let floorDbfs = -60;
  let voicedRun = 0;
  let speaking = false;
  let speechEndMs = 0;

  function endHop(settings: VadSettings, tell: (event: VadEvent) => void): void {
    const dbfs = energy === 0 ? FLOOR_DBFS : Math.max(FLOOR_DBFS, 10 * Math.log10(energy / samples / FULL_SCALE_SQUARED));
    energy = 0;
    samples = 0;
    hopEndMs += HOP_MS;
    const level = Math.max(gateDbfs(settings.threshold), floorDbfs + marginDb(settings.threshold)) - (speaking ? HYSTERESIS_DB : 0);
    floorDbfs += dbfs < floorDbfs ? (dbfs - floorDbfs) * FLOOR_FALL : FLOOR_RISE_DB;
    if (dbfs >= level) {
      voicedRun++;
      if (speaking) speechEndMs = hopEndMs;
      else if (voicedRun >= ONSET_HOPS) start(settings, tell);
      return;
    }
    voicedRun = 0;
    if (!speaking || hopEndMs - speechEndMs < settings.silenceMs) return;
    speaking = false;
    earliestMs = hopEndMs;
    tell({ type: "stopped", speechEndMs, endMs: hopEndMs });
  }

  function start(settings: VadSettings, tell: (event: VadEvent) => void): void {
    speaking = true;
    speechEndMs = hopEndMs;
    tell({ type: "started", startMs: Math.max(earliestMs, hopEndMs - ONSET_HOPS * HOP_MS - settings.prefixMs) });
  }

  function hearPcm(bytes: Uint8Array, settings: VadSettings, tell: (event: VadEvent) => void): void {
    let at = 0;
    if (halfSample >= 0 && bytes.length > 0) {
      addSample((((bytes[at++] as number) << 24) >> 16) | halfSample, settings, tell);
      halfSample = -1;
    }
    const end = bytes.length - ((bytes.length - at) & 1);
    while (at < end) {
      // The inner loop runs 24,000 times a second for every caller: it does nothing but add squares.
      const stop = Math.min(end, at + 2 * (hopSamples - samples));
      samples += (stop - at) >> 1;
      let sum = 0;
      for (; at < stop; at += 2) {
        const sample = (((bytes[at + 1] as number) << 24) >> 16) | (bytes[at] as number);
        sum += sample * sample;
      }
      energy += sum;
      if (samples === hopSamples) endHop(settings, tell);
    }
    if (end < bytes.length) halfSample = bytes[end] as number;
  }

  function addSample(sample: number, settings: VadSettings, tell: (event: VadEvent) => void): void {
    energy += sample * sample;
    if (++samples === hopSamples) endHop(settings, tell);
  }

  return {
    hear(bytes, settings, tell) {
      if (isPcm) hearPcm(bytes, settings, tell);
      else for (let at = 0; at < bytes.length; at++) addSample(table[bytes[at] as number] as number, settings, tell);
    },
    restart(audioMs) {
      energy = 0;
      samples = 0;
      voicedRun = 0;
      speaking = false;
      earliestMs = audioMs;
      hopEndMs = audioMs;
    },
  };
}
