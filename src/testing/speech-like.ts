// A stand-in for speech in tests: a 200 Hz tone, swelling ten times a second, in the spans given and silence elsewhere.

export interface SpeechLike {
  readonly sampleRateHz: number;
  readonly lengthMs: number;
  /** Each pair is [startMs, endMs]; the first and the last sample of a span are at full amplitude. */
  readonly spans: readonly (readonly [number, number])[];
  readonly amplitude?: number;
}

export function speechLike({ sampleRateHz, lengthMs, spans, amplitude = 0.4 }: SpeechLike): Float32Array {
  const samples = new Float32Array(Math.round((lengthMs * sampleRateHz) / 1_000));
  for (const [startMs, endMs] of spans) {
    const first = Math.round((startMs * sampleRateHz) / 1_000);
    const last = Math.round((endMs * sampleRateHz) / 1_000);
    for (let index = first; index <= last && index < samples.length; index++) {
      const seconds = (index - first) / sampleRateHz;
      const swell = 0.55 + 0.45 * Math.cos(2 * Math.PI * 10 * seconds);
      const isEdge = index === first || index === last;
      samples[index] = isEdge ? amplitude : amplitude * swell * Math.cos(2 * Math.PI * 200 * seconds);
    }
  }
  return samples;
}
