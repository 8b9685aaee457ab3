// What a network adds to every answer, where that is known: fixed delays. Where chance, bandwidth or time have a say, nobody
// knows it in advance.

import { faultsOf } from "./fault-list.ts";
import { parseNetwork } from "./profile.ts";

const known = new Map<string, number | undefined>();

/** Both ways together, ms, of a network as it is written; 0 for none, undefined where it is not fixed or no network. */
export function addedDelayMs(text: string): number | undefined {
  if (!known.has(text)) known.set(text, readAddedDelayMs(text));
  return known.get(text);
}

function readAddedDelayMs(text: string): number | undefined {
  const parsed = parseNetwork(text);
  if (!parsed.ok || faultsOf(parsed.value).some(({ fault }) => fault.key !== "delay")) return undefined;
  const { up, down } = parsed.value.delay ?? {};
  return (up?.ms ?? 0) + (down?.ms ?? 0);
}
