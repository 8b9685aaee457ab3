// A connection cut by RST at a planned time, as a restarted proxy or a dropped NAT entry does it: both ends find out at
// once, and what was in flight is lost. Connections that are dialled later live on, to the next reset if there is one.

import type { Cancel } from "../core/clock.ts";
import type { Fault } from "./fault.ts";
import { formatOccasion, nextBeginningUs, type Occasion } from "./occasion.ts";
import { joinOccasions, readOccasions, settledOnes, settleOccasions } from "./timed.ts";

/** By the time they happen; several are fine. */
export const reset: Fault<"resets", readonly Occasion[]> = {
  key: "resets",
  words: [
    {
      word: "reset",
      example: "reset@5s",
      meaning: "connection reset, so long after the call's first dial; with /20s again every 20 s",
      read: (term) => readOccasions(term, term.value, { lasts: false, example: "reset@5s" }),
    },
  ],
  join: joinOccasions,
  format: (resets) => resets.map((occasion) => `reset@${formatOccasion(occasion)}`),
  settle: settleOccasions,
  connection(resets, { clock, originUs, reset: cut }) {
    const nextUs = Math.min(...settledOnes(resets).map((occasion) => nextBeginningUs(occasion, originUs, clock.nowUs()) ?? Infinity));
    const cancel: Cancel | undefined = nextUs === Infinity ? undefined : clock.at(nextUs, cut);
    return { close: () => cancel?.() };
  },
};

/** The error that Node gives a socket whose peer sent RST, so that callers can't tell the fault from the real thing. */
export function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read", errno: -104 });
}
