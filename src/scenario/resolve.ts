// A checked scenario to its final form, every default written out, and the rules that join several sections.

import { limits } from "../core/limits.ts";
import { formatNetwork, parseNetwork } from "../faults/profile.ts";
import { axisText } from "./axis-text.ts";
import { axisOf, findAxis, turnDetectionTypes } from "./axes.ts";
import { capabilityFaults } from "./capability-faults.ts";
import { defaults } from "./defaults.ts";
import { expectationFaults, resolveContext, resolveTool } from "./resolve-expectations.ts";
import { spanMs } from "./fields.ts";
import { isByTime } from "./load.ts";
import { networkText } from "./network-text.ts";
import { loadFaults } from "./load-rules.ts";
import { resolveLoad } from "./resolve-load.ts";
import { resolveTarget } from "./resolve-target.ts";
import { sizeFaults } from "./plan-size.ts";
import { present } from "./present.ts";
import { resolveScript } from "./resolve-script.ts";
import type { Effort } from "./effort.ts";
import { resolveTurnDetection } from "./resolve-turn-detection.ts";
import { turnDetectionVariant } from "./variants.ts";
import type { Scenario } from "./scenario.ts";
import type { WrittenScenario } from "./schema.ts";
import { scriptFaults } from "./script-faults.ts";
import type { Fault } from "./tree.ts";

/** `axisOrder`: the axes as they were written, whose order the cells follow. */
export function resolve(written: WrittenScenario, axisOrder: readonly string[]): Scenario {
  const { session, caller, load } = written;
  const resolvedLoad = resolveLoad(load);
  const effort = effortOf(written);
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
      ...(session.tools && session.tools.length > 0 && { tools: session.tools.map(resolveTool) }),
      ...resolveContext(session),
    },
    caller: {
      patienceMs: caller.patienceMs,
      startBufferMs: caller.startBufferMs,
      thinkMs: caller.thinkMs,
      ...resolveScript(hasPolicy(written) ? caller : { ...caller, effortPolicy: undefined }),
      ...(isByTime(resolvedLoad) && { repeat: caller.repeat ?? "turns" }),
      ...(caller.pool && { pool: caller.pool }),
      ...(caller.reconnect && { reconnect: caller.reconnect }),
    },
    load: resolvedLoad,
    network: canonicalNetwork(networkText(written.network)),
    prices: written.prices,
    ...(written.budget && { budget: present(written.budget) }),
    matrix: resolveMatrix(written.matrix, axisOrder),
    ...resolveThresholds(written),
    privacy: written.privacy,
    tags: Object.fromEntries(Object.entries(written.tags).map(([name, value]) => [name, String(value)])),
  };
}

/** Whether the policy is in force in any cell: an effort of the session's own is another choice. */
function hasPolicy({ session: { effort = "dynamic" }, caller: { effortPolicy }, matrix }: WrittenScenario): boolean {
  const axis = [matrix["effort"], matrix["session.effort"]].flatMap((values) => values ?? []);
  return effortPolicy !== undefined && (effort === "dynamic" || axis.includes("dynamic"));
}

/** What the session begins with: of a policy, the effort for turns that are not complex. */
function effortOf(written: WrittenScenario): Effort | undefined {
  const { session, caller, target } = written;
  if (hasPolicy(written)) return caller.effortPolicy?.otherwise;
  if (session.effort !== undefined && session.effort !== "dynamic") return session.effort;
  return target.provider === "embedded" ? defaults.embeddedEffort : undefined;
}

function resolveThresholds({ thresholds, abortOnFail }: WrittenScenario): Pick<Scenario, "thresholds" | "abortAfterMs" | "abortAllAfterMs"> {
  const aborting = thresholds.flatMap((written) =>
    typeof written === "string" || !written.abortOnFail ? [] : [[written.threshold, spanMs(written.abortOnFail.after)] as const],
  );
  return {
    thresholds: thresholds.map((written) => (typeof written === "string" ? written : written.threshold)),
    ...(aborting.length > 0 && { abortAfterMs: Object.fromEntries(aborting) }),
    ...(abortOnFail && { abortAllAfterMs: spanMs(abortOnFail.after) }),
  };
}

/** Equal networks, equal text, so that cells and reports know them by one name. */
function canonicalNetwork(text: string): string {
  const parsed = parseNetwork(text);
  return parsed.ok ? formatNetwork(parsed.value) : text;
}

function resolveMatrix(written: WrittenScenario["matrix"], axisOrder: readonly string[]): Scenario["matrix"] {
  const entries = axisOrder.flatMap((name) => {
    const values = written[name];
    const path = axisOf(name)?.path;
    if (path === undefined || values === undefined) return [];
    return [[path, path === "network" ? values.map((value) => canonicalNetwork(String(axisText(value)))) : values] as const];
  });
  return Object.fromEntries(entries);
}

/** Faults that need more than one section to see. Axes are named as they were written. */
export function crossFaults(written: WrittenScenario, resolved: Scenario): readonly Fault[] {
  const faults: Fault[] = [...expectationFaults(resolved)];
  const refuse = (name: string, message: string): number => faults.push({ path: ["matrix", name], anchor: "key", message });
  const names = Object.keys(written.matrix).filter((name) => written.matrix[name] !== undefined);
  const types = turnDetectionTypes(resolved);
  const paths = names.map((name) => axisOf(name)?.path ?? name);
  for (const name of names) {
    const path = findAxis(name)?.path ?? name;
    if (findAxis(name) && /^target\.(?!model$)/.test(path) && resolved.target.provider !== "embedded") refuse(name, "is an axis of the embedded target only");
    const [, detail] = /^session\.turnDetection\.(?!type$)(\w+)/.exec(path) ?? [];
    const without = detail === undefined ? [] : types.filter((type) => !turnDetectionVariant.owns[type]?.includes(detail));
    if (without.length > 0) refuse(name, `is no field of ${without.join(" and ")} turn detection, which some cells have`);
    const above = paths.find((other) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`));
    if (above !== undefined) refuse(name, `is a part of ${above}, which varies as a whole; vary one of the two`);
    const networks = path === "network" ? (resolved.matrix[path] ?? []) : [];
    for (const [index, network] of networks.entries()) {
      if (networks.indexOf(network) === index || written.matrix[name]?.indexOf(network) === index) continue;
      faults.push({ path: ["matrix", name, index], anchor: "value", message: `is the same network again in other words; cells must differ` });
    }
  }
  faults.push(...scriptFaults(written, resolved), ...loadFaults(written));
  const cells = Object.values(resolved.matrix).reduce((product, values) => product * values.length, 1);
  if (cells > limits.cells) return [...faults, { path: ["matrix"], anchor: "key", message: `makes ${cells} cells; at most ${limits.cells}` }];
  return [...faults, ...sizeFaults(resolved), ...capabilityFaults(resolved, names)];
}
