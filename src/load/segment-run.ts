// A run of one part of a plan, so that several machines make the calls of one load together: which part, of which plan, and
// what has to be kept of it for the runs to become one again (merge.ts).

import { createHash } from "node:crypto";
import { failed, ok, type Result } from "../core/issues.ts";
import { segmentOf, type Segment } from "../plan/segment.ts";
import type { Plan } from "../plan/plan.ts";
import type { ProcessCheck } from "../metrics/self-check.ts";
import type { Prepared } from "./prepare.ts";
import type { SegmentCheck } from "./segment.ts";

/** What the instrument found in a run, in counts that can be added up; segment.json. */
export interface SegmentFindings {
  readonly checks: readonly SegmentCheck[];
  readonly process: ProcessCheck;
}

/** Equal for equal plans: who calls when, saying what, under which settings; without what lets callers in, and where to. */
export function planIdOf({ scenario, groups, cells }: Plan): string {
  const { seed, session, caller, network } = scenario;
  const calls = groups.map(({ calls: made, ...times }) => ({
    ...times,
    calls: made.map(({ cell, anew: _drawnFrom, ...call }) => ({ ...call, cell: cell.id })),
  }));
  const text = JSON.stringify({ seed, session, caller, network, cells: cells.map((cell) => [cell.id, cell.settings.target.model]), calls });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The prepared run with that part of its plan alone. */
export function segmented(prepared: Prepared, segment: Segment): Result<Prepared> {
  const { plan } = prepared;
  const [group] = plan.groups;
  const issue = (message: string): Result<never> => failed({ source: "--segment", message });
  if (plan.groups.length !== 1 || !group)
    return issue(`divides one load, and this plan has ${plan.groups.length}, one after the other; run each cell and repeat on its own`);
  const most = Math.min(group.startOffsetsUs.length, group.maxSessions ?? Infinity);
  if (segment.of > most) return issue(`of ${segment.of} would leave parts without a call: at most ${most} call at once`);
  return ok({ ...prepared, plan: segmentOf(plan, segment), segment: { ...segment, plan: planIdOf(plan) } });
}
