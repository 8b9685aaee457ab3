// The calls in progress, and how they are told to stop: once to finish, with a limit, and twice to end now.

import type { Cancel, Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import type { CallGroup } from "../plan/plan.ts";
import type { RunningCall } from "../session/driver.ts";

export interface RunningCalls {
  readonly count: number;
  add(call: RunningCall): void;
  remove(call: RunningCall): void;
  /** The time for turns to begin is over: the calls in progress finish theirs, within the same limit as after a signal. */
  close(): void;
  /** One caller's time is over, within the same limit; the others go on. */
  leave(call: RunningCall): void;
  /** All have ended: the limit is for nobody any more, nor are the signals. */
  release(): void;
}

export interface StopSignals {
  readonly clock: Clock;
  readonly drain: AbortSignal;
  readonly cut: AbortSignal;
  /** How long turns in progress may take once draining, µs. */
  readonly graceUs: number;
}

export function createRunningCalls({ clock, drain, cut, graceUs }: StopSignals): RunningCalls {
  const running = new Set<RunningCall>();
  let cancelGrace: Cancel | undefined;

  const cutAll = (reason: string): void => running.forEach((call) => call.cut(reason));
  const onCut = (): void => cutAll(String(cut.reason));
  function finish(): void {
    running.forEach((call) => call.drain());
    cancelGrace?.();
    cancelGrace = clock.at(clock.nowUs() + graceUs, () => cutAll("the time to finish was over"));
  }

  drain.addEventListener("abort", finish);
  cut.addEventListener("abort", onCut);
  return {
    get count() {
      return running.size;
    },
    add: (call) => void running.add(call),
    remove: (call) => void running.delete(call),
    close: () => void (drain.aborted || finish()),
    leave(call) {
      call.drain();
      clock.at(clock.nowUs() + graceUs, () => void (running.has(call) && call.cut("the time to finish was over")));
    },
    release() {
      cancelGrace?.();
      drain.removeEventListener("abort", finish);
      cut.removeEventListener("abort", onCut);
    },
  };
}

/** What turns in progress may take at a group's end: as long as the most patient of its cells allows. */
export function graceUsOf({ calls }: Pick<CallGroup, "calls">): number {
  const cells = new Set(calls.map(({ cell }) => cell.settings));
  return msToUs(Math.max(0, ...[...cells].map(({ load, caller }) => load.gracefulStopMs ?? caller.patienceMs + limits.gracefulStopMs)));
}
