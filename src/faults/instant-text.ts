// When a fault strikes: so long after the network's zero, the dial.

import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";
import { durationMs, durationText } from "./duration-text.ts";
import type { Term } from "./fault.ts";
import { wrong } from "./fault.ts";

/** Faults are timed from the dial, and no session lives longer than an hour. */
const INSTANT_MS_MAX = 60 * 60_000;

/** The milliseconds of `parts`, each a duration within the life of a session. */
export function readInstantsMs({ text }: Term, parts: readonly string[], example: string): Result<readonly number[]> {
  const instantsMs = parts.flatMap((part) => durationMs(part) ?? []);
  if (instantsMs.length < parts.length) return wrong(`"${text}" needs durations with a unit, ms or s, as in ${example}`);
  if (Math.max(...instantsMs) > INSTANT_MS_MAX) return wrong(`"${text}" lies beyond ${durationText(INSTANT_MS_MAX)}, the longest a session lives`);
  return ok(instantsMs);
}
