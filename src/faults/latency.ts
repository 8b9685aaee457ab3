// A fixed one-way delay. Each chunk is delayed from its own arrival, so chunks in flight overlap and delays never pile up.

import { msToUs } from "../core/units.ts";
import type { Direction, Impairment } from "./impairment.ts";

export interface Latency {
  readonly upMs: number;
  readonly downMs: number;
}

export function createLatency(latency: Latency, direction: Direction): Impairment {
  const delayUs = msToUs(direction === "up" ? latency.upMs : latency.downMs);
  return { leavesAtUs: (atUs) => atUs + delayUs };
}
