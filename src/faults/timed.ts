// Faults that happen at times of a call: reading and writing the part of their terms that says when.

import { ok, type Result } from "../core/issues.ts";
import type { Random } from "../core/random.ts";
import { wrong, type Term } from "./fault.ts";
import { byBeginning, parseOccasion, settleOccasion, type Occasion, type SettledOccasion } from "./occasion.ts";

/** The occasions that one term names: one. */
export function readOccasions(
  { text }: Term,
  value: string,
  { lasts, example }: { readonly lasts: boolean; readonly example: string },
): Result<readonly Occasion[]> {
  const occasion = parseOccasion(value, { lasts });
  return typeof occasion === "string" ? wrong(`"${text}" ${occasion}; write, for example, ${example}`) : ok([occasion]);
}

/** In the order in which they may begin. */
export const joinOccasions = (first: readonly Occasion[], second: readonly Occasion[]): readonly Occasion[] => [...first, ...second].toSorted(byBeginning);

export const settleOccasions = (occasions: readonly Occasion[], random: Random): readonly Occasion[] =>
  occasions.map((occasion) => settleOccasion(occasion, random));

/** After settling. */
export function settledOnes(occasions: readonly Occasion[]): readonly SettledOccasion[] {
  return occasions.map((occasion) => {
    if (typeof occasion.atMs !== "number" || typeof occasion.forMs === "object") throw new Error("a network reached a connection before its times were drawn");
    return occasion as SettledOccasion;
  });
}
