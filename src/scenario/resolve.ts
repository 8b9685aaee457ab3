// A checked scenario to its final form, every default written out, and the rules that join several sections.

import { limits } from "../core/limits.ts";
import { formatNetwork, parseNetwork } from "../faults/profile.ts";
import { findAxis } from "./axes.ts";
import { defaults } from "./defaults.ts";
import { spanMs } from "./fields.ts";
import type { Scenario, TurnDetection } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";
import type { Fault } from "./tree.ts";

/** `axisOrder`: the axes as they were written, whose order the cells follow. */
export function resolve(written: WrittenScenario, axisOrder: readonly string[]): Scenario {
  const { session, caller, load } = written;
  const effort = session.effort ?? (written.target.provider === "embedded" ? defaults.embeddedEffort : undefined);
  return {
    version: 1,
    name: written.name,
    seed: written.seed,
    target: resolveTarget(written.target),
    session: {
      kind: session.kind,
      instructions: session.instructions,
      ...(session.voice !== undefined && { voice: session.voice }),
      inputFormat: session.inputFormat,
      outputFormat: session.outputFormat,
      frameMs: session.frameMs,
      ...(effort !== undefined && { effort }),
      maxOutputTokens: session.maxOutputTokens,
      turnDetection: resolveTurnDetection(session.turnDetection),
      ...(session.transcription && { transcription: present(session.transcription) }),
      ...(session.tools && session.tools.length > 0 && { tools: session.tools.map(present) }),
    },
    caller: {
      patienceMs: caller.patienceMs,
      startBufferMs: caller.startBufferMs,
      thinkMs: caller.thinkMs,
      turns: caller.turns.map(present),
      ...(load.duration !== undefined && { repeat: caller.repeat ?? "turns" }),
    },
    load: {
      model: load.model,
      sessions: load.sessions,
      calls: load.calls,
      ...(load.duration !== undefined && { durationMs: spanMs(load.duration) }),
      ...(load.concurrency !== undefined && { concurrency: load.concurrency }),
      ...(load.startOver !== undefined && { startOverMs: spanMs(load.startOver) }),
    },
    network: canonicalNetwork(written.network),
    prices: written.prices,
    ...(written.budget && { budget: present(written.budget) }),
    matrix: resolveMatrix(written.matrix, axisOrder),
    thresholds: written.thresholds,
    tags: Object.fromEntries(Object.entries(written.tags).map(([name, value]) => [name, String(value)])),
  };
}

/** Only the fields that have a value. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function resolveTarget(target: WrittenScenario["target"]): Scenario["target"] {
  const { provider, model, profile, script, url, auth, headers } = target;
  if (provider === "embedded") return { provider, model, profile: profile ?? defaults.target.profile, script: script ?? defaults.target.script };
  return { provider, model, url: url ?? "", ...(auth && { auth }), ...(headers && { headers }) };
}

function resolveTurnDetection(written: WrittenScenario["session"]["turnDetection"]): TurnDetection {
  if (written.type === "manual") return { type: "manual" };
  const { silenceMs, prefixMs, threshold } = defaults.session.turnDetection;
  return { type: "server", silenceMs: written.silenceMs ?? silenceMs, prefixMs: written.prefixMs ?? prefixMs, threshold: written.threshold ?? threshold };
}

/** Equal networks, equal text, so that cells and reports know them by one name. */
function canonicalNetwork(text: string): string {
  const parsed = parseNetwork(text);
  return parsed.ok ? formatNetwork(parsed.value) : text;
}

function resolveMatrix(written: WrittenScenario["matrix"], axisOrder: readonly string[]): Scenario["matrix"] {
  const entries = axisOrder.flatMap((name) => {
    const values = written[name];
    const path = findAxis(name)?.path;
    if (path === undefined || values === undefined) return [];
    return [[path, path === "network" ? values.map((value) => canonicalNetwork(String(value))) : values] as const];
  });
  return Object.fromEntries(entries);
}

/** Faults that need more than one section to see. Axes are named as they were written. */
export function crossFaults(written: WrittenScenario, resolved: Scenario): readonly Fault[] {
  const faults: Fault[] = [];
  const refuse = (name: string, message: string): number => faults.push({ path: ["matrix", name], anchor: "key", message });
  const names = Object.keys(written.matrix).filter((name) => written.matrix[name] !== undefined);
  const types = resolved.matrix["session.turnDetection.type"] ?? [resolved.session.turnDetection.type];
  for (const name of names) {
    const path = findAxis(name)?.path ?? name;
    if (path === "target.profile" && resolved.target.provider !== "embedded") refuse(name, "is an axis of the embedded target only");
    if (/^session\.turnDetection\.(?!type$)/.test(path) && types.includes("manual"))
      refuse(name, "varies server turn detection, and some cells have manual turns");
    const networks = path === "network" ? (resolved.matrix[path] ?? []) : [];
    for (const [index, network] of networks.entries()) {
      if (networks.indexOf(network) === index || written.matrix[name]?.indexOf(network) === index) continue;
      faults.push({ path: ["matrix", name, index], anchor: "value", message: `is the same network again in other words; cells must differ` });
    }
  }
  const { load, caller } = written;
  if (load.duration !== undefined && load.calls > 1)
    faults.push({
      path: ["load", "calls"],
      anchor: "key",
      message: "goes without load.duration: in a run by time a caller makes one call, which lasts to its end",
    });
  if (load.duration === undefined && caller.repeat !== undefined)
    faults.push({ path: ["caller", "repeat"], anchor: "key", message: "goes with load.duration, which says for how long" });
  const cells = Object.values(resolved.matrix).reduce((product, values) => product * values.length, 1);
  if (cells > limits.cells) faults.push({ path: ["matrix"], anchor: "key", message: `makes ${cells} cells; at most ${limits.cells}` });
  return faults;
}
