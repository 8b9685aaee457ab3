// How many threads make a plan's calls on this machine. One thread carries hundreds of callers; more threads than that need
// only take the cores from the target beside them.

import { availableParallelism } from "node:os";
import type { Plan } from "../plan/plan.ts";

/** A judgement, not a measurement: `earshot check` says how many this machine really drives; --threads says otherwise. */
const CALLERS_A_THREAD = 1_000;

/** Up to so many callers a thread its clock is sharp. A judgement too: beyond, frames fall due nearly every millisecond anyway. */
export const sharpUpToCallers = 250;

/** One core is left to an embedded target, or to whatever else the machine does. */
export function threadsFor({ groups }: Plan, cores = availableParallelism()): number {
  const callers = Math.max(...groups.map((group) => group.concurrency));
  return Math.max(1, Math.min(Math.max(1, cores - 1), Math.ceil(callers / CALLERS_A_THREAD)));
}
