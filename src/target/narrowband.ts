// The caller's audio as a telephone would carry it: 8 kHz, whatever the format. What the recogniser listens to, so that a
// clip sounds the same to it in every format.

import type { AudioFormat } from "../audio/format.ts";
import { aLawSamples, muLawSamples } from "../audio/g711.ts";
import { bytesToInt16 } from "../audio/pcm.ts";

export const NARROW_HZ = 8_000;

const STEP = 3;
const TAPS = 15;
/** Cut off at 3.4 of the 12 kHz that a 24 kHz signal holds. */
const CUT_OFF = 3_400 / 24_000;

/** A windowed sinc (Hamming), normalised to pass a constant unchanged. */
const lowPass: Float32Array = ((): Float32Array => {
  const middle = (TAPS - 1) / 2;
  const taps = Float32Array.from({ length: TAPS }, (_, index) => {
    const x = index - middle;
    const sinc = x === 0 ? 2 * CUT_OFF : Math.sin(2 * Math.PI * CUT_OFF * x) / (Math.PI * x);
    return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * index) / (TAPS - 1)));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
})();

/** Linear samples at the format's own rate. A plain loop: this runs over whole turns. */
export function linearSamples(bytes: Uint8Array, format: AudioFormat): Int16Array {
  if (format === "pcm24k") return bytesToInt16(bytes);
  const table = format === "pcmu" ? muLawSamples : aLawSamples;
  const samples = new Int16Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) samples[at] = table[bytes[at] as number] as number;
  return samples;
}

/** Linear samples of the format at 8 kHz, in the 16-bit scale. The filter's delay is taken out: every sound stays at its time. */
export function toNarrowband(samples: Int16Array, format: AudioFormat): Float32Array {
  if (format !== "pcm24k") return new Float32Array(samples);
  const half = (TAPS - 1) / 2;
  const padded = new Float32Array(samples.length + TAPS);
  padded.set(samples, half);
  const narrow = new Float32Array(Math.floor(samples.length / STEP));
  for (let at = 0; at < narrow.length; at++) {
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++) sum += (padded[at * STEP + tap] as number) * (lowPass[tap] as number);
    narrow[at] = sum;
  }
  return narrow;
}
