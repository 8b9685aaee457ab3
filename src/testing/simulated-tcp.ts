// Both directions of a simulated TCP connection without sockets or a clock: what is written when, and when each write has
// arrived whole.

import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import type { Direction } from "../faults/impairment.ts";
import { createLinks } from "../faults/links.ts";
import { parseNetwork } from "../faults/profile.ts";

export interface Written {
  readonly atUs: number;
  readonly sizeBytes: number;
  readonly direction: Direction;
}

/** When the last byte of each write reached the other end, in the order of the writes; Infinity: not by `untilUs`. Without that, all must arrive. */
export function simulateTcp(network: string, seed: number, writes: readonly Written[], untilUs = Infinity): number[] {
  const links = createLinks({ network: orThrow(parseNetwork(network)), originUs: 0, random: (direction) => stream(seed, direction) });
  const arrivals: Record<Direction, { readonly sizeBytes: number; readonly atUs: number }[]> = { up: [], down: [] };
  const senderOf = (direction: Direction) => {
    const sender = links.createSender(direction, (sizeBytes, atUs) => arrivals[direction].push({ sizeBytes, atUs }));
    if (!sender) throw new Error(`${network} does nothing to packets`);
    sender.learnRoundTrip(links.shakeHands(0).roundTripUs);
    return sender;
  };
  const senders = { up: senderOf("up"), down: senderOf("down") };
  const runUntil = (limitUs: number): void => {
    for (;;) {
      const next = senders.up.wakeUs <= senders.down.wakeUs ? senders.up : senders.down;
      if (next.wakeUs > limitUs || next.wakeUs === Infinity) return;
      next.advance(next.wakeUs);
    }
  };
  for (const { atUs, sizeBytes, direction } of writes.toSorted((a, b) => a.atUs - b.atUs)) {
    runUntil(atUs);
    senders[direction].write(sizeBytes, atUs);
  }
  runUntil(untilUs);
  return writes.map(endsAt(arrivals, untilUs === Infinity));
}

/** Counts the bytes of each direction through, write by write. */
function endsAt(
  arrivals: Record<Direction, readonly { readonly sizeBytes: number; readonly atUs: number }[]>,
  mustArrive: boolean,
): (write: Written) => number {
  const read = { up: { next: 0, leftBytes: 0 }, down: { next: 0, leftBytes: 0 } };
  return ({ sizeBytes, direction }) => {
    const state = read[direction];
    while (state.leftBytes < sizeBytes) {
      const arrival = arrivals[direction][state.next++];
      if (!arrival && mustArrive) throw new Error("bytes never arrived");
      if (!arrival) return Infinity;
      state.leftBytes += arrival.sizeBytes;
    }
    state.leftBytes -= sizeBytes;
    return arrivals[direction][state.next - 1]?.atUs ?? Infinity;
  };
}
