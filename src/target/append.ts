// The audio of an append that came as JSON. Nearly all of it comes by the shorter way of append-lane.ts.

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
