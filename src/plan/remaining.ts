// What is left of a plan whose run ended early: the calls that were not made whole, made anew from their first turn.

import { turnsIn, type CallGroup, type Plan, type PlannedCall } from "./plan.ts";

/** The same plan without the calls that are done: every other call keeps its number, its clips and its pauses. */
export function remainingPlan(plan: Plan, isDone: (call: PlannedCall) => boolean): Plan {
  const groups = plan.groups.map((group) => remainingGroup(group, isDone)).filter((group) => group.calls.length > 0);
  return plan.turnsPlanned === undefined ? { ...plan, groups } : { ...plan, groups, turnsPlanned: turnsIn(groups) };
}

function remainingGroup(group: CallGroup, isDone: (call: PlannedCall) => boolean): CallGroup {
  const calls = group.calls.filter((call) => !isDone(call));
  const concurrency = Math.min(group.concurrency, calls.length);
  if (group.maxSessions === undefined) return { ...group, calls, concurrency, startOffsetsUs: group.startOffsetsUs.slice(0, concurrency) };
  const isLeft = new Set<PlannedCall | undefined>(calls);
  // Calls of an open load keep their distances: nobody waits for those that were made.
  const left = group.startOffsetsUs.filter((_, index) => isLeft.has(group.calls[index]));
  const earlierUs = left[0] ?? 0;
  const moved = (atUs: number): number => atUs - earlierUs;
  const { warmUpUs, stageEndsUs, ...rest } = group;
  return {
    ...rest,
    calls,
    concurrency,
    startOffsetsUs: left.map(moved),
    ...(warmUpUs === undefined ? {} : { warmUpUs: Math.max(0, moved(warmUpUs)) }),
    ...(stageEndsUs === undefined ? {} : { stageEndsUs: stageEndsUs.map(moved) }),
  };
}
