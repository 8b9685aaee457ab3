// When does a listener hear something? The declared level, and the first sample that reaches it. This is the measuring side's
// detector; the target has another of its own, so that both cannot share one mistake.

import type { AudioFormat } from "./format.ts";
import { aLawSamples, muLawSamples } from "./g711.ts";
import { bytesToInt16 } from "./pcm.ts";

/** A sample at or above this level, against digital full scale, is audible. */
export const audibleDbfs = -45;
/** The same as an absolute value of samples from -1 to 1. */
export const audibleLevel = 10 ** (audibleDbfs / 20);

const AUDIBLE_INT16 = Math.ceil(audibleLevel * 32_768);
const audibleCodes = (samples: Int16Array): Uint8Array => Uint8Array.from(samples, (sample) => (Math.abs(sample) >= AUDIBLE_INT16 ? 1 : 0));
const audibleByCode = { pcmu: audibleCodes(muLawSamples), pcma: audibleCodes(aLawSamples) };

/** The index of the first audible sample in a piece of wire audio, or -1 when all of it is below the level. */
export function firstAudibleSample(bytes: Buffer, format: AudioFormat): number {
  if (format !== "pcm24k") {
    const audible = audibleByCode[format];
    for (let index = 0; index < bytes.length; index++) if (audible[bytes[index] as number] === 1) return index;
    return -1;
  }
  const samples = bytesToInt16(bytes);
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] as number;
    if (sample >= AUDIBLE_INT16 || sample <= -AUDIBLE_INT16) return index;
  }
  return -1;
}
