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
  const gap = gapMs * (formats[format].sampleRateHz / 1_000);
  if (format !== "pcm24k") {
    const audible = audibleByCode[format];
    return runsOf(bytes.length, gap, (index) => audible[bytes[index] as number] === 1);
  }
  const samples = bytesToInt16(bytes);
  return runsOf(samples.length, gap, (index) => (samples[index] as number) >= AUDIBLE_INT16 || (samples[index] as number) <= -AUDIBLE_INT16);
}

/** Within a run it leaps: any audible sample up to a gap ahead carries it on, and the furthest is looked for first. */
function runsOf(length: number, gap: number, isAudible: (index: number) => boolean): number[] {
  const runs: number[] = [];
  let index = 0;
  while (index < length) {
    if (!isAudible(index)) {
      index++;
      continue;
    }
    const from = index;
    let last = index;
    for (;;) {
      let next = Math.min(length - 1, last + gap);
      while (next > last && !isAudible(next)) next--;
      if (next === last) break;
      last = next;
    }
    runs.push(from, last + 1);
    index = last + gap + 1;
  }
  return runs;
}

/** The index of the first audible sample in a piece of wire audio, or -1 when all of it is below the level. */
export const firstAudibleSample = (bytes: Buffer, format: AudioFormat): number => audibleRuns(bytes, format)[0] ?? -1;
