// Any audio file we read, told apart by its first bytes; its name is not trusted.

import type { Result } from "../core/issues.ts";
import { failed } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { decodeFlac } from "./flac.ts";
import type { DecodedAudio } from "./pcm.ts";
import { durationMs } from "./pcm.ts";
import { decodeWav } from "./wav.ts";

/** Below it there is no telephone speech, above it no recorder. */
const sampleRatesHz = { from: 4_000, to: 384_000 };

/** Formats people try that are not read, by what their files start with. */
const otherMagic: readonly { readonly name: string; readonly offset: number; readonly starts: readonly string[] }[] = [
  { name: "Ogg (Opus, Vorbis)", offset: 0, starts: ["OggS"] },
  { name: "MP3", offset: 0, starts: ["ID3", "\xff\xfb", "\xff\xfa", "\xff\xf3", "\xff\xf2"] },
  { name: "MP4 or M4A", offset: 4, starts: ["ftyp"] },
  { name: "AIFF", offset: 0, starts: ["FORM"] },
  { name: "big-endian WAV", offset: 0, starts: ["RIFX"] },
  { name: "64-bit WAV", offset: 0, starts: ["RF64", "BW64"] },
  { name: "WebM or Matroska", offset: 0, starts: ["\x1a\x45\xdf\xa3"] },
];

/** The recording in a WAV or FLAC file; `source` names the file in faults. */
export async function decodeAudio(bytes: Uint8Array, source: string): Promise<Result<DecodedAudio>> {
  if (bytes.length > limits.audioFileBytes) return failed({ source, message: `is larger than ${limits.audioFileBytes / 2 ** 20} MiB` });
  const head = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  if (head.startsWith("RIFF")) return withinLimits(decodeWav(bytes, source), source);
  if (head.startsWith("fLaC")) return withinLimits(await decodeFlac(bytes, source), source);
  const other = otherMagic.find(({ offset, starts }) => starts.some((start) => head.startsWith(start, offset)));
  const what = bytes.length === 0 ? "is empty" : other ? `is ${other.name}` : "is no audio file known here";
  return failed({ source, message: `${what}; WAV (PCM or float) and FLAC are read, so convert it to one of them first` });
}

function withinLimits(decoded: Result<DecodedAudio>, source: string): Result<DecodedAudio> {
  if (!decoded.ok) return decoded;
  const { sampleRateHz } = decoded.value;
  if (sampleRateHz < sampleRatesHz.from || sampleRateHz > sampleRatesHz.to) {
    return failed({ source, message: `has a sample rate of ${sampleRateHz} Hz; ${sampleRatesHz.from} to ${sampleRatesHz.to} Hz are read` });
  }
  const lengthMs = durationMs(decoded.value);
  if (lengthMs > limits.clipMs) {
    return failed({ source, message: `lasts ${Math.round(lengthMs / 1_000)} s; a clip may last ${limits.clipMs / 1_000} s` });
  }
  return decoded;
}
