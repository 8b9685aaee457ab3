// A network of which each call has its own draws, with those made: when the elevator comes, and for how long.

import type { Random } from "../core/random.ts";
import { faultsOf, type Faults } from "./fault-list.ts";

/** Draws only what is left to draw: settled once for a call, a network is the same in all of the call's connections. */
export function settled<N extends Faults>(network: N, random: Random): N {
  const drawn = faultsOf(network).flatMap(({ fault, setting }) => (fault.settle ? [[fault.key, fault.settle(setting, random)] as const] : []));
  return { ...network, ...Object.fromEntries(drawn) };
}
