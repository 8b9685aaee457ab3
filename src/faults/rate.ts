// A link of so many bits per second: packets go one after another, headers included, and wait in a queue before it. What
// the queue has no room for is lost (drop-tail), which is how TCP learns how fast the link is.

import { ok } from "../core/issues.ts";
import { US_PER_S } from "../core/units.ts";
import { wrong } from "./fault.ts";
import { perDirection } from "./per-direction.ts";

export interface Rate {
  readonly bitsPerS: number;
}

const BITS_PER_BYTE = 8;
/** Below this not even a handshake gets through in time. */
const BITS_PER_S_MIN = 8_000;
/** Above this no packet waits long enough to be seen. */
const BITS_PER_S_MAX = 10_000_000_000;
/** What waits at most: a second of the link, as modems have it, and never less than this, or slow links could not start. */
const QUEUE_S = 1;
const QUEUE_BYTES_MIN = 32_000;

export const rate = perDirection<"rate", Rate>({
  key: "rate",
  word: "rate",
  sample: "700kbit",
  meaning: "so many bits per second, kbit or Mbit, with a queue of 1 s before the link",
  read({ text, value, word }) {
    const [, number, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(kbit|Mbit)$/.exec(value) ?? [];
    if (number === undefined) return wrong(`"${text}" needs bits per second in kbit or Mbit, as in ${word}:700kbit`);
    const bitsPerS = Math.round(Number(number) * (unit === "Mbit" ? 1_000_000 : 1_000));
    if (bitsPerS < BITS_PER_S_MIN || bitsPerS > BITS_PER_S_MAX)
      return wrong(`"${text}" is no link for a call: write ${rateText(BITS_PER_S_MIN)} to ${rateText(BITS_PER_S_MAX)}`);
    return ok({ bitsPerS });
  },
  write: ({ bitsPerS }) => rateText(bitsPerS),
  stage({ bitsPerS }) {
    const usPerByte = (BITS_PER_BYTE * US_PER_S) / bitsPerS;
    const queueBytes = Math.max(QUEUE_BYTES_MIN, (QUEUE_S * bitsPerS) / BITS_PER_BYTE);
    let freeUs = 0;
    return {
      leavesAtUs(atUs, sizeBytes) {
        const startUs = Math.max(atUs, freeUs);
        if ((startUs - atUs) / usPerByte + sizeBytes > queueBytes) return Infinity;
        freeUs = startUs + sizeBytes * usPerByte;
        return freeUs;
      },
    };
  },
});

/** `12Mbit` where it is whole megabits, else kilobits. */
export const rateText = (bitsPerS: number): string => (bitsPerS % 1_000_000 === 0 ? `${bitsPerS / 1_000_000}Mbit` : `${bitsPerS / 1_000}kbit`);
