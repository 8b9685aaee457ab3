// The caller's audio as a telephone would carry it: 8 kHz, whatever the format. What the recogniser listens to, so that a
// clip sounds the same to it in every format.

import type { AudioFormat } from "../audio/format.ts";
import { fromWire } from "../audio/wire.ts";

export const NARROW_HZ = 8_000;
export const NARROW_PER_MS = 8;

const STEP = 3;
const TAPS = 25;
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

/** Samples at 8 kHz, in the 16-bit scale. The filter's delay is taken out: every sound stays at its time. */
export function toNarrowband(bytes: Uint8Array, format: AudioFormat): Float32Array {
  const samples = fromWire(bytes, format);
  if (format !== "pcm24k") return Float32Array.from(samples);
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
