// A duration of the scenario, drawn from a stream.

import type { Random } from "../core/random.ts";
import type { DurationMs } from "../scenario/scenario.ts";

export function drawMs(duration: DurationMs, random: Random): number {
  if (typeof duration === "number") return duration;
  if ("uniform" in duration) {
    const [lowMs, highMs] = duration.uniform;
    return lowMs + random.uniform() * (highMs - lowMs);
  }
  return duration.lognormal.median * Math.exp(duration.lognormal.sigma * random.normal());
}
