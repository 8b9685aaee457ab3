// Which network a caller has. Where only a share of them has the cell's, it is the same callers in every cell, in all of their
// calls, spread evenly over their numbers, so that any stretch of them holds about that share.

import { stream } from "../core/random.ts";
import { formatNetwork, parseNetwork, type Network } from "../faults/profile.ts";

/** The network of those who have it. */
export function withoutShare({ share: _share, ...network }: Network): Network {
  return network;
}

/** Multiples of an irrational number, modulo one, fill the unit evenly. Not the one that spreads the callers' frames: who has the network must say nothing of those. */
const STEP = Math.SQRT2 - 1;

/** The canonical text of what the caller of that number has. `text`: the cell's, which can be read. */
export function callerNetwork(text: string, seed: number, session: number): string {
  if (!text.includes("share:")) return text;
  const network = parseNetwork(text);
  if (!network.ok || !network.value.share) return text;
  const place = (stream(seed, "network share").uniform() + session * STEP) % 1;
  return place < network.value.share.of ? formatNetwork(withoutShare(network.value)) : "none";
}
