// A stand-in for a voice in tests: a tone of 140 Hz with as many harmonics as a voice has. A pure tone is no voice to a
// detector; speech-like.ts is for what goes by level alone.

const NOTE_HZ = 140;
const HARMONICS = 22;
/** Between two fifths and all of its loudness: what does not swing is no voice either. */
const SWELL_HZ = 5;

/** The note at an instant, s; between -1 and 1, and hardly ever zero. */
export function sungNote(seconds: number): number {
  let sum = 0;
  for (let harmonic = 1; harmonic <= HARMONICS; harmonic++) sum += Math.sin(2 * Math.PI * NOTE_HZ * harmonic * seconds + harmonic * harmonic) / harmonic;
  return (sum / 3) * (0.6 + 0.4 * Math.cos(2 * Math.PI * SWELL_HZ * seconds));
}
