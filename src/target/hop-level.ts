// The caller's audio in hops of 10 ms: how loud each is, and its sound at 8 kHz for whoever asks. Own arithmetic: were the
// level shared with the measurer's detector, one mistake in it could never show.

import type { AudioFormat } from "../audio/format.ts";
import { aLawSamples, muLawSamples } from "../audio/g711.ts";
import { NARROW_HZ } from "./narrowband.ts";

export const HOP_MS = 10;
/** What digital silence counts as. */
const SILENCE_DBFS = -90;
const FULL_SCALE_SQUARED = 32_768 * 32_768;

type OnHop = (dbfs: number, sound: () => Int16Array) => void;

export interface HopMeter {
  /**
   * Calls `onHop` for every hop that is full, with its mean square level, dBFS, and `sound`, which gives its 80 linear
   * samples at 8 kHz, good until `onHop` returns. Bytes may end anywhere, inside a sample too.
   */
  hear(bytes: Uint8Array, onHop: OnHop): void;
  /** How many whole hops of digital silence so many bytes of zero are; 0 where they aren't just that, and are to be heard. */
  silentHops(bytes: number): number;
  /** What came before the next hop was silence. */
  hush(): void;
  /** Begins a hop anew; half a sample is kept, or all that follows would be noise. */
  restart(): void;
}

const toDbfs = (energy: number, samples: number): number =>
  energy === 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 10 * Math.log10(energy / samples / FULL_SCALE_SQUARED));

export const createHopMeter = (format: AudioFormat): HopMeter =>
  format === "pcm24k" ? linearMeter() : tableMeter(format === "pcmu" ? muLawSamples : aLawSamples);

const NARROW_SAMPLES = (NARROW_HZ * HOP_MS) / 1_000;

function tableMeter(table: Int16Array): HopMeter {
  const hop = new Int16Array(NARROW_SAMPLES);
  const sound = (): Int16Array => hop;
  let energy = 0;
  let samples = 0;
  return {
    hear(bytes, onHop) {
      for (let at = 0; at < bytes.length; at++) {
        const sample = table[bytes[at] as number] as number;
        hop[samples] = sample;
        energy += sample * sample;
        if (++samples < NARROW_SAMPLES) continue;
        const dbfs = toDbfs(energy, samples);
        energy = 0;
        samples = 0;
        onHop(dbfs, sound);
      }
    },
    // Zero is the loudest that these formats have.
    silentHops: () => 0,
    hush: () => {},
    restart() {
      energy = 0;
      samples = 0;
    },
  };
}

/** Of 24 kHz every third sample is kept. */
const STEP = 3;
const WIDE_SAMPLES = NARROW_SAMPLES * STEP;
const HOP_BYTES = 2 * WIDE_SAMPLES;
/** What the filter needs of the hop before. */
const HISTORY = 4;
/** Every session's: a hop's sound is used before the next hop is heard. */
const narrow = new Int16Array(NARROW_SAMPLES);

/** Every third sample behind two running means of three, whose double zero lies on 8 kHz. In whole numbers: it is cheap. */
function decimate(wide: Int16Array): Int16Array {
  for (let at = 0, from = 0; at < NARROW_SAMPLES; at++, from += STEP) {
    const ends = (wide[from] as number) + (wide[from + 4] as number);
    const inner = (wide[from + 1] as number) + (wide[from + 3] as number);
    narrow[at] = ((ends + 2 * inner + 3 * (wide[from + 2] as number)) / 9) | 0;
  }
  return narrow;
}

/** Of the hop itself. In two sums, neither of which waits for the other: this runs 24,000 times a second for every caller. */
function energyOf(wide: Int16Array): number {
  let even = 0;
  let odd = 0;
  for (let index = HISTORY; index < HISTORY + WIDE_SAMPLES; index += 2) {
    const first = wide[index] as number;
    const second = wide[index + 1] as number;
    even += first * first;
    odd += second * second;
  }
  return even + odd;
}

function linearMeter(): HopMeter {
  /** The end of the hop before and then this one. Its bytes fill it, so that half a sample is nothing special; of both orders
   * the wire has the one that every machine with a compiled detector has. */
  const wide = new Int16Array(HISTORY + WIDE_SAMPLES);
  const wire = new Uint8Array(wide.buffer);
  const firstByte = 2 * HISTORY;
  const sound = (): Int16Array => decimate(wide);
  let filled = firstByte;
  return {
    silentHops: (bytes) => (filled === firstByte && bytes % HOP_BYTES === 0 ? bytes / HOP_BYTES : 0),
    hush: () => void wide.fill(0, 0, HISTORY),
    hear(bytes, onHop) {
      for (let at = 0; at < bytes.length;) {
        const stop = Math.min(bytes.length, at + wire.length - filled);
        wire.set(bytes.subarray(at, stop), filled);
        filled += stop - at;
        at = stop;
        if (filled < wire.length) return;
        onHop(toDbfs(energyOf(wide), WIDE_SAMPLES), sound);
        wide.copyWithin(0, WIDE_SAMPLES);
        filled = firstByte;
      }
    },
    restart() {
      const isHalf = filled % 2 === 1;
      if (isHalf) wire[firstByte] = wire[filled - 1] as number;
      filled = firstByte + (isHalf ? 1 : 0);
    },
  };
}
