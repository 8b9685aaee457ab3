// From the written load to the resolved one and back to words, and what may not stand together in it.

import { limits } from "../core/limits.ts";
import { defaults } from "./defaults.ts";
import { spanMs } from "./fields.ts";
import type { Arrivals, Load, WarmUp } from "./load.ts";
import type { WrittenLoad } from "./load-schema.ts";
import type { Scenario } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";
import { spanText } from "./span-text.ts";
import type { Fault, Path } from "./tree.ts";

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

/** Fields that say nothing in this kind of load: what they are good for, and by what they are replaced. */
function foreignFields({ model, stages }: WrittenLoad): Readonly<Partial<Record<keyof WrittenLoad, string>>> {
  if (model === "open") {
    const instead = "goes with model: closed; an open load has arrivals, and maxSessions as its limit";
    return {
      sessions: instead,
      calls: instead,
      concurrency: instead,
      startOver: instead,
      stages: "goes with model: closed; an open load has arrivals: {stairs: ...}",
    };
  }
  const closed = { arrivals: "goes with model: open", maxSessions: "goes with model: open; a closed load has sessions" };
  if (!stages) return closed;
  const instead = "goes without load.stages, which say how many callers there are and for how long";
  return { ...closed, sessions: instead, calls: instead, duration: instead, concurrency: instead };
}

export function loadFaults(written: WrittenScenario, resolved: Scenario): readonly Fault[] {
  const { load, caller } = written;
  const faults: Fault[] = [];
  const refuse = (path: Path, message: string): void => void faults.push({ path, anchor: "key", message });
  const isOpen = load.model === "open";
  const byTime = !isOpen && (load.duration !== undefined || load.stages !== undefined);
  for (const [name, message] of Object.entries(foreignFields(load))) if (load[name as keyof WrittenLoad] !== undefined) refuse(["load", name], message);
  if (isOpen && !load.arrivals) refuse(["load", "model"], "needs arrivals, such as arrivals: {poisson: {ratePerS: 2}}");
  if (isOpen && load.duration === undefined) refuse(["load", "model"], "needs a duration, such as duration: 60s: for so long calls arrive");
  const sessionsAxis = ["sessions", "load.sessions"].find((name) => written.matrix[name] !== undefined);
  if (sessionsAxis !== undefined && (isOpen || load.stages)) refuse(["matrix", sessionsAxis], "goes with a closed load without stages");
  if (sessionsAxis !== undefined && load.order === "blocks")
    refuse(["load", "order"], "can't be blocks with an axis of sessions: cells of more callers would disturb those of fewer; leave it out");
  if (!load.stages && byTime && (load.calls ?? 1) > 1)
    refuse(
      ["load", "calls"],
      "goes without load.duration: in a run by time a caller calls until its end (caller.repeat: call), or makes one call that lasts to it",
    );
  if (!byTime && caller.repeat !== undefined) refuse(["caller", "repeat"], "goes with load.duration or load.stages, which say for how long");
  if (caller.pool && caller.repeat === "call") refuse(["caller", "pool"], "goes without repeat: call: whoever calls again dials at once");
  const { warmUp } = load;
  if (byTime && warmUp && warmUp.duration === undefined) refuse(["load", "warmUp"], "is a duration in a run by time, such as {duration: 10s}");
  if (isOpen && warmUp?.sessions !== undefined) refuse(["load", "warmUp"], "is a duration or a number of calls in an open load");
  const totalMs = resolved.load.stages?.reduce((sum, stage) => sum + stage.forMs, 0) ?? 0;
  if (totalMs > limits.windowMs) refuse(["load", "stages"], "are longer than 55m together");
  return faults;
}
