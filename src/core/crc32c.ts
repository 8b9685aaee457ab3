// CRC-32C (Castagnoli), reflected polynomial 0x82F63B78, as in RFC 3720 appendix B.4. It closes every row of turns.ndjson,
// so that a torn or edited line is found and counted.

/**
 * Of a byte with none to three bytes of zero behind it, 256 entries each: four bytes at once take half the time of four after one another.
 * Signed, as shifts want them: numbers beyond 2^31 take twice as long.
 */
const table = new Int32Array(4 * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  table[byte] = value;
}
for (let at = 256; at < table.length; at++) {
  const shorter = table[at - 256] as number;
  table[at] = (shorter >>> 8) ^ (table[shorter & 0xff] as number);
}

/** The checksum of the bytes from the first up to `end`, as eight lower-case hex digits. */
export function crc32c(bytes: Buffer, end = bytes.length): string {
  let state = -1;
  let index = 0;
  // By index: an iterator over the bytes takes eight times as long, and reports check every byte of a run.
  for (; index + 4 <= end; index += 4) {
    const word =
      state ^ ((bytes[index] as number) | ((bytes[index + 1] as number) << 8) | ((bytes[index + 2] as number) << 16) | ((bytes[index + 3] as number) << 24));
    state =
      (table[768 + (word & 0xff)] as number) ^
      (table[512 + ((word >>> 8) & 0xff)] as number) ^
      (table[256 + ((word >>> 16) & 0xff)] as number) ^
      (table[word >>> 24] as number);
  }
  for (; index < end; index++) state = (state >>> 8) ^ (table[(state ^ (bytes[index] as number)) & 0xff] as number);
  return (~state >>> 0).toString(16).padStart(8, "0");
}
