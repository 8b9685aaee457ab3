// From the written load to the resolved one and back to words, and the load of a cell that varies a field of it.

import type { AxisValue } from "./axis-text.ts";
import { defaults } from "./defaults.ts";
import { spanMs } from "./fields.ts";
import type { Arrivals, Load, WarmUp } from "./load.ts";
import { load as loadSchema, type WrittenLoad } from "./load-schema.ts";
import { spanText } from "./span-text.ts";
import { parsePath, type Tree, withValue } from "./tree.ts";

function resolveArrivals(written: NonNullable<WrittenLoad["arrivals"]>): Arrivals | undefined {
  const { constant, poisson, ramp, stairs, spike } = written;
  if (constant) return { constant };
  if (poisson) return { poisson };
  if (ramp) return { ramp: { fromPerS: ramp.fromPerS, toPerS: ramp.toPerS, overMs: spanMs(ramp.over) } };
  if (stairs) return { stairs: { fromPerS: stairs.fromPerS, stepPerS: stairs.stepPerS, everyMs: spanMs(stairs.every), steps: stairs.steps } };
  return spike && { spike: { basePerS: spike.basePerS, peakPerS: spike.peakPerS, atMs: spanMs(spike.at), forMs: spanMs(spike.for) } };
}

function resolveWarmUp({ sessions, calls, duration }: NonNullable<WrittenLoad["warmUp"]>): WarmUp {
  if (sessions !== undefined) return { sessions };
  return calls === undefined ? { durationMs: spanMs(duration ?? 0) } : { calls };
}

export function resolveLoad(written: WrittenLoad): Load {
  const { model, duration, concurrency, startOver, gracefulStop, order, repeat } = written;
  const arrivals = written.arrivals && resolveArrivals(written.arrivals);
  const maxSessions = model === "open" ? (written.maxSessions ?? defaults.maxSessions) : undefined;
  const stages = written.stages?.map((stage) => ({ sessions: stage.sessions, forMs: spanMs(stage.for) }));
  const most = stages ? Math.max(...stages.map((stage) => stage.sessions)) : undefined;
  return {
    model,
    sessions: maxSessions ?? most ?? written.sessions ?? defaults.load.sessions,
    calls: written.calls ?? defaults.load.calls,
    ...(duration !== undefined && { durationMs: spanMs(duration) }),
    ...(concurrency !== undefined && { concurrency }),
    ...(startOver !== undefined && { startOverMs: spanMs(startOver) }),
    ...(arrivals && { arrivals }),
    ...(maxSessions !== undefined && { maxSessions }),
    ...(stages && { stages }),
    ...(written.warmUp && { warmUp: resolveWarmUp(written.warmUp) }),
    ...(gracefulStop !== undefined && { gracefulStopMs: spanMs(gracefulStop) }),
    ...(order !== undefined && { order }),
    repeat: repeat ?? defaults.load.repeat,
  };
}

/** `{ramp: {overMs: 2000}}` as it is written: `{ramp: {over: 2s}}`. */
const inWords = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => (name.endsWith("Ms") ? [name.slice(0, -2), spanText(Number(value))] : [name, value])));

/** The resolved load as a user would write it. */
export function writtenLoad({ arrivals, stages, warmUp, sessions, calls, ...load }: Load): Readonly<Record<string, unknown>> {
  const { model, ...rest } = load;
  return {
    model,
    ...(model === "closed" && !stages ? { sessions, calls } : {}),
    ...(arrivals ? { arrivals: Object.fromEntries(Object.entries(arrivals).map(([kind, fields]) => [kind, inWords(fields)])) } : {}),
    ...(stages ? { stages: stages.map(inWords as (stage: object) => object) } : {}),
    ...(warmUp ? { warmUp: inWords(warmUp) } : {}),
    ...inWords(rest),
  };
}

/**
 * The load with the values of axes such as `load.duration` in their places, as if each were written there. A value that the
 * load does not take leaves it as it is; otherAxisFaults says so.
 */
export function loadWith(load: Load, values: Readonly<Record<string, AxisValue>>): Load {
  const varied = Object.entries(values).filter(([path]) => isLoadPath(path));
  if (varied.length === 0) return load;
  const tree = varied.reduce<Tree>(
    (rest, [path, value]) => {
      const set = withValue(rest, (parsePath(path) ?? []).slice(1), value as Tree);
      return "tree" in set ? set.tree : rest;
    },
    writtenLoad(load) as Tree,
  );
  const written = loadSchema.safeParse(tree);
  return written.success ? resolveLoad(written.data) : load;
}

/** Whether the path of a field is one of the load, whose axes run cell after cell. */
export const isLoadPath = (path: string): boolean => path.startsWith("load.");
