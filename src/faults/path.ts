// One direction of an impaired link: the chain of its impairments, in the order bytes meet them, and TCP's promise that
// order is kept. Pure but for the draws it makes.

import type { Random } from "../core/random.ts";
import { createBlackholes } from "./blackhole.ts";
import type { Direction, Impairment } from "./impairment.ts";
import { createJitter } from "./jitter.ts";
import { createLatency } from "./latency.ts";
import type { Network } from "./profile.ts";

export interface Path {
  /** When a chunk sent at `atUs` reaches the other end; Infinity for never. Never earlier than what was sent before it. */
  arrivesAtUs(atUs: number, sizeBytes: number): number;
}

export interface PathOptions {
  readonly network: Network;
  readonly direction: Direction;
  readonly random: Random;
  /** When the connection was dialled: the zero of timed faults. */
  readonly dialledUs: number;
}

export function createPath({ network, direction, random, dialledUs }: PathOptions): Path {
  const stages: Impairment[] = [];
  if (network.blackholes.length > 0) stages.push(createBlackholes(network.blackholes, dialledUs));
  if (network.latency) stages.push(createLatency(network.latency, direction));
  if (network.jitter) stages.push(createJitter(network.jitter, random));
  let lastUs = 0;
  return {
    arrivesAtUs(atUs, sizeBytes) {
      const alone = stages.reduce((enteredUs, stage) => stage.leavesAtUs(enteredUs, sizeBytes), atUs);
      lastUs = Math.max(lastUs, alone);
      return lastUs;
    },
  };
}
