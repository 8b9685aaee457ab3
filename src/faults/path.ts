// One direction of an impaired link: the chain of its impairments, in the order bytes meet them, and TCP's promise that
// order is kept. Pure but for the draws it makes.

import type { Random } from "../core/random.ts";
import { faultsOf, type Faults } from "./fault-list.ts";
import type { Direction } from "./impairment.ts";

export interface Path {
  /** When a chunk sent at `atUs` reaches the other end; Infinity for never. Never earlier than what was sent before it. */
  arrivesAtUs(atUs: number, sizeBytes: number): number;
}

export interface PathOptions {
  readonly network: Faults;
  readonly direction: Direction;
  readonly random: Random;
  /** The zero of timed faults. */
  readonly originUs: number;
}

export function createPath({ network, ...options }: PathOptions): Path {
  const stages = faultsOf(network)
    .toReversed()
    .flatMap(({ fault, setting }) => fault.stage?.(setting, options) ?? []);
  let lastUs = 0;
  return {
    arrivesAtUs(atUs, sizeBytes) {
      const alone = stages.reduce((enteredUs, stage) => stage.leavesAtUs(enteredUs, sizeBytes), atUs);
      lastUs = Math.max(lastUs, alone);
      return lastUs;
    },
  };
}
