// A link that swallows everything for a while, without FIN or RST: the half-open connection of an elevator or a dead NAT
// entry. What enters meanwhile waits for the end, as TCP would send it again; what entered before is in flight and arrives.
// Real TCP backs off and may take up to twice the outage to notice its end; that is not modelled.

import { msToUs } from "../core/units.ts";
import type { Impairment } from "./impairment.ts";

export interface Blackhole {
  /** From the dial, so that a black hole at 0 never lets a connection come about. */
  readonly atMs: number;
  /** Absent: for ever. */
  readonly forMs?: number;
}

/** `blackholes` in the order of atMs. */
export function createBlackholes(blackholes: readonly Blackhole[], dialledUs: number): Impairment {
  const windows = blackholes.map(({ atMs, forMs }) => {
    const fromUs = dialledUs + msToUs(atMs);
    return { fromUs, untilUs: forMs === undefined ? Infinity : fromUs + msToUs(forMs) };
  });
  return {
    leavesAtUs: (enteredUs) => windows.reduce((atUs, { fromUs, untilUs }) => (atUs >= fromUs && atUs < untilUs ? untilUs : atUs), enteredUs),
  };
}
