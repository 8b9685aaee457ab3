// A line of a log that grows while something happens: JSON closed by a checksum of what stands before it, so that a torn or
// edited line is found. Text only; whoever keeps the file does the writing.

import { crc32c } from "./crc32c.ts";

const CRC_FIELD = ',"crc":"';
const CRC_TAIL_LENGTH = CRC_FIELD.length + 8 + '"}'.length;

/** The object as a line with its newline; `crc` is its last field. */
export function sealedLine(row: object): string {
  const body = JSON.stringify(row).slice(0, -1);
  return `${body}${CRC_FIELD}${crc32c(Buffer.from(body, "utf8"))}"}\n`;
}

/** What a line without its newline holds, given as text or as its UTF-8 bytes; undefined where it is torn or was edited. */
export function openSealed(line: string | Buffer): unknown {
  const bytes = typeof line === "string" ? Buffer.from(line, "utf8") : line;
  const end = bytes.length - CRC_TAIL_LENGTH;
  if (end < 0 || bytes.toString("latin1", end) !== `${CRC_FIELD}${crc32c(bytes, end)}"}`) return undefined;
  return JSON.parse(`${bytes.toString("utf8", 0, end)}}`) as unknown;
}
