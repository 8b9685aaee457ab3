// Reads input_audio_buffer.append, which is nearly every message a server gets, without parsing it as JSON where it looks
// as every client writes it.

export type AppendType = "input_audio_buffer.append" | "session.input_audio_buffer.append";

const prefixOf = (type: AppendType): Buffer => Buffer.from(`{"type":"${type}","audio":"`);
const usualPrefixes: Readonly<Record<AppendType, Buffer>> = {
  "input_audio_buffer.append": prefixOf("input_audio_buffer.append"),
  "session.input_audio_buffer.append": prefixOf("session.input_audio_buffer.append"),
};
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSING_BRACE = 0x7d;

/** The base64 text of an append written in the usual form, or undefined: then the message wants parsing. */
export function usualAppend(message: Buffer, type: AppendType = "input_audio_buffer.append"): string | undefined {
  const usualPrefix = usualPrefixes[type];
  const start = usualPrefix.length;
  if (message.length < start + 2 || message[message.length - 1] !== CLOSING_BRACE) return undefined;
  if (message.compare(usualPrefix, 0, start, 0, start) !== 0) return undefined;
  // An escaped slash is valid JSON and no base64: such a message is parsed.
  if (message.includes(BACKSLASH, start)) return undefined;
  return message.indexOf(QUOTE, start) === message.length - 2 ? message.toString("latin1", start, message.length - 2) : undefined;
}

export interface AudioDecoder {
  /** The audio, valid until the next call, or undefined for anything but non-empty base64. */
  decode(base64: string): Uint8Array | undefined;
}

/** One for all sessions of a thread: bytes are used up before the next message is looked at. */
export function createAudioDecoder(): AudioDecoder {
  let scratch = Buffer.allocUnsafe(64 * 1_024);
  return {
    decode(base64) {
      const length = decodedLength(base64);
      if (length <= 0) return undefined;
      if (scratch.length < length) scratch = Buffer.allocUnsafe(length);
      // The decoder skips what is not base64, so anything foreign shows as missing bytes.
      return scratch.write(base64, "base64") === length ? scratch.subarray(0, length) : undefined;
    },
  };
}

function decodedLength(base64: string): number {
  if (base64.length % 4 !== 0) return -1;
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
