// What may not stand together in a load.

import { isLoadPath } from "./resolve-load.ts";
import type { WrittenLoad } from "./load-schema.ts";
import type { WrittenScenario } from "./schema.ts";
import type { Fault, Path } from "./tree.ts";

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

export function loadFaults(written: WrittenScenario): readonly Fault[] {
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
  const loadAxis = sessionsAxis ?? Object.keys(written.matrix).find((name) => isLoadPath(name) && written.matrix[name] !== undefined);
  if (loadAxis !== undefined && load.order === "blocks")
    refuse(["load", "order"], `can't be blocks with an axis of ${loadAxis}: cells of a greater load would disturb the others; leave it out`);
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
  return faults;
}
