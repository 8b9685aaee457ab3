// The lines of a log, whatever its size: a text of more than half a gigabyte is more than Node can hold, and a long run's log is larger.

import { closeSync, existsSync, openSync, readSync } from "node:fs";

const NEWLINE = 10;
const CHUNK_BYTES = 2 ** 22;

/** The file piece by piece; none where there is no file. A piece is its reader's to keep. */
export function* piecesOf(path: string): Generator<Buffer> {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const size = readSync(file, chunk);
      if (size === 0) return;
      yield chunk.subarray(0, size);
    }
  } finally {
    closeSync(file);
  }
}

/** Every line that is not empty, without its newline, as UTF-8 bytes; none where there is no file. A line's bytes are its reader's to keep. */
export function* linesOf(path: string): Generator<Buffer> {
  let begun: Buffer = Buffer.alloc(0);
  for (const piece of piecesOf(path)) {
    const bytes = begun.length > 0 ? Buffer.concat([begun, piece]) : piece;
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (end > from) yield bytes.subarray(from, end);
      from = end + 1;
    }
    begun = bytes.subarray(from);
  }
  if (begun.length > 0) yield begun;
}

/** Likewise of a text, or of lines that are parted already. */
export const linesIn = (log: string | Iterable<Buffer>): Iterable<string | Buffer> =>
  typeof log === "string" ? log.split("\n").filter((line) => line.length > 0) : log;
