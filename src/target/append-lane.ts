// The short way of audio into a session. Nearly every byte that a target reads is an append written as every client writes
// it: those are found in the raw stream, unmasked and decoded in one pass, and all else goes on to the WebSocket library,
// in order and byte for byte. The library parses nothing the less strictly for it: what is not exactly usual is not taken.

import type { Duplex } from "node:stream";

export type AppendType = "input_audio_buffer.append" | "session.input_audio_buffer.append";

export interface AppendLane {
  /** The next bytes of the stream, which begins at the beginning of a frame. */
  take(chunk: Buffer): void;
}

export type HearAudio = (audio: Uint8Array, isSilent: boolean) => void;

export interface AppendLaneOptions {
  readonly type: AppendType;
  /** Audio of an append, valid until the call returns; whether it is known to be digital silence. */
  readonly hear: HearAudio;
  /** Everything else, valid until the call returns. */
  readonly passOn: (bytes: Buffer) => void;
}

// RFC 6455, 5.2: the first byte of a whole text message, the length that says that two bytes of length follow, and bits.
const WHOLE_TEXT = 0x81;
const FINAL = 0x80;
const CONTROL = 0x08;
const MASKED = 0x80;
const LENGTH = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;
/** Of a masked frame whose length has two bytes. */
const USUAL_HEAD_BYTES = 8;

const suffix = Buffer.from('"}');
const PADDING = 0x3d;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** What a character adds to the 24 bits of its group of four, in the first place, the second and so on; negative where it is not base64. */
const digits = [18, 12, 6, 0].map((shift) => {
  const table = new Int32Array(256).fill(-1);
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value << shift;
  return table;
}) as [Int32Array, Int32Array, Int32Array, Int32Array];

/** One for all sessions of a thread: bytes are used up before the next frame is looked at. The longest usual frame fits. */
const scratch = new Uint8Array(48 * 1_024);
const nothing = Buffer.alloc(4_800);
/** The latest frame of silence, as it came: a caller who listens sends the same one fifty times a second, and need not be read. */
let silentFrame = Buffer.alloc(0);
let silentAudio = nothing.subarray(0, 0);

export function createAppendLane({ type, hear, passOn }: AppendLaneOptions): AppendLane {
  const prefix = Buffer.from(`{"type":"${type}","audio":"`);
  /** The beginning of a frame that may turn out to be usual. */
  let held: Buffer | undefined;
  /** Bytes to come of a frame whose beginning was passed on. */
  let passLeft = 0;
  let isFragmented = false;

  return {
    take(chunk) {
      const bytes = held ? Buffer.concat([held, chunk]) : chunk;
      held = undefined;
      let at = Math.min(passLeft, bytes.length);
      passLeft -= at;
      // Behind anything that the library has to judge it gets the rest of the chunk too: it may refuse the stream there.
      let passFrom = at > 0 ? 0 : undefined;
      while (at < bytes.length) {
        const length = frameLength(bytes, at);
        const isWhole = length !== undefined && at + length <= bytes.length;
        if (length === undefined || (!isWhole && !isFragmented && hasUsualHead(bytes, at))) {
          held = Buffer.from(bytes.subarray(at));
          break;
        }
        const mayBeTaken = passFrom === undefined && isWhole && !isFragmented;
        const isSilent = mayBeTaken && isSameSilence(bytes, at, length);
        const audioBytes = mayBeTaken && !isSilent ? decodeAppend(bytes, at, length, prefix) : 0;
        if (isSilent) hear(silentAudio, true);
        else if (audioBytes > 0) {
          noteSilence(bytes, at, length, audioBytes);
          hear(scratch.subarray(0, audioBytes), false);
        } else {
          passFrom ??= at;
          const first = bytes[at] as number;
          if ((first & CONTROL) === 0) isFragmented = (first & FINAL) === 0;
          passLeft = Math.max(0, at + length - bytes.length);
        }
        at = Math.min(at + length, bytes.length);
      }
      if (passFrom !== undefined) passOn(bytes.subarray(passFrom, at));
    },
  };
}

const hasUsualHead = (bytes: Buffer, at: number): boolean => bytes[at] === WHOLE_TEXT && bytes[at + 1] === (MASKED | LENGTH_16);

/** Head and payload of the frame at `at`, or undefined where its head is not all there. */
function frameLength(bytes: Buffer, at: number): number | undefined {
  if (at + 2 > bytes.length) return undefined;
  const second = bytes[at + 1] as number;
  const short = second & LENGTH;
  const lengthBytes = short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0;
  const head = 2 + lengthBytes + ((second & MASKED) === 0 ? 0 : MASK_BYTES);
  if (at + head > bytes.length) return undefined;
  if (lengthBytes === 0) return head + short;
  // Above 2^53 it is inexact, and far above what the library reads.
  return head + (lengthBytes === 2 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6));
}

