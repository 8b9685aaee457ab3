// A load that is more than so many callers, in words, for reports.

import { axisText } from "../scenario/axis-text.ts";
import type { Arrivals, Load } from "../scenario/load.ts";
import { isLoadPath } from "../scenario/resolve-load.ts";
import type { Scenario } from "../scenario/scenario.ts";

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(3))} s`;

function arrivalsText(arrivals: Arrivals): string {
  if ("constant" in arrivals) return `${arrivals.constant.ratePerS} calls a second, evenly,`;
  if ("poisson" in arrivals) return `${arrivals.poisson.ratePerS} calls a second at random`;
  if ("ramp" in arrivals) return `${arrivals.ramp.fromPerS} to ${arrivals.ramp.toPerS} calls a second over ${seconds(arrivals.ramp.overMs)}`;
  if ("stairs" in arrivals) {
    const { fromPerS, stepPerS, everyMs, steps } = arrivals.stairs;
    return `${fromPerS} calls a second and ${stepPerS} more every ${seconds(everyMs)}, ${steps} times,`;
  }
  const { basePerS, peakPerS, atMs, forMs } = arrivals.spike;
  return `${basePerS} calls a second, ${peakPerS} from ${seconds(atMs)} on for ${seconds(forMs)},`;
}

/** `2 calls a second at random for 60 s, at most 200 at once`; undefined where callers and calls say it all. */
export function loadText({ arrivals, stages, durationMs = 0, maxSessions }: Load): string | undefined {
  if (arrivals) return `${arrivalsText(arrivals)} for ${seconds(durationMs)}, at most ${maxSessions} at once`.replace(", for", " for");
  return stages && `stages of ${stages.map(({ sessions, forMs }) => `${sessions} caller${sessions === 1 ? "" : "s"} for ${seconds(forMs)}`).join(", ")}`;
}

/** `a load of its own (load.duration 10s, 20s)`; undefined where cells differ in no more than how many callers they have. */
export function variedLoadText(matrix: Scenario["matrix"]): string | undefined {
  const varied = Object.entries(matrix).filter(([path]) => isLoadPath(path));
  if (varied.every(([path]) => path === "load.sessions")) return undefined;
  return `a load of its own (${varied.map(([path, values]) => `${path} ${values.map(axisText).join(", ")}`).join("; ")})`;
}
