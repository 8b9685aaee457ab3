// The recordings that a report's page carries: of its slowest turns, reduced to what a page may weigh.

import { encodeWav } from "../audio/encode-wav.ts";
import { durationMs, toInt16, type DecodedAudio } from "../audio/pcm.ts";
import { resample } from "../audio/resample.ts";
import { decodeWav } from "../audio/wav.ts";
import type { PageSound } from "../report/html/turn-sound.ts";
import { slowestShown } from "../report/html/slowest-section.ts";
import type { RunRecord } from "../result/run-result.ts";
import { readSound, soundPath } from "../result/sound-files.ts";

/** Characters of all recordings in a page together, 28 s of them: with its charts the page stays below a megabyte. */
export const pageSoundCharsMax = 600_000;
/** Telephone quality in 8 bits plays in every browser and takes 16 kB a second. */
const PAGE_HZ = 8_000;

/** By the file. The slowest turns come first; one that does not fit any more is there without its sound. */
export async function pageSounds(folder: string, record: RunRecord): Promise<ReadonlyMap<string, PageSound>> {
  const files = new Map(record.result.audio?.turns.map((turn) => [turn.file, turn]));
  const sounds = new Map<string, PageSound>();
  let left = pageSoundCharsMax;
  for (const { row } of files.size > 0 ? slowestShown(record) : []) {
    const kept = files.get(soundPath(row));
    const wav = kept && readSound(folder, kept);
    const decoded = wav && decodeWav(wav, kept.file);
    if (!kept || !decoded?.ok) continue; // deleted or damaged since: the turn is shown, and nothing is said of a recording
    const dataUri = await reduced(decoded.value);
    const fits = dataUri.length <= left;
    if (fits) left -= dataUri.length;
    sounds.set(kept.file, { file: kept.file, durationMs: durationMs(decoded.value), ...(fits ? { dataUri } : {}) });
  }
  return sounds;
}

async function reduced(audio: DecodedAudio): Promise<string> {
  const channels = await Promise.all(audio.channels.map(async (channel) => toInt16(await resample(channel, audio.sampleRateHz, PAGE_HZ))));
  return `data:audio/wav;base64,${encodeWav({ sampleRateHz: PAGE_HZ, channels }, 8).toString("base64")}`;
}
