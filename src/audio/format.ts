// The audio formats that a realtime voice API takes and gives, and the arithmetic of their bytes.

export type AudioFormat = "pcm24k" | "pcmu" | "pcma";

export interface FormatFacts {
  readonly sampleRateHz: number;
  readonly bytesPerSample: number;
  readonly bytesPerMs: number;
  /** The byte that means no sound: for A-law the smallest positive value, since it has no zero. */
  readonly silenceByte: number;
}

/** pcm24k is signed 16-bit little-endian mono; pcmu and pcma are G.711 mu-law and A-law, mono. */
export const formats: Readonly<Record<AudioFormat, FormatFacts>> = {
  pcm24k: { sampleRateHz: 24_000, bytesPerSample: 2, bytesPerMs: 48, silenceByte: 0x00 },
  pcmu: { sampleRateHz: 8_000, bytesPerSample: 1, bytesPerMs: 8, silenceByte: 0xff },
  pcma: { sampleRateHz: 8_000, bytesPerSample: 1, bytesPerMs: 8, silenceByte: 0xd5 },
};
