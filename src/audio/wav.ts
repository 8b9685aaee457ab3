// WAV: PCM of 8, 16, 24 and 32 bits and floats of 32 and 64, plain or extensible, any rate and number of channels. What a file
// says of itself is checked against its bytes; nothing is guessed silently.
// Source: Microsoft, "Multiple channel audio data and WAVE files"; RFC 2361 for the format tags.

import type { Issue, Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import type { DecodedAudio } from "./pcm.ts";

const TAG_PCM = 1;
const TAG_FLOAT = 3;
const TAG_EXTENSIBLE = 0xfffe;
const tagNames: Readonly<Record<number, string>> = {
  2: "Microsoft ADPCM",
  6: "G.711 A-law",
  7: "G.711 mu-law",
  0x11: "IMA ADPCM",
  0x31: "GSM 6.10",
  0x55: "MP3",
};

/** Programs that write to a pipe cannot go back to fill in the length; they leave a number that no file here can have. */
const UNKNOWN_LENGTH_FROM = 0x7fff_0000;

interface Chunk {
  readonly id: string;
  /** Where its contents start. */
  readonly offset: number;
  /** As the header says it. */
  readonly declaredBytes: number;
  /** As the file has it. */
  readonly presentBytes: number;
}

interface Layout {
  readonly encoding: "integer" | "float";
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bytesPerSample: number;
}

/** The recording, or every fault found, each with the byte it is at. Never throws, whatever the bytes. */
export function decodeWav(bytes: Uint8Array, source: string): Result<DecodedAudio> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (...messages: readonly string[]): Result<never> => failed(...messages.map((message): Issue => ({ source, message })));
  if (bytes.length < 12) return fail(`is ${bytes.length} bytes long; a WAV file's first header alone takes 12`);
  if (text(view, 0) !== "RIFF" || text(view, 8) !== "WAVE") return fail("does not start with RIFF and WAVE (bytes 0 and 8), so it is no WAV file");

  const chunks = readChunks(view);
  const format = chunks.find((chunk) => chunk.id === "fmt ");
  const data = chunks.find((chunk) => chunk.id === "data");
  const seen = chunks.map((chunk) => JSON.stringify(chunk.id)).join(", ") || "none";
  const faults: string[] = [];
  if (!format) faults.push(`has no "fmt " chunk, which says how to read the samples (chunks from byte 12 on: ${seen})`);
  if (!data) faults.push(`has no "data" chunk, so no samples (chunks from byte 12 on: ${seen})`);
  const layout = format ? readLayout(view, format, faults) : undefined;
  const samplesBytes = data ? bytesOfSamples(view, data, layout, faults) : 0;
  if (faults.length > 0 || !layout || !data) return fail(...faults);

  const channels = readSamples(view, data.offset, samplesBytes, layout);
  const broken = layout.encoding === "float" ? firstNotFinite(channels) : -1;
  if (broken >= 0) {
    return fail(`sample ${broken} at byte ${data.offset + broken * layout.channels * layout.bytesPerSample} is not a finite number`);
  }
  return ok({ sampleRateHz: layout.sampleRateHz, channels });
}

/** 16-bit PCM; what is beyond full scale is clipped. */
export function encodeWav(samples: Int16Array, channels: number, sampleRateHz: number): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(TAG_PCM, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(sampleRateHz * channels * 2, 28);
  bytes.writeUInt16LE(channels * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => bytes.writeInt16LE(sample, 44 + index * 2));
  return bytes;
}

const text = (view: DataView, offset: number): string => String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));

function readChunks(view: DataView): Chunk[] {
  const chunks: Chunk[] = [];
  let offset = 12;
  while (offset + 8 <= view.byteLength) {
    const declaredBytes = view.getUint32(offset + 4, true);
    const contents = offset + 8;
    chunks.push({ id: text(view, offset), offset: contents, declaredBytes, presentBytes: Math.min(declaredBytes, view.byteLength - contents) });
    // Chunks start at even bytes; the padding byte is not counted in the length.
    offset = contents + declaredBytes + (declaredBytes % 2);
  }
  return chunks;
}

