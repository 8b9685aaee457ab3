// A text message as the very bytes that go over the wire: frame header, mask and payload in one buffer (RFC 6455, 5.2). Made
// once before a run and sent by all sessions, so that sending a microphone frame is one write and nothing else.

import { randomBytes } from "node:crypto";

/** Not to be written to: every session sends the same bytes. */
export type ReadyMessage = Buffer & { readonly [ready]: true };
declare const ready: unique symbol;

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;

/**
 * `random` is what the RFC asks of a client: nobody outside can foresee the mask. It is drawn once for each message and not
 * for each time it is sent. `zero` spares the receiver the unmasking and is for a server on this machine.
 */
export type Masking = "random" | "zero";

/** Ready messages that went to another thread come out as plain bytes; these are the same bytes again. */
export const asReady = (bytes: Uint8Array): ReadyMessage => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer as ReadyMessage;

/** The wire bytes of `text`, which is UTF-8. */
export function readyMessage(text: Buffer, masking: Masking): ReadyMessage {
  const header = headerOf(text.length);
  const mask = masking === "random" ? randomBytes(MASK_BYTES) : Buffer.alloc(MASK_BYTES);
  const payload = masking === "random" ? text.map((byte, index) => byte ^ (mask[index % MASK_BYTES] as number)) : text;
  return Buffer.concat([header, mask, payload]) as Buffer as ReadyMessage;
}

/** The text that was made ready: what the server reads. */
export function textOfReady(message: ReadyMessage): string {
  const length = (message[1] as number) & ~MASKED;
  const maskAt = 2 + (length === LENGTH_64 ? 8 : length === LENGTH_16 ? 2 : 0);
  const mask = message.subarray(maskAt, maskAt + MASK_BYTES);
  const text = Buffer.from(message.subarray(maskAt + MASK_BYTES));
  for (let index = 0; index < text.length; index++) text[index] = (text[index] as number) ^ (mask[index % MASK_BYTES] as number);
  return text.toString();
}

function headerOf(length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([FINAL_TEXT, MASKED | length]);
  if (length <= 0xffff) {
    const header = Buffer.from([FINAL_TEXT, MASKED | LENGTH_16, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header.set([FINAL_TEXT, MASKED | LENGTH_64]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