const isSameSilence = (bytes: Buffer, at: number, length: number): boolean =>
  length === silentFrame.length && bytes.compare(silentFrame, 0, length, at, at + length) === 0;

function noteSilence(bytes: Buffer, at: number, length: number, audioBytes: number): void {
  if (audioBytes > nothing.length || scratch[0] !== 0 || nothing.compare(scratch, 0, audioBytes, 0, audioBytes) !== 0) return;
  silentFrame = Buffer.from(bytes.subarray(at, at + length));
  silentAudio = nothing.subarray(0, audioBytes);
}

/** Puts the audio of the whole frame at `at` into `scratch` and returns its bytes; 0 for any frame but a usual append. */
function decodeAppend(bytes: Buffer, at: number, length: number, prefix: Buffer): number {
  if (!hasUsualHead(bytes, at)) return 0;
  const maskAt = at + USUAL_HEAD_BYTES - MASK_BYTES;
  const textAt = at + USUAL_HEAD_BYTES;
  const end = at + length;
  if (!isMasked(bytes, textAt, prefix, maskAt, 0)) return 0;
  const suffixAt = end - suffix.length;
  if (!isMasked(bytes, suffixAt, suffix, maskAt, suffixAt - textAt)) return 0;
  return decodeMasked(bytes, textAt + prefix.length, suffixAt, maskAt, prefix.length);
}

/** Whether `text` stands at `from`, `phase` bytes into the payload. */
function isMasked(bytes: Buffer, from: number, text: Buffer, maskAt: number, phase: number): boolean {
  for (let index = 0; index < text.length; index++) {
    if (((bytes[from + index] as number) ^ (bytes[maskAt + ((phase + index) & 3)] as number)) !== text[index]) return false;
  }
  return true;
}

/** Decodes masked base64 between `from` and `end`. 0 where it is empty, or is not what every encoder writes. */
function decodeMasked(bytes: Buffer, from: number, end: number, maskAt: number, phase: number): number {
  if (end <= from || ((end - from) & 3) !== 0) return 0;
  const [first, second, third, fourth] = digits;
  const maskOf = (index: number): number => bytes[maskAt + ((phase + index) & 3)] as number;
  const [mask0, mask1, mask2, mask3] = [maskOf(0), maskOf(1), maskOf(2), maskOf(3)];
  const padding = ((bytes[end - 1] as number) ^ mask3) !== PADDING ? 0 : ((bytes[end - 2] as number) ^ mask2) !== PADDING ? 1 : 2;
  // The group that is padded is read as if its padding were digits of value 0.
  const whole = padding === 0 ? end : end - 4;
  let wrong = 0;
  let to = 0;
  for (let index = from; index < whole; index += 4) {
    const bits =
      (first[(bytes[index] as number) ^ mask0] as number) |
      (second[(bytes[index + 1] as number) ^ mask1] as number) |
      (third[(bytes[index + 2] as number) ^ mask2] as number) |
      (fourth[(bytes[index + 3] as number) ^ mask3] as number);
    wrong |= bits;
    scratch[to] = bits >> 16;
    scratch[to + 1] = bits >> 8;
    scratch[to + 2] = bits;
    to += 3;
  }
  if (padding > 0) {
    const bits =
      (first[(bytes[whole] as number) ^ mask0] as number) |
      (second[(bytes[whole + 1] as number) ^ mask1] as number) |
      (padding === 1 ? (third[(bytes[whole + 2] as number) ^ mask2] as number) : 0);
    wrong |= bits;
    scratch[to] = bits >> 16;
    scratch[to + 1] = bits >> 8;
    to += 3 - padding;
  }
  return wrong < 0 ? 0 : to;
}

/**
 * Puts the lane before the library's own reader, on the socket of a connection that the library has just taken over and
 * that compresses nothing.
 */
export function layAppendLane(tcp: Duplex, type: AppendType, hear: HearAudio): void {
  const read = tcp.listeners("data").at(-1) as ((chunk: Buffer) => void) | undefined;
  if (!read) throw new Error("the WebSocket library does not read from its socket");
  // The library keeps what it can't use yet, and these bytes are good for this read only.
  const lane = createAppendLane({ type, hear, passOn: (bytes) => read.call(tcp, Buffer.from(bytes)) });
  tcp.removeListener("data", read);
  // As `once` does it: whoever takes the library's listener off takes this one off.
  tcp.on(
    "data",
    Object.assign((chunk: Buffer) => lane.take(chunk), { listener: read }),
  );
}