function readLayout(view: DataView, chunk: Chunk, faults: string[]): Layout | undefined {
  const at = (offset: number): string => `at byte ${chunk.offset + offset}`;
  if (chunk.presentBytes < 16) {
    faults.push(`the "fmt " chunk ${at(0)} has ${chunk.presentBytes} bytes; it takes 16`);
    return undefined;
  }
  const declaredTag = view.getUint16(chunk.offset, true);
  const isExtensible = declaredTag === TAG_EXTENSIBLE && chunk.presentBytes >= 26;
  const tag = isExtensible ? view.getUint16(chunk.offset + 24, true) : declaredTag;
  const channels = view.getUint16(chunk.offset + 2, true);
  const sampleRateHz = view.getUint32(chunk.offset + 4, true);
  const blockBytes = view.getUint16(chunk.offset + 12, true);
  const bits = view.getUint16(chunk.offset + 14, true);
  const before = faults.length;
  const known = tag === TAG_PCM ? [8, 16, 24, 32] : tag === TAG_FLOAT ? [32, 64] : undefined;
  if (!known) faults.push(`the encoding ${at(isExtensible ? 24 : 0)} is ${tagNames[tag] ?? `number ${tag}`}; PCM (1) and float (3) are read`);
  else if (!known.includes(bits)) faults.push(`${bits} bits a sample ${at(14)}; ${tag === TAG_PCM ? "PCM" : "float"} is read with ${known.join(", ")}`);
  if (channels === 0) faults.push(`no channels ${at(2)}`);
  if (sampleRateHz === 0) faults.push(`a sample rate of 0 Hz ${at(4)}`);
  if (known?.includes(bits) && channels > 0 && blockBytes !== (channels * bits) / 8) {
    faults.push(`${blockBytes} bytes a block ${at(12)}; ${channels} channel(s) of ${bits} bits take ${(channels * bits) / 8}`);
  }
  return faults.length > before ? undefined : { encoding: tag === TAG_FLOAT ? "float" : "integer", channels, sampleRateHz, bytesPerSample: bits / 8 };
}

/** How many bytes of whole blocks the data chunk holds. */
function bytesOfSamples(view: DataView, chunk: Chunk, layout: Layout | undefined, faults: string[]): number {
  const riffBytes = view.getUint32(4, true);
  const rest = view.byteLength - chunk.offset;
  const wasPiped = chunk.declaredBytes >= UNKNOWN_LENGTH_FROM || (chunk.declaredBytes === 0 && (riffBytes === 0 || riffBytes >= UNKNOWN_LENGTH_FROM));
  if (!wasPiped && chunk.declaredBytes > chunk.presentBytes) {
    faults.push(`is cut off: the "data" chunk at byte ${chunk.offset} should have ${chunk.declaredBytes} bytes and has ${chunk.presentBytes}`);
  }
  const present = wasPiped ? rest : chunk.presentBytes;
  if (!layout) return 0;
  const blockBytes = layout.channels * layout.bytesPerSample;
  // A recording that was piped ends where its writer was stopped, maybe inside a block.
  const whole = present - (present % blockBytes);
  if (!wasPiped && chunk.declaredBytes % blockBytes !== 0) {
    faults.push(`the "data" chunk at byte ${chunk.offset} has ${chunk.declaredBytes} bytes, which is no whole number of blocks of ${blockBytes}`);
  } else if (whole === 0) faults.push(`the "data" chunk at byte ${chunk.offset} holds no samples`);
  return whole;
}

function readSamples(view: DataView, offset: number, bytes: number, layout: Layout): Float32Array[] {
  const read = sampleReader(view, layout);
  const blockBytes = layout.channels * layout.bytesPerSample;
  const count = bytes / blockBytes;
  return Array.from({ length: layout.channels }, (_, channel) => {
    const samples = new Float32Array(count);
    const first = offset + channel * layout.bytesPerSample;
    for (let index = 0; index < count; index++) samples[index] = read(first + index * blockBytes);
    return samples;
  });
}

/** Eight-bit WAV samples are unsigned, all wider ones signed. */
function sampleReader(view: DataView, layout: Layout): (offset: number) => number {
  if (layout.encoding === "float") return layout.bytesPerSample === 4 ? (offset) => view.getFloat32(offset, true) : (offset) => view.getFloat64(offset, true);
  switch (layout.bytesPerSample) {
    case 1:
      return (offset) => (view.getUint8(offset) - 128) / 128;
    case 2:
      return (offset) => view.getInt16(offset, true) / 32_768;
    case 3:
      return (offset) => (view.getUint16(offset, true) + view.getInt8(offset + 2) * 65_536) / 8_388_608;
    default:
      return (offset) => view.getInt32(offset, true) / 2_147_483_648;
  }
}

function firstNotFinite(channels: readonly Float32Array[]): number {
  const found = channels.map((channel) => channel.findIndex((sample) => !Number.isFinite(sample))).filter((index) => index >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}
