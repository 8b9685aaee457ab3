// When does a listener hear something? The declared level, and where samples reach it. This is the measuring side's
// detector; the target has another of its own, so that both cannot share one mistake.

import { formats, type AudioFormat } from "./format.ts";
import { aLawSamples, muLawSamples } from "./g711.ts";
import { bytesToInt16 } from "./pcm.ts";

/** A sample at or above this level, against digital full scale, is audible. */
export const audibleDbfs = -45;
/** The same as an absolute value of samples from -1 to 1. */
export const audibleLevel = 10 ** (audibleDbfs / 20);

const AUDIBLE_INT16 = Math.ceil(audibleLevel * 32_768);
const audibleCodes = (samples: Int16Array): Uint8Array => Uint8Array.from(samples, (sample) => (Math.abs(sample) >= AUDIBLE_INT16 ? 1 : 0));
const audibleByCode = { pcmu: audibleCodes(muLawSamples), pcma: audibleCodes(aLawSamples) };

/** Quieter stretches shorter than this are part of the sound: speech passes through zero all the time. */
export const gapMs = 10;

/**
 * Where a piece of wire audio is audible, as a flat list of samples: from, to, from, to, each `to` just behind the last
 * audible sample. Stretches below the level that are shorter than gapMs do not part two runs. Empty when all of it is quiet.
 */
export function audibleRuns(bytes: Buffer, format: AudioFormat): number[] {
  const samples = format === "pcm24k" ? bytesToInt16(bytes) : bytes;
  const audible = format === "pcm24k" ? undefined : audibleByCode[format];
  const gap = gapMs * (formats[format].sampleRateHz / 1_000);
  const runs: number[] = [];
  let from = -1;
  let last = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index] as number;
    if (audible ? audible[sample] === 0 : sample < AUDIBLE_INT16 && sample > -AUDIBLE_INT16) continue;
    if (from < 0) from = index;
    else if (index - last > gap) {
      runs.push(from, last + 1);
      from = index;
    }
    last = index;
  }
  if (from >= 0) runs.push(from, last + 1);
  return runs;
}

/** The index of the first audible sample in a piece of wire audio, or -1 when all of it is below the level. */
export const firstAudibleSample = (bytes: Buffer, format: AudioFormat): number => audibleRuns(bytes, format)[0] ?? -1;
