// Whether two interleaved cells differed all along or only for a while: the run cut into slices of time, and each slice compared by itself. For
// the eye; nothing is judged by it.

import { stream } from "../core/random.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import { effects, type Interval } from "./bootstrap.ts";
import { cluster, type ClusteredSamples } from "./clusters.ts";
import type { SessionSamples } from "./comparable-run.ts";
import { blocksOf, resampleBlocks } from "./resample.ts";

/** One stretch of the run, of the median of one metric. */
export interface TimeSlice {
  /** Seconds since the run's start. */
  readonly fromS: number;
  readonly toS: number;
  readonly baselineTurns: number;
  readonly candidateTurns: number;
  /** Candidate - baseline in the metric's unit; absent where a median lies among turns without an answer. */
  readonly change?: number;
  /** Of that difference, 95 %. */
  readonly difference: Interval;
}

export interface SlicedArms {
  readonly metric: MetricId;
  readonly baseline: readonly SessionSamples[];
  readonly candidate: readonly SessionSamples[];
  readonly seed: number;
}

const SLICES_MAX = 12;
/** With fewer slices there is no course to see, and with fewer turns no median. */
const SLICES_MIN = 3;
const TURNS_PER_SLICE = 12;
/** Enough for the eye, and little beside what the verdict draws. */
const RESAMPLES = 200;

/** Slices with as many turns each, in the order of time. None where the runs are too short, or nobody knows when turns were (a kept baseline does not). */
export function overTime({ metric, baseline, candidate, seed }: SlicedArms): TimeSlice[] {
  const arms = [baseline, candidate];
  const [timesA = [], timesB = []] = arms.map((sessions) => sessions.flatMap(({ atS = [] }) => atS));
  const slices = Math.min(SLICES_MAX, Math.floor(Math.min(timesA.length, timesB.length) / TURNS_PER_SLICE));
  if (slices < SLICES_MIN) return [];
  const times = [...timesA, ...timesB].sort((a, b) => a - b);
  const edge = (index: number): number => times[Math.floor((index * times.length) / slices)] ?? Infinity;
  return Array.from({ length: slices }, (_, index) => index).flatMap((index) => {
    const [fromS, endS] = [edge(index), edge(index + 1)];
    const [before, after] = arms.map((sessions) => cluster(within(sessions, fromS, endS))) as [ClusteredSamples, ClusteredSamples];
    if (before.sizes.length === 0 || after.sizes.length === 0) return [];
    const toS = Number.isFinite(endS) ? endS : (times.at(-1) ?? fromS);
    return [{ fromS, toS, ...differenceOf(before, after, () => stream(seed, "over time", metric, index)) }];
  });
}

function within(sessions: readonly SessionSamples[], fromS: number, endS: number): SessionSamples[] {
  return sessions.flatMap(({ session, samples, atS = [] }) => {
    const inside = samples.filter((_, index) => (atS[index] ?? Infinity) >= fromS && (atS[index] ?? Infinity) < endS);
    return inside.length === 0 ? [] : [{ session, samples: inside }];
  });
}

function differenceOf(before: ClusteredSamples, after: ClusteredSamples, random: () => ReturnType<typeof stream>): Omit<TimeSlice, "fromS" | "toS"> {
  const blocks = blocksOf(before, after);
  const [arm, other] = [before, after].map((samples) => ({ samples, resampler: resampleBlocks(samples, blocks, random()) }));
  const [effect] = arm && other ? effects(arm, other, [0.5], { resamples: RESAMPLES }) : [];
  const [from, to] = [medianOf(before), medianOf(after)];
  return {
    baselineTurns: before.values.length,
    candidateTurns: after.values.length,
    ...(from === undefined || to === undefined ? {} : { change: to - from }),
    difference: effect?.difference ?? { low: "below everything", high: "above everything" },
  };
}

function medianOf({ values, censored }: ClusteredSamples): number | undefined {
  const rank = Math.max(1, Math.ceil(values.length / 2 - 1e-9)) - 1;
  return censored[rank] ? undefined : values[rank];
}
