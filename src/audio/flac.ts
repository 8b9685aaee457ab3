// FLAC, exact to the bit: a 16-bit sample n comes out as n / 32768, as from a WAV file of the same recording.
// Source of the header's fields: RFC 9639, section 8.2.

import { FLACDecoder } from "@wasm-audio-decoders/flac";

import type { Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { DecodedAudio } from "./pcm.ts";

const HEADER_BYTES = 42;
/** The decoder gives infinities for other depths (tried with 20). */
const readableBits: readonly number[] = [8, 16, 24];

/**
 * A frame's header (192 samples of 16-bit mono, RFC 9639 section 9.1) with nothing behind it, put after the file's last byte. The decoder finds the
 * end of a frame by the header of the next one; without it, a last frame of 13 bytes or fewer, which is how a recording that ends
 * in digital silence is stored, is taken for a part of the frame before and lost. The header alone is never decoded.
 */
const afterLastFrame = Uint8Array.of(0xff, 0xf8, 0x19, 0x08, 0x00, 0xba, ...new Uint8Array(32));

interface StreamInfo {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bits: number;
  /** 0 when the encoder did not know. */
  readonly sampleCount: number;
}

/** The recording, or what is wrong with the file: no header, a depth that is not read, cut off, damaged. */
export async function decodeFlac(bytes: Uint8Array, source: string): Promise<Result<DecodedAudio>> {
  const fail = (message: string): Result<never> => failed({ source, message });
  const info = readStreamInfo(bytes);
  if (!info) return fail(`has no complete FLAC header in its first ${HEADER_BYTES} bytes`);
  if (info.sampleRateHz === 0) return fail("a sample rate of 0 Hz at byte 18");
  if (!readableBits.includes(info.bits)) return fail(`${info.bits} bits a sample at byte 20; FLAC is read with ${readableBits.join(", ")}`);
  // Said by the header, so known before the memory is taken.
  if ((info.sampleCount / info.sampleRateHz) * 1_000 > limits.clipMs) return fail(`lasts longer than ${limits.clipMs / 60_000} minutes, by its header`);

  const decoded = await decodeFrames(bytes);
  if (typeof decoded === "string") return fail(`the FLAC decoder gave up: ${decoded}`);
  if (decoded.length !== info.channels || decoded[0]?.length === 0) return fail("holds no readable FLAC frame after its header");
  const count = decoded[0]?.length ?? 0;
  if (info.sampleCount > 0 && count !== info.sampleCount) {
    return fail(`is cut off or damaged: the header promises ${info.sampleCount} samples, ${count} could be read`);
  }
  // The decoder divides by the largest positive value; samples here are divided by the full scale, one more.
  const fullScale = 2 ** (info.bits - 1);
  const channels = decoded.map((channel) => channel.map((sample) => Math.round(sample * (fullScale - 1)) / fullScale));
  return ok({ sampleRateHz: info.sampleRateHz, channels });
}

function readStreamInfo(bytes: Uint8Array): StreamInfo | undefined {
  if (bytes.length < HEADER_BYTES || Buffer.from(bytes.subarray(0, 4)).toString("latin1") !== "fLaC") return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if ((view.getUint8(4) & 0x7f) !== 0) return undefined;
  const packed = view.getBigUint64(18);
  const field = (shift: number, bits: number): number => Number((packed >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
  return { sampleRateHz: field(44, 20), channels: field(41, 3) + 1, bits: field(36, 5) + 1, sampleCount: field(0, 36) };
}

/** The channels, or the decoder's first complaint. */
async function decodeFrames(bytes: Uint8Array): Promise<readonly Float32Array[] | string> {
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    const { channelData, errors } = await decoder.decodeFile(Buffer.concat([bytes, afterLastFrame]));
    return errors[0] ? errors[0].message : channelData;
  } catch (error) {
    // Damaged frames make the library throw; for us that is a fault of the file.
    return error instanceof Error ? error.message : String(error);
  } finally {
    decoder.free();
  }
}
