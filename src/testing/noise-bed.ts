// Steady sound under a call: what a detector of speech has to tell from a voice. Seeded, so a failing test fails again.

import { stream } from "../core/random.ts";

export type Bed = "white" | "pink" | "hum";

const HUM_HZ = 50;
/** Mains hum with its harmonics, odd ones louder, as amplitudes. */
const harmonics = [1, 0.5, 0.4, 0.1, 0.2] as const;
/** One-pole filters an octave or two apart, whose sum falls by about 3 dB an octave: [pole, gain]. */
const pinkPoles = [
  [0.997, 0.09],
  [0.97, 0.28],
  [0.8, 0.7],
  [0.3, 1],
] as const;

/** Samples at 24 kHz in the 16-bit scale, with a mean power of `powerDb` (dB of squared 16-bit units). */
export function bedOf(bed: Bed, length: number, powerDb: number, seed = 1): Int16Array {
  const random = stream(seed, "bed", bed);
  const poles = pinkPoles.map(() => 0);
  const raw = Float64Array.from({ length }, (_, at) => {
    if (bed === "hum") return harmonics.reduce((sum, amplitude, index) => sum + amplitude * Math.sin(((index + 1) * 2 * Math.PI * HUM_HZ * at) / 24_000), 0);
    const white = random.normal();
    if (bed === "white") return white;
    return pinkPoles.reduce((sum, [pole, gain], index) => sum + (poles[index] = pole * (poles[index] as number) + gain * white), 0);
  });
  const mean = raw.reduce((sum, sample) => sum + sample * sample, 0) / length;
  const gain = Math.sqrt(10 ** (powerDb / 10) / mean);
  return Int16Array.from(raw, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))));
}
