// The axes of a matrix: which fields may vary from cell to cell, under which short name, and how a cell gets its values.

import type { z } from "zod";
import { splitNetworks } from "../faults/profile.ts";
import { axisText, type AxisValue } from "./axis-text.ts";
import { cache } from "./context-schema.ts";
import * as fields from "./fields.ts";
import { fixedBecause } from "./fixed-fields.ts";
import { isLoadPath, loadWith } from "./resolve-load.ts";
import { resolveTurnDetection, type WrittenTurnDetection } from "./resolve-turn-detection.ts";
import type { Scenario, TurnDetection } from "./scenario.ts";
import { formatPath, parsePath } from "./tree.ts";

export interface Axis {
  /** Its full path in a scenario, and in the resolved matrix. */
  readonly path: string;
  /** How it is usually written; axes without one go by their path. */
  readonly short?: string;
  /** What each of its values must be. */
  readonly field: z.ZodType<AxisValue>;
}

export const axes: readonly Axis[] = [
  { short: "effort", path: "session.effort", field: fields.sessionEffort },
  { short: "frameMs", path: "session.frameMs", field: fields.frameMs },
  { short: "network", path: "network", field: fields.network },
  { short: "sessions", path: "load.sessions", field: fields.sessions },
  { short: "inputFormat", path: "session.inputFormat", field: fields.audioFormat },
  { short: "silenceMs", path: "session.turnDetection.silenceMs", field: fields.silenceMs },
  { short: "eagerness", path: "session.turnDetection.eagerness", field: fields.eagerness },
  { short: "turnDetection", path: "session.turnDetection.type", field: fields.turnDetectionType },
  { short: "patienceMs", path: "caller.patienceMs", field: fields.patienceMs },
  { short: "profile", path: "target.profile", field: fields.profile },
  { short: "model", path: "target.model", field: fields.model },
  { short: "cache", path: "session.cache", field: cache },
  { path: "target.sessionMinutes", field: fields.sessionMinutes },
  { path: "target.tokensPerMinute", field: fields.tokensPerMinute },
  { path: "target.requestsPerMinute", field: fields.requestsPerMinute },
  { path: "session.outputFormat", field: fields.audioFormat },
  { path: "session.voice", field: fields.voice },
  { path: "session.turnDetection.prefixMs", field: fields.prefixMs },
  { path: "session.turnDetection.threshold", field: fields.threshold },
  { path: "caller.startBufferMs", field: fields.startBufferMs },
];

/** The axis of that short name or full path. */
export const findAxis = (name: string): Axis | undefined => axes.find(({ short, path }) => short === name || path === name);

const variedSections: readonly unknown[] = ["target", "session", "caller", "load"];

/**
 * The resolved path of any other field that is named by its full path, such as `session.tools[0].answers.delayMs`; undefined where
 * the name can't be one. What its values may be is asked of the schema (other-axes.ts).
 */
export function otherAxisPath(name: string): string | undefined {
  const path = parsePath(name);
  if (findAxis(name) || !path || path.length < 2 || !variedSections.includes(path[0])) return undefined;
  return fixedBecause(formatPath(path)) === undefined ? formatPath(path) : undefined;
}

/** The axis of any field, under its short name or its full path. */
export function axisOf(name: string): Pick<Axis, "short" | "path"> | undefined {
  const path = otherAxisPath(name);
  return findAxis(name) ?? (path === undefined ? undefined : { path });
}

export const axisName = ({ short, path }: Pick<Axis, "short" | "path">): string => short ?? path;

/** Every kind of turn detection that a cell has. */
export function turnDetectionTypes({ session, matrix }: Scenario): readonly string[] {
  const whole = matrix["session.turnDetection"]?.map((value) => resolveTurnDetection(value as WrittenTurnDetection).type);
  return whole ?? matrix["session.turnDetection.type"]?.map((value) => String(axisText(value))) ?? [session.turnDetection.type];
}

/** A flag's comma list as values of the axis, in words. */
export function splitAxisValues(axis: Pick<Axis, "path">, list: string): readonly string[] {
  return axis.path === "network" ? splitNetworks(list) : list.split(",").map((value) => value.trim());
}

/** The resolved matrix as every combination of its values, the last axis varying fastest; one empty combination without axes. */
export function combinations(matrix: Scenario["matrix"]): readonly Readonly<Record<string, AxisValue>>[] {
  return Object.entries(matrix).reduce<readonly Readonly<Record<string, AxisValue>>[]>(
    (cells, [path, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [path]: value }))),
    [{}],
  );
}

/**
 * The scenario of one cell: its axes' values in their places. A cell that changes the kind of turn detection gets that
 * kind's defaults; caller.effortPolicy is in force where the effort is dynamic, and in no cell that has one of its own.
 */
export function withAxisValues(scenario: Scenario, values: Readonly<Record<string, AxisValue>>): Scenario {
  const turnDetectionType = values["session.turnDetection.type"];
  const cell = structuredClone(scenario) as unknown as Record<string, unknown>;
  if (turnDetectionType !== undefined && turnDetectionType !== scenario.session.turnDetection.type) {
    const session = cell["session"] as Record<string, unknown>;
    session["turnDetection"] = resolveTurnDetection({ type: turnDetectionType as TurnDetection["type"] });
  }
  cell["load"] = loadWith(scenario.load, values);
  for (const [path, value] of Object.entries(values)) {
    if (isLoadPath(path)) continue;
    const parts = parsePath(path) ?? [];
    const parent = parts.slice(0, -1).reduce<Record<string, unknown>>((at, part) => (at[part] ??= {}) as Record<string, unknown>, cell);
    parent[String(parts.at(-1))] = path === "session.turnDetection" ? resolveTurnDetection(value as WrittenTurnDetection) : value;
  }
  const asked = values["session.effort"];
  return asked === undefined ? (cell as unknown as Scenario) : withEffort(cell as unknown as Scenario, String(axisText(asked)));
}

function withEffort(cell: Scenario, asked: string): Scenario {
  const { effortPolicy, ...caller } = cell.caller;
  if (asked !== "dynamic") return { ...cell, caller };
  return effortPolicy ? { ...cell, session: { ...cell.session, effort: effortPolicy.otherwise } } : cell;
}
