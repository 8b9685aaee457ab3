// What a scenario draws from besides single clips: sets of clips and the rows of feeders. Which item a call gets follows from
// the seed and the call's number alone, so that every cell has the same calls and any part of a plan can be made by itself.

import { shuffled, stream } from "../core/random.ts";
import { filled } from "./feed.ts";
import type { CallerScript, ClipSet, DrawOrder, Say } from "../scenario/caller-turn.ts";
import type { FeedRow } from "../scenario/feed-reference.ts";

export interface Material {
  /** Clips' ids by setKey, none of them empty. */
  readonly sets: ReadonlyMap<string, readonly string[]>;
  /** The rows of each feeder, in the order of caller.feeders, none of them empty. */
  readonly feeders: readonly (readonly FeedRow[])[];
}

export const noMaterial: Material = { sets: new Map(), feeders: [] };

export const setKey = ({ set, language = "" }: Pick<ClipSet, "set" | "language">): string => `${set} ${language}`;

/** Everything a caller may say aloud, as it is written. */
export const saysOf = ({ turns, reactions = [] }: CallerScript): readonly Say[] => [
  ...turns.flatMap(({ say, interrupt }) => [say, interrupt?.say]).filter((say) => say !== undefined),
  ...reactions.flatMap(({ say }) => (say === undefined ? [] : [say])),
];

/** Every clip that may become of it, each once. */
export function clipsOf(caller: CallerScript, { sets, feeders }: Material = noMaterial): readonly string[] {
  const rows = feeders.flat();
  const ids = saysOf(caller).flatMap((say) => {
    if (typeof say !== "string") return sets.get(setKey(say)) ?? [];
    return say.includes("${feed:") ? rows.map((row) => filled(say, row)).filter((id) => !id.includes("${feed:")) : [say];
  });
  return [...new Set(ids)];
}

/** The place of the `draw`-th of all draws among `count` items. */
export type Draw = (pool: { readonly name: string; readonly order: DrawOrder; readonly count: number }, draw: number) => number;

/** Draws under the seed. Orders that were shuffled are kept, for many calls ask for the same one. */
export function createDraw(seed: number): Draw {
  const orders = new Map<string, readonly number[]>();
  return ({ name, order, count }, draw) => {
    if (order === "sequential") return draw % count;
    if (order === "random") return stream(seed, "draw", name, draw).integer(count);
    const pass = Math.floor(draw / count);
    const key = `${name} ${pass}`;
    const places =
      orders.get(key) ??
      shuffled(
        Array.from({ length: count }, (_, place) => place),
        stream(seed, "draw", name, "pass", pass),
      );
    orders.set(key, places);
    return places[draw % count] as number;
  };
}

/** One row of every feeder for the `number`-th call, put together. */
export function feedOf({ feeders = [] }: CallerScript, material: Material, draw: Draw, number: number): FeedRow | undefined {
  if (feeders.length === 0) return undefined;
  const rows = feeders.map(({ file, order }, index) => {
    const all = material.feeders[index] ?? [];
    return all[draw({ name: `feeder ${index} ${file}`, order, count: all.length }, number)];
  });
  return Object.assign({}, ...rows) as FeedRow;
}
