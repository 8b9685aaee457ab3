// How loud each band of a sound is, hop by hop: the logarithmic spectrogram that a fingerprint is taken from.

import { NARROW_HZ } from "./narrowband.ts";

/** 32 ms of sound in each hop, every 16 ms. */
const WINDOW = 256;
const HOP = 128;
export const HOP_MS = (HOP * 1_000) / NARROW_HZ;
export const BANDS = 17;
const LOWEST_HZ = 250;
const HIGHEST_HZ = 3_300;
/** Quieter than the loudest band by more than this is as good as silent: noise lives there. */
const RANGE = Math.log(10) * 2.6;

const hann = Float32Array.from({ length: WINDOW }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / WINDOW));
/** The first bin of each band, and behind the last. */
const edges = Int32Array.from({ length: BANDS + 1 }, (_, band) => Math.round((LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** (band / BANDS) * WINDOW) / NARROW_HZ));

/** One row of BANDS natural logarithms of power for each hop; never more than RANGE below the loudest of all. */
export interface BandLevels {
  readonly hops: number;
  readonly levels: Float32Array;
}

export function bandLevels(samples: Float32Array): BandLevels {
  const hops = Math.max(0, Math.floor((samples.length - WINDOW) / HOP) + 1);
  const levels = new Float32Array(hops * BANDS);
  const real = new Float64Array(WINDOW / 2);
  const imaginary = new Float64Array(WINDOW / 2);
  let loudest = 0;
  for (let hop = 0; hop < hops; hop++) {
    for (let index = 0; index < WINDOW / 2; index++) {
      const from = hop * HOP + 2 * index;
      real[index] = (samples[from] as number) * (hann[2 * index] as number);
      imaginary[index] = (samples[from + 1] as number) * (hann[2 * index + 1] as number);
    }
    transform(real, imaginary);
    for (let band = 0; band < BANDS; band++) {
      const power = bandPower(real, imaginary, edges[band] as number, edges[band + 1] as number);
      levels[hop * BANDS + band] = power;
      if (power > loudest) loudest = power;
    }
  }
  const floor = Math.log(Math.max(loudest, 1)) - RANGE;
  for (let index = 0; index < levels.length; index++) levels[index] = Math.max(floor, Math.log((levels[index] as number) + 1));
  return { hops, levels };
}

const HALF = WINDOW / 2;
const turnCos = Float64Array.from({ length: HALF }, (_, index) => Math.cos((2 * Math.PI * index) / WINDOW));
const turnSin = Float64Array.from({ length: HALF }, (_, index) => -Math.sin((2 * Math.PI * index) / WINDOW));
const reversed = Int32Array.from({ length: HALF }, (_, index) => {
  let result = 0;
  for (let bit = 1, rest = index; bit < HALF; bit <<= 1, rest >>= 1) result = (result << 1) | (rest & 1);
  return result;
});

/** The mean power of the bins: a real signal's spectrum taken apart from that of its even and odd samples as one complex signal. */
function bandPower(real: Float64Array, imaginary: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let bin = from; bin < to; bin++) {
    const mirror = HALF - bin;
    const a = real[bin] as number;
    const b = imaginary[bin] as number;
    const c = real[mirror] as number;
    const d = imaginary[mirror] as number;
    const evenReal = (a + c) / 2;
    const evenImaginary = (b - d) / 2;
    const oddReal = (b + d) / 2;
    const oddImaginary = (c - a) / 2;
    const cos = turnCos[bin] as number;
    const sin = turnSin[bin] as number;
    const x = evenReal + oddReal * cos - oddImaginary * sin;
    const y = evenImaginary + oddReal * sin + oddImaginary * cos;
    sum += x * x + y * y;
  }
  return sum / (to - from);
}

/** The discrete Fourier transform in place, radix 2 (Cooley and Tukey). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  for (let index = 0; index < HALF; index++) {
    const other = reversed[index] as number;
    if (other <= index) continue;
    const x = real[index] as number;
    const y = imaginary[index] as number;
    real[index] = real[other] as number;
    imaginary[index] = imaginary[other] as number;
    real[other] = x;
    imaginary[other] = y;
  }
  for (let size = 2; size <= HALF; size *= 2) {
    const half = size / 2;
    const stride = WINDOW / size;
    for (let start = 0; start < HALF; start += size) {
      for (let offset = 0; offset < half; offset++) {
        const cos = turnCos[offset * stride] as number;
        const sin = turnSin[offset * stride] as number;
        const near = start + offset;
        const far = near + half;
        const x = (real[far] as number) * cos - (imaginary[far] as number) * sin;
        const y = (real[far] as number) * sin + (imaginary[far] as number) * cos;
        real[far] = (real[near] as number) - x;
        imaginary[far] = (imaginary[near] as number) - y;
        real[near] = (real[near] as number) + x;
        imaginary[near] = (imaginary[near] as number) + y;
      }
    }
  }
}
