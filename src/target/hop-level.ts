// The level of the caller's audio in hops of 10 ms. Own arithmetic: were it shared with the measurer's detector, one
// mistake in it could never show.

import type { AudioFormat } from "../audio/format.ts";
import { aLawSamples, muLawSamples } from "../audio/g711.ts";

export const HOP_MS = 10;
/** What digital silence counts as. */
const SILENCE_DBFS = -90;
const FULL_SCALE_SQUARED = 32_768 * 32_768;

export interface HopMeter {
  /** Calls `onHop` with the mean square level, dBFS, of every hop that is full. Bytes may end anywhere, inside a sample too. */
  hear(bytes: Uint8Array, onHop: (dbfs: number) => void): void;
  /** Begins a hop anew; half a sample is kept, or all that follows would be noise. */
  restart(): void;
}

const toDbfs = (energy: number, samples: number): number =>
  energy === 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 10 * Math.log10(energy / samples / FULL_SCALE_SQUARED));

export const createHopMeter = (format: AudioFormat): HopMeter =>
  format === "pcm24k" ? linearMeter() : tableMeter(format === "pcmu" ? muLawSamples : aLawSamples);

const G711_HOP_SAMPLES = 8 * HOP_MS;

function tableMeter(table: Int16Array): HopMeter {
  let energy = 0;
  let samples = 0;
  return {
    hear(bytes, onHop) {
      for (let at = 0; at < bytes.length; at++) {
        const sample = table[bytes[at] as number] as number;
        energy += sample * sample;
        if (++samples < G711_HOP_SAMPLES) continue;
        const dbfs = toDbfs(energy, samples);
        energy = 0;
        samples = 0;
        onHop(dbfs);
      }
    },
    restart() {
      energy = 0;
      samples = 0;
    },
  };
}

const LINEAR_HOP_SAMPLES = 24 * HOP_MS;

const signed = (low: number, high: number): number => ((high << 24) >> 16) | low;

function linearMeter(): HopMeter {
  let energy = 0;
  let samples = 0;
  /** The first byte of a sample that the last append broke off in, or -1. */
  let halfSample = -1;

  function add(count: number, squares: number, onHop: (dbfs: number) => void): void {
    samples += count;
    energy += squares;
    if (samples < LINEAR_HOP_SAMPLES) return;
    const dbfs = toDbfs(energy, samples);
    energy = 0;
    samples = 0;
    onHop(dbfs);
  }

  return {
    hear(bytes, onHop) {
      let at = 0;
      if (halfSample >= 0 && bytes.length > 0) {
        const sample = signed(halfSample, bytes[at++] as number);
        halfSample = -1;
        add(1, sample * sample, onHop);
      }
      const end = bytes.length - ((bytes.length - at) & 1);
      while (at < end) {
        // The inner loop runs 24,000 times a second for every caller: it does nothing but add squares.
        const from = at;
        const stop = Math.min(end, at + 2 * (LINEAR_HOP_SAMPLES - samples));
        let squares = 0;
        for (; at < stop; at += 2) {
          const sample = signed(bytes[at] as number, bytes[at + 1] as number);
          squares += sample * sample;
        }
        add((stop - from) >> 1, squares, onHop);
      }
      if (end < bytes.length) halfSample = bytes[end] as number;
    },
    restart() {
      energy = 0;
      samples = 0;
    },
  };
}
