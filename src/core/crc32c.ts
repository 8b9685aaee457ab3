// CRC-32C (Castagnoli), reflected polynomial 0x82F63B78, as in RFC 3720 appendix B.4. It closes every row of turns.ndjson,
// so that a torn or edited line is found and counted.

/** Signed, as shifts want them: numbers beyond 2^31 take twice as long. */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** The checksum of the bytes from the first up to `end`, as eight lower-case hex digits. */
export function crc32c(bytes: Buffer, end = bytes.length): string {
  let state = -1;
  // By index: an iterator over the bytes takes eight times as long, and reports check every byte of a run.
  for (let index = 0; index < end; index++) state = (state >>> 8) ^ (table[(state ^ (bytes[index] as number)) & 0xff] as number);
  return (~state >>> 0).toString(16).padStart(8, "0");
}
