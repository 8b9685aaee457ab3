// The networks that ship, by name: what is known of each and where from (fixtures/networks.json), as data and as a network.

import { orThrow } from "../core/issues.ts";
import { readPackageText } from "../core/package-files.ts";
import type { Faults } from "./fault-list.ts";
import { parseTerms } from "./network-terms.ts";

/** What the file says of one. Delays are one way; what is absent is not limited, or does not happen. */
export interface NetworkFacts {
  readonly name: string;
  readonly about: string;
  /** Where the figures come from. */
  readonly source: string;
  /** At least some of the figures are our own judgement. */
  readonly ours?: true;
  readonly owdUpMs: number;
  readonly owdDownMs: number;
  readonly jitterMs?: number;
  readonly upKbit?: number;
  readonly downKbit?: number;
  /** Of packets, each by itself. */
  readonly lossPercent?: number;
  readonly lossDownPercent?: number;
  /** Chance per packet that a burst begins, and that it ends. */
  readonly burstLoss?: { readonly beginPercent: number; readonly endPercent: number };
  /** What befalls it when, in the words of networks. */
  readonly events?: readonly string[];
}

export interface ShippedNetwork extends NetworkFacts {
  /** Another name for that network. */
  readonly sameAs?: string;
  readonly network: Faults;
}

type Entry = NetworkFacts | { readonly name: string; readonly as: string };

/** A network of the file in the words that it could have been written with. */
export function termsOf(facts: NetworkFacts): readonly string[] {
  const { owdUpMs, owdDownMs, jitterMs, upKbit, downKbit, lossPercent, lossDownPercent, burstLoss, events = [] } = facts;
  const term = (word: string, value: number | undefined, unit: string): string[] => (value === undefined ? [] : [`${word}:${value}${unit}`]);
  return [
    ...term("delay-up", owdUpMs, "ms"),
    ...term("delay-down", owdDownMs, "ms"),
    ...term("jitter", jitterMs, "ms"),
    ...term("rate-up", upKbit, "kbit"),
    ...term("rate-down", downKbit, "kbit"),
    ...term("loss", lossPercent, "%"),
    ...term("loss-down", lossDownPercent, "%"),
    ...(burstLoss ? [`burst-loss:${burstLoss.beginPercent}%/${burstLoss.endPercent}%`] : []),
    ...events,
  ];
}

let shipped: ReadonlyMap<string, ShippedNetwork> | undefined;

/** By name, in the file's order; read once. */
export function shippedNetworks(): ReadonlyMap<string, ShippedNetwork> {
  if (shipped) return shipped;
  const { networks } = JSON.parse(readPackageText("fixtures", "networks.json")) as { readonly networks: readonly Entry[] };
  const read = new Map<string, ShippedNetwork>();
  for (const entry of networks) {
    if (!("as" in entry))
      read.set(entry.name, {
        ...entry,
        network: orThrow(parseTerms(termsOf(entry))),
      });
    else {
      const other = read.get(entry.as);
      if (!other) throw new Error(`fixtures/networks.json: ${entry.name} is another name for ${entry.as}, which is not there before it`);
      read.set(entry.name, { ...other, name: entry.name, sameAs: other.name });
    }
  }
  shipped = read;
  return read;
}
