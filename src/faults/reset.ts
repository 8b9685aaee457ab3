// A connection cut by RST at a planned time, as a restarted proxy or a dropped NAT entry does it: both ends find out at
// once, and what was in flight is lost.

import { ok } from "../core/issues.ts";
import { msToUs } from "../core/units.ts";
import { durationText } from "./duration-text.ts";
import type { Fault } from "./fault.ts";
import { readInstantsMs } from "./instant-text.ts";

export interface Reset {
  /** From the dial. */
  readonly atMs: number;
}

export const reset: Fault<"reset", Reset> = {
  key: "reset",
  words: [
    {
      word: "reset",
      example: "reset@5s",
      meaning: "connection reset, so long after the dial",
      read(term) {
        const instantsMs = readInstantsMs(term, [term.value], "reset@5s");
        return instantsMs.ok ? ok({ atMs: instantsMs.value[0] ?? 0 }) : instantsMs;
      },
    },
  ],
  join: () => undefined,
  format: ({ atMs }) => [`reset@${durationText(atMs)}`],
  connection({ atMs }, { clock, originUs, reset: cut }) {
    return { close: clock.at(originUs + msToUs(atMs), cut) };
  },
};

/** The error that Node gives a socket whose peer sent RST, so that callers can't tell the fault from the real thing. */
export function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read", errno: -104 });
}
