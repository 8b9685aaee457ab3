// A connection cut by RST, as a restarted proxy or a dropped NAT entry does it: both ends find out at once, and what was in
// flight is lost. No stage of a path, since it ends the connection instead of delaying bytes.

import { msToUs } from "../core/units.ts";

export interface Reset {
  /** From the dial. */
  readonly atMs: number;
}

export const resetAtUs = (reset: Reset, dialledUs: number): number => dialledUs + msToUs(reset.atMs);

/** The error that Node gives a socket whose peer sent RST, so that callers can't tell the fault from the real thing. */
export function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read", errno: -104 });
}
