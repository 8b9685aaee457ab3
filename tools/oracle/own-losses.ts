// The sessions of a case once more in virtual time, with losses drawn as a run draws them: no sockets, no timers, no kernel. Many of them say
// how far chance alone moves a case.

import { simulateTcp } from "../../src/testing/simulated-tcp.ts";
import type { Samples } from "./traffic.ts";
import { FRAME_US, WARM_UP_FRAMES, WRITTEN_BYTES } from "./traffic.ts";

const ways = ["up", "down"] as const;
/** More sessions than a case has: none bears another's seed. */
const SEEDS_APART = 10_000;

export interface OwnLosses {
  readonly network: string;
  /** Of 20 ms each way. */
  readonly frames: number;
  readonly sessions: number;
  readonly limitSeconds: number;
  readonly seed: number;
}

/** By way, the delays of each session's frames that came in time, µs. */
export function ownLosses({ network, frames, sessions, limitSeconds, seed }: OwnLosses): Samples {
  const samples: Record<(typeof ways)[number], number[][]> = { up: [], down: [] };
  const writes = Array.from({ length: frames }, (_, n) => (n + 1) * FRAME_US).flatMap((atUs) =>
    ways.map((direction, index) => ({ atUs: atUs + (index * FRAME_US) / 3, direction, sizeBytes: WRITTEN_BYTES[direction] })),
  );
  for (let session = 0; session < sessions; session++) {
    const arrivesUs = simulateTcp(network, seed * SEEDS_APART + session, writes, limitSeconds * 1_000_000);
    const delays = writes.map(({ atUs, direction }, index) => ({ direction, us: (arrivesUs[index] ?? Infinity) - atUs }));
    for (const way of ways) {
      const own = delays.filter(({ direction }) => direction === way).slice(WARM_UP_FRAMES);
      samples[way].push(own.flatMap(({ us }) => (us === Infinity ? [] : [us])));
    }
  }
  return samples;
}
