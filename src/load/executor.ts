// Makes the calls of a group when they are wanted. Closed: each lane makes one call after the other; its first call has a
// planned instant, a later one is wanted when the call before it has ended. Open: every call has an instant, and comes then
// whatever became of the others, or not at all where as many as are allowed are in progress.

import { sleepUntil, type Clock } from "../core/clock.ts";
import { US_PER_S } from "../core/units.ts";
import type { CallGroup, PlannedCall } from "../plan/plan.ts";
import { redialOf } from "../plan/turn-of.ts";

export interface Execution {
  readonly clock: Clock;
  readonly group: CallGroup;
  /** The group's own start, to which its offsets refer. */
  readonly startUs: number;
  /** Makes one call; resolves when it has ended, to whether its session was up to that. */
  makeCall(call: PlannedCall, plannedUs: number): Promise<boolean>;
  /** Called for every planned call that is not made: because `stopped` aborted, or for the reason given. */
  skip(call: PlannedCall, reason?: string): void;
  /** Aborts when no new call may start. */
  readonly stopped: AbortSignal;
}

/** Whose session broke calls again, but not at once, µs: a server that is down would be rung thousands of times a second. */
const REDIAL_AFTER_US = US_PER_S;

/** Resolves when every call of the group has ended or was skipped. */
export const runGroup = (execution: Execution): Promise<void> => (execution.group.maxSessions === undefined ? runLanes(execution) : runArrivals(execution));

async function runLanes({ clock, group, startUs, makeCall, skip, stopped }: Execution): Promise<void> {
  const left = new Set(group.calls);
  let next = group.startOffsetsUs.length;

  /** The same caller's next call in a run by time; elsewhere the next one that nobody has made. */
  async function nextCall(before: PlannedCall, wentWell: boolean): Promise<PlannedCall | undefined> {
    if (before.cell.settings.caller.repeat !== "call") return group.calls[next++];
    if (!wentWell) await sleepUntil(clock, clock.nowUs() + REDIAL_AFTER_US, stopped);
    return clock.nowUs() < startUs + (before.untilUs ?? group.windowEndUs ?? 0) ? redialOf(before) : undefined;
  }

  async function lane(offsetUs: number, index: number): Promise<void> {
    let plannedUs = startUs + offsetUs;
    await sleepUntil(clock, plannedUs, stopped);
    let call = group.calls[index];
    while (call && !stopped.aborted) {
      left.delete(call);
      const wentWell = await makeCall(call, plannedUs);
      call = await nextCall(call, wentWell);
      plannedUs = clock.nowUs();
    }
  }

  await Promise.all(group.startOffsetsUs.map(lane));
  for (const call of left) skip(call);
}

async function runArrivals({ clock, group, startUs, makeCall, skip, stopped }: Execution): Promise<void> {
  const { calls, startOffsetsUs, maxSessions = 0 } = group;
  const made: Promise<void>[] = [];
  let running = 0;
  const make = async (call: PlannedCall, plannedUs: number): Promise<void> => {
    running++;
    await makeCall(call, plannedUs);
    running--;
  };
  for (const [index, call] of calls.entries()) {
    const plannedUs = startUs + (startOffsetsUs[index] ?? 0);
    await sleepUntil(clock, plannedUs, stopped);
    if (stopped.aborted) skip(call);
    else if (running >= maxSessions) skip(call, `as many calls as maxSessions allows (${maxSessions}) were in progress`);
    else made.push(make(call, plannedUs));
  }
  await Promise.all(made);
}
