// Runs a group of calls with bounded concurrency: each lane makes one call after the other. The first calls have planned
// instants; a later one is wanted when the call before it in its lane has ended.

import { sleepUntil, type Clock } from "../core/clock.ts";
import type { CallGroup, PlannedCall } from "../plan/plan.ts";

export interface Execution {
  readonly clock: Clock;
  readonly group: CallGroup;
  /** The group's own start, to which its offsets refer. */
  readonly startUs: number;
  /** Makes one call; resolves when it has ended. */
  makeCall(call: PlannedCall, plannedUs: number): Promise<void>;
  /** Called for every call that will not be made any more, once `stopped` aborts. */
  skip(call: PlannedCall): void;
  /** Aborts when no new call may start. */
  readonly stopped: AbortSignal;
}

/** Resolves when every call of the group has ended or was skipped. */
export async function runGroup({ clock, group, startUs, makeCall, skip, stopped }: Execution): Promise<void> {
  let next = 0;

  async function lane(offsetUs: number): Promise<void> {
    let plannedUs = startUs + offsetUs;
    await sleepUntil(clock, plannedUs, stopped);
    while (!stopped.aborted) {
      const call = group.calls[next];
      if (!call) return;
      next++;
      await makeCall(call, plannedUs);
      plannedUs = clock.nowUs();
    }
  }

  await Promise.all(group.startOffsetsUs.map(lane));
  for (const call of group.calls.slice(next)) skip(call);
}
