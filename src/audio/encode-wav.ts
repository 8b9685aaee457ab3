// WAV files that any player and any browser plays: PCM of 16 bits, or of 8 where a page must carry the sound. decodeWav reads them.

import { int16ToBytes } from "./pcm.ts";

/** Samples of 16 bits, every channel of equal length, at least one channel. */
export interface Int16Sound {
  readonly sampleRateHz: number;
  readonly channels: readonly Int16Array[];
}

const HEADER_BYTES = 44;
const TAG_PCM = 1;

/** Of 16 bits a sample is kept as it is; of 8 its upper half, and 8-bit samples of WAV are unsigned. */
export function encodeWav({ sampleRateHz, channels }: Int16Sound, bitsPerSample: 8 | 16): Buffer {
  const samples = channels[0]?.length ?? 0;
  const blockBytes = (channels.length * bitsPerSample) / 8;
  const dataBytes = samples * blockBytes;
  // Chunks end on even bytes; the one of padding is not counted in its own chunk.
  const bytes = Buffer.alloc(HEADER_BYTES + dataBytes + (dataBytes % 2));
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(TAG_PCM, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(sampleRateHz * blockBytes, 28);
  bytes.writeUInt16LE(blockBytes, 32);
  bytes.writeUInt16LE(bitsPerSample, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(dataBytes, 40);
  const data = bytes.subarray(HEADER_BYTES, HEADER_BYTES + dataBytes);
  if (bitsPerSample === 16) int16ToBytes(interleaved(channels)).copy(data);
  else for (const [index, sample] of interleaved(channels).entries()) data[index] = (sample >> 8) + 128;
  return bytes;
}

/** The first sample of each channel, then the second of each. */
function interleaved(channels: readonly Int16Array[]): Int16Array {
  const blocks = new Int16Array(channels.length * (channels[0]?.length ?? 0));
  for (const [channel, samples] of channels.entries()) {
    for (let index = 0; index < samples.length; index++) blocks[index * channels.length + channel] = samples[index] as number;
  }
  return blocks;
}
