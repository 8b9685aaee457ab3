// A network as text: `none`, the name of one that ships, impairments after one another such as `delay:80ms,jitter:20ms`, or a
// name and impairments that change it: `lte,blackhole@20s+3s`. Reading is pure; path.ts and shaper.ts make the network
// happen, and each fault's file owns its words.

import type { Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { faultsOf, type Faults } from "./fault-list.ts";
import { wrong } from "./fault.ts";
import { changedBy, clashes, formatTerms, parseTerms } from "./network-terms.ts";
import { shippedNetworks } from "./shipped-networks.ts";

/** What befalls it, and the name that it goes by where it has one. What is absent does not happen. */
export type Network = Faults & { readonly name?: string };

export const noNetwork: Network = {};

/** Whether a socket must be shaped at all. */
export const isImpaired = (network: Network): boolean => faultsOf(network).length > 0;

/** Reads one network. Every fault of the text is an issue with `source` "network"; the messages say what may be written. */
export function parseNetwork(text: string): Result<Network> {
  const pieces = text.split(",").map((piece) => piece.trim());
  const [first = "", ...rest] = pieces;
  if (pieces.length === 1 && first === "none") return ok(noNetwork);

  const shipped = shippedNetworks();
  const named = shipped.get(first);
  if (named && rest.length === 0) return ok({ ...named.network, name: first });
  const own = parseTerms(named ? rest : pieces, [...shipped.keys()]);
  if (!own.ok) return own;
  const network: Network = named ? { ...changedBy(named.network, own.value), name: first } : own.value;
  const issues = clashes(network);
  const to = network.switch?.to;
  if (to !== undefined && !shipped.has(to)) issues.push(...unknownName(to, [...shipped.keys()]));
  return issues.length > 0 ? failed(...issues) : ok(network);
}

function unknownName(name: string, names: readonly string[]): ReturnType<typeof clashes> {
  const meant = didYouMean(name, names);
  const refused = wrong(`there is no network "${name}"${meant ? `; did you mean ${meant}?` : ""} (earshot networks lists them)`);
  return refused.ok ? [] : [...refused.issues];
}

/** The canonical text of a network: equal networks, equal text. parseNetwork reads it back. */
export function formatNetwork(network: Network): string {
  const base = network.name === undefined ? undefined : shippedNetworks().get(network.name);
  const known = base ? formatTerms(base.network) : [];
  const terms = [...(base ? [base.name] : []), ...formatTerms(network).filter((term) => !known.includes(term))];
  return terms.length === 0 ? "none" : terms.join(",");
}

/**
 * The networks of a list: names stand alone, neighbouring impairments belong together, so that `none,delay:80ms,jitter:20ms`
 * is "none" and "delay:80ms,jitter:20ms". Splits only; parseNetwork judges each.
 */
export function splitNetworks(text: string): string[] {
  const networks: string[] = [];
  let impairments: string[] = [];
  const flush = (): void => {
    if (impairments.length > 0) networks.push(impairments.join(","));
    impairments = [];
  };
  for (const piece of text.split(",").map((part) => part.trim())) {
    if (/[:@]/.test(piece)) impairments.push(piece);
    else {
      flush();
      networks.push(piece);
    }
  }
  flush();
  return networks;
}
