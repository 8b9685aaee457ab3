// From a recording to the bytes a caller puts on the wire, and from the wire back to samples.

import type { AudioFormat } from "./format.ts";
import { formats } from "./format.ts";
import { aLawSamples, encodeALaw, encodeMuLaw, muLawSamples } from "./g711.ts";
import type { DecodedAudio } from "./pcm.ts";
import { bytesToInt16, int16ToBytes, mixToMono, toInt16 } from "./pcm.ts";
import { resample } from "./resample.ts";

/** The recording in the format: mixed to mono, resampled, encoded. Times in it stay what they were, to within a sample. */
export async function toWire(audio: DecodedAudio, format: AudioFormat): Promise<Buffer> {
  const samples = toInt16(await resample(mixToMono(audio), audio.sampleRateHz, formats[format].sampleRateHz));
  if (format === "pcm24k") return int16ToBytes(samples);
  return Buffer.from(Uint8Array.from(samples, format === "pcmu" ? encodeMuLaw : encodeALaw).buffer);
}

/** Linear 16-bit samples at the format's own rate. For pcm24k a view of the same memory where it is aligned. */
export function fromWire(bytes: Uint8Array, format: AudioFormat): Int16Array {
  if (format === "pcm24k") return bytesToInt16(bytes);
  const samples = format === "pcmu" ? muLawSamples : aLawSamples;
  return Int16Array.from(bytes, (code) => samples[code] as number);
}
