// One direction of an impaired link as packets meet it: the chain of the stages. Packets may overtake one another where
// nothing but jitter delays them; a link of a rate passes them in order, as netem's does. Pure but for the draws it makes. What TCP does about the packets that are lost here is tcp-sender.ts's affair.

import type { Random } from "../core/random.ts";
import { stream } from "../core/random.ts";
import { faultsOf, type Faults } from "./fault-list.ts";
import type { Direction } from "./impairment.ts";
import type { Segment } from "./scoreboard.ts";

export interface Path {
  /**
   * When a packet that is sent at `atUs` reaches the other end; Infinity: it is lost. Called in the order of sending; an
   * instant before the last one counts as that. `segment` is what it carries, absent for an acknowledgement alone: no network
   * knows it, but whoever compares two worlds can have the same packet lost in both.
   */
  arrivesAtUs(atUs: number, sizeBytes: number, segment?: Segment): number;
}

export interface PathOptions {
  readonly network: Faults;
  readonly direction: Direction;
  /** One number is drawn of it; each stage then has a stream of its own. */
  readonly random: Random;
  /** The zero of timed faults. */
  readonly originUs: number;
  readonly isSwallowed?: () => boolean;
}

/** Undefined when nothing of the network acts on the packets of this direction. */
export function createPath({ network, direction, random, originUs, isSwallowed = () => false }: PathOptions): Path | undefined {
  const seed = random.integer(2 ** 31);
  const stages = faultsOf(network)
    .toReversed()
    .flatMap(({ fault, setting }) => fault.stage?.(setting, { direction, random: stream(seed, fault.key), originUs, isSwallowed }) ?? []);
  if (stages.length === 0) return undefined;
  let enteredUs = -Infinity;
  let lastUs = 0;
  const keepsOrder = network.rate?.[direction] !== undefined;
  return {
    arrivesAtUs(atUs, sizeBytes) {
      enteredUs = Math.max(enteredUs, atUs);
      let leavesUs = enteredUs;
      for (const stage of stages) {
        leavesUs = stage.leavesAtUs(leavesUs, sizeBytes);
        if (leavesUs === Infinity) return Infinity;
      }
      const arrivesUs = Math.max(atUs, Math.round(leavesUs));
      if (keepsOrder) lastUs = Math.max(lastUs, arrivesUs);
      return keepsOrder ? lastUs : arrivesUs;
    },
  };
}

/** A link without impairments. */
export const clearPath: Path = { arrivesAtUs: (atUs) => atUs };
