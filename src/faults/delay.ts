// A fixed one-way delay. Each packet is delayed from its own arrival, so packets in flight overlap and delays never pile up.

import { ok, type Result } from "../core/issues.ts";
import { msToUs } from "../core/units.ts";
import { durationMs, durationText } from "./duration-text.ts";
import type { Term } from "./fault.ts";
import { wrong } from "./fault.ts";
import { perDirection } from "./per-direction.ts";

export interface Delay {
  readonly ms: number;
}

/** A delay beyond this is no network that a voice call is made over; satellites need 0.3 s. */
const DELAY_MS_MAX = 60_000;

export const delay = perDirection<"delay", Delay>({
  key: "delay",
  word: "delay",
  sample: "80ms",
  meaning: "one way",
  read(term) {
    const ms = readDelayMs(term, term.value, "delay:80ms");
    return ms.ok ? ok({ ms: ms.value }) : ms;
  },
  write: ({ ms }) => durationText(ms),
  stage({ ms }) {
    const delayUs = msToUs(ms);
    return { leavesAtUs: (atUs) => atUs + delayUs };
  },
});

/** The milliseconds of `text`, a part of `term`: above 0, and no longer than a delay can be. */
export function readDelayMs({ text: written, word }: Term, text: string, example: string, mostMs = DELAY_MS_MAX): Result<number> {
  const ms = durationMs(text);
  if (ms === undefined) return wrong(`"${written}" needs durations with a unit, ms or s, as in ${example}`);
  if (ms > mostMs) return wrong(`"${written}" is above ${durationText(mostMs)}, the longest ${word} there is; for an outage write blackhole@5s+3s`);
  if (ms === 0) return wrong(`"${written}" does nothing: leave it out, or write none`);
  return ok(ms);
}
