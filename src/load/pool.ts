// Connections that are open and configured before their calls are wanted: those of the next calls in the plan's order, so
// many at a time. Each is dialled as its own call, over its own network, and is nobody else's.

import type { Cancel, Clock } from "../core/clock.ts";
import type { PlannedCall } from "../plan/plan.ts";

export interface Pool<Held> {
  /** The call's connection where there is one; the next call's is dialled in its place. */
  take(call: PlannedCall): Held | undefined;
  /** Hangs up whatever was not wanted. */
  close(): void;
}

export interface PoolPort<Held> {
  readonly clock: Clock;
  /** All that may be wanted, in the order in which they will be. */
  readonly calls: readonly PlannedCall[];
  readonly size: number;
  dial(call: PlannedCall): Held;
  /** Whether it is still there. */
  isOpen(held: Held): boolean;
  hangUp(held: Held): void;
}

/** Apart from each other when they are dialled: two hundred a second, as callers are, µs. */
export const POOL_SPREAD_US = 5_000;

export function createPool<Held>({ clock, calls, size, dial, isOpen, hangUp }: PoolPort<Held>): Pool<Held> {
  const held = new Map<PlannedCall, Held>();
  const dialling = new Map<PlannedCall, Cancel>();
  let next = 0;
  let freeUs = clock.nowUs();

  function fill(): void {
    while (held.size + dialling.size < size) {
      const call = calls[next++];
      if (!call) return;
      freeUs = Math.max(freeUs, clock.nowUs()) + POOL_SPREAD_US;
      const dialNow = (): void => {
        dialling.delete(call);
        held.set(call, dial(call));
      };
      dialling.set(call, clock.at(freeUs, dialNow));
    }
  }

  fill();
  return {
    take(call) {
      dialling.get(call)?.();
      dialling.delete(call);
      const found = held.get(call);
      held.delete(call);
      next = Math.max(next, calls.indexOf(call, next) + 1);
      fill();
      if (found === undefined || isOpen(found)) return found;
      return undefined;
    },
    close() {
      for (const cancel of dialling.values()) cancel();
      dialling.clear();
      for (const one of held.values()) hangUp(one);
      held.clear();
      next = calls.length;
    },
  };
}
