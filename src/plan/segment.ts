// Part k of n of a plan: so that many threads, or many machines, run it together. Every call, with its instant and its
// draws, is in exactly one part and the same as in the whole.

import { turnsIn, type CallGroup, type Plan } from "./plan.ts";

/**
 * Part `index` of `count` of a group: every count-th lane, and the calls that those lanes begin with or come to. What is
 * allowed at once is dealt out alike.
 */
export function partOf(group: CallGroup, index: number, count: number): CallGroup {
  const mine = <T>(items: readonly T[]): readonly T[] => items.filter((_, place) => place % count === index);
  const share = (whole: number): number => Math.floor(whole / count) + (index < whole % count ? 1 : 0);
  const { maxSessions, pool } = group;
  return {
    ...group,
    calls: mine(group.calls),
    startOffsetsUs: mine(group.startOffsetsUs),
    concurrency: share(group.concurrency),
    ...(maxSessions === undefined ? {} : { maxSessions: share(maxSessions) }),
    ...(pool === undefined ? {} : { pool: share(pool) }),
  };
}

/** Part `part` of `of`, from 1. */
export interface Segment {
  readonly part: number;
  readonly of: number;
}

export function segmentOf(plan: Plan, { part, of }: Segment): Plan {
  const groups = plan.groups.map((group) => partOf(group, part - 1, of));
  return { ...plan, groups, ...(plan.turnsPlanned === undefined ? {} : { turnsPlanned: turnsIn(groups) }) };
}
