// How a session that has been going on for long thinks slower: its think time grows with its age and with the context it
// has to read. Only profiles with a `growth` part do this.

import { MS_PER_S } from "../core/units.ts";
import type { Profile } from "./profile.ts";

const MS_PER_MINUTE = 60 * MS_PER_S;

/** What a think time is multiplied by. 1 for a session that just began with an empty context. */
export function growthFactor(profile: Profile, ageMs: number, contextTokens: number): number {
  const { growth } = profile;
  if (!growth) return 1;
  return 1 + growth.perMinute.value * (ageMs / MS_PER_MINUTE) + growth.perThousandTokens.value * (contextTokens / 1_000);
}
