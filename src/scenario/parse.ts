// A scenario's text and the flags beside it to a Scenario, or to everything that is wrong with it at once, each fault with
// its line and column or its flag.

import type { Issue, Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { axisOf } from "./axes.ts";
import { createFilling, type Environment, type Filling, hiddenOf, joinFilled, keepFilled } from "./environment.ts";
import { fillingOf, joinLayers, type Layers, placeInLayers, readLayers, type ScenarioFile } from "./extends.ts";
import { applyOverride, type Override } from "./overrides.ts";
import { otherAxisFaults, withFirstLoad } from "./other-axes.ts";
import { crossFaults, resolve } from "./resolve.ts";
import { redactUrlText, toResolvedYaml } from "./resolved-yaml.ts";
import { unrolledPaths } from "./resolve-script.ts";
import type { Scenario } from "./scenario.ts";
import { scenarioSchema } from "./schema.ts";
import { schemaFaults, type Show } from "./schema-faults.ts";
import { type Fault, formatPath, isBelow, isMap, parsePath, type Path, type Tree, valueAt } from "./tree.ts";
import { withTypes } from "./typed-text.ts";
import { refuseUnsupported } from "./unsupported.ts";
import { readYaml } from "./yaml-source.ts";

export interface ScenarioText extends ScenarioFile {
  /** In the order given; a later one wins. */
  readonly overrides: readonly Override[];
  readonly env: Environment;
}

export interface ParsedScenario {
  readonly scenario: Scenario;
  /** Every default written out, values of the environment as their references, keys redacted. */
  readonly resolvedYaml: string;
  /** What came from the environment and may stand in no file of a run: keys, addresses, instructions, functions. */
  readonly hidden: readonly string[];
  /** A fault found later, at the file and line, or the flag, that its path was written in; without what the environment put there. */
  readonly placed: (issue: Issue) => Issue;
}

export function parseScenario({ overrides, env, ...first }: ScenarioText): Result<ParsedScenario> {
  const written = readLayers(first, env);
  const { layers } = written;
  if (written.unreadable.length > 0) return failed(...written.issues, ...written.unreadable);

  const applied = applyOverrides(joinLayers(layers), overrides, env);
  const filling = joinFilled([keepFilled(fillingOf(layers), (path) => !applied.replaced.some((by) => isBelow(path, by))), applied.filling]);
  const checked = check(applied.tree, filling);
  const known = [...filling.faults.map(({ path }) => path), ...written.faulted];
  const faults = [...filling.faults, ...checked.faults.filter((fault) => !known.some((path) => samePlace(path, fault.path)))];
  const placed = faults.slice(0, limits.faultsShown * 10).map((fault) => issueAt(fault, written, applied.flags));
  const issues = [...written.issues, ...applied.issues, ...placed];
  if (issues.length > 0 || !checked.scenario) return failed(...shown(issues.toSorted(byPlace(written)), faults.length - placed.length));
  const shownAt = filling.references.flatMap(({ path, ...rest }) => unrolledPaths(applied.tree, path).map((place) => ({ ...rest, path: place })));
  return ok({
    scenario: checked.scenario,
    resolvedYaml: toResolvedYaml(checked.scenario, shownAt),
    hidden: hiddenOf(filling),
    placed: (issue) => place(issue, applied.tree, filling, (fault) => issueAt(fault, written, applied.flags)),
  });
}

/** The first faults; of a scenario that has hundreds, the rest would only push them out of sight. `unplaced`: how many more there are. */
function shown(issues: readonly Issue[], unplaced: number): readonly Issue[] {
  const [next, ...rest] = issues.slice(limits.faultsShown);
  if (!next) return issues;
  return [...issues.slice(0, limits.faultsShown), { ...next, message: `${next.message}; and ${rest.length + unplaced} more faults` }];
}

interface FlagPlace {
  readonly path: Path;
  readonly flag: string;
}

interface Applied {
  readonly tree: Tree;
  readonly flags: readonly FlagPlace[];
  readonly issues: readonly Issue[];
  /** Where flags took the file's values away. */
  readonly replaced: readonly Path[];
  readonly filling: Filling;
}

function applyOverrides(written: Tree, overrides: readonly Override[], env: Environment): Applied {
  let tree = written;
  let filling = createFilling(env).filling;
  const flags: FlagPlace[] = [];
  const issues: Issue[] = [];
  const replaced: Path[] = [];
  const readValue = (text: string, path: Path): { readonly tree: Tree } | { readonly fault: string } => {
    const { filling: own, fill } = createFilling(env);
    replaced.push(path);
    const earlier = keepFilled(filling, (known) => !isBelow(known, path));
    if (!/^\s*["'[{]/.test(text)) {
      const filled = fill(text.trim(), path);
      filling = joinFilled([earlier, own, { references: [], untyped: [path], faults: [] }]);
      return { tree: filled };
    }
    const value = readYaml({ text, onText: (inner, below) => fill(inner, [...path, ...below]) });
    filling = joinFilled([earlier, own]);
    const fault = value.syntaxFaults[0]?.message ?? value.faults[0]?.message;
    return fault === undefined && value.tree !== undefined ? { tree: value.tree } : { fault: fault ?? "is not valid YAML" };
  };
  for (const override of overrides) {
    const applied = applyOverride(tree, override, readValue);
    tree = applied.tree;
    flags.push({ path: applied.path, flag: override.flag });
    if (applied.fault === undefined) continue;
    issues.push({ source: override.flag, ...(applied.path.length > 0 && { path: formatPath(applied.path) }), message: applied.fault });
  }
  return { tree, flags, issues, replaced, filling };
}

function check(written: Tree, { references, untyped }: Filling): { readonly faults: readonly Fault[]; readonly scenario?: Scenario } {
  const { tree: supported, faults: refused } = refuseUnsupported(written);
  const { tree, writtenAt } = withFirstLoad(withTypes(supported, untyped));
  const placed = (fault: Fault): Fault => ({ ...fault, path: writtenAt(fault.path) });
  const show: Show = (standsAt) => {
    const path = writtenAt(standsAt);
    const reference = references.find((candidate) => isBelow(candidate.path, path));
    const [section, field] = path;
    const written = valueAt(tree, path);
    if (section === "target" && (field === "auth" || field === "headers" || field === "proxy") && written !== undefined)
      return { text: "what is written there", secret: true };
    const isUrl = section === "target" && field === "url" && typeof written === "string";
    const text = reference?.shown ?? JSON.stringify(isUrl ? redactUrlText(written) : written) ?? "nothing";
    return { text: text.length > 80 ? `${text.slice(0, 77)}...` : text, secret: reference !== undefined };
  };
  const parsed = scenarioSchema.safeParse(tree);
  if (!parsed.success) {
    const found = onlyOnce(schemaFaults(parsed.error.issues, tree, show).map(placed));
    // A refused provider leaves its own fields behind; they are right, so only the refusal is reported.
    const explains = (fault: Fault, path: Path): boolean => isBelow(path, isDiscriminator(fault.path) ? fault.path.slice(0, -1) : fault.path);
    return { faults: [...refused, ...found.filter(({ path }) => !refused.some((fault) => explains(fault, path)))] };
  }
  const scenario = resolve(parsed.data, mapKeys(valueAt(tree, ["matrix"])));
  const quotesNothing = (fault: Fault): Fault => {
    const reference = references.find(({ path }) => samePlace(path, fault.path));
    return reference ? { ...fault, message: `can't take what ${reference.shown} holds` } : fault;
  };
  const known = crossFaults(parsed.data, scenario);
  const faults = [...refused, ...onlyOnce([...known.map(placed), ...otherAxisFaults(tree, { scenario, known, show })]).map(quotesNothing)];
  return faults.length > 0 ? { faults } : { faults, scenario };
}

const onlyOnce = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((fault) => [JSON.stringify([fault.path, fault.message]), fault])).values(),
];

const mapKeys = (tree: Tree | undefined): readonly string[] => (isMap(tree) ? Object.keys(tree) : []);

const isDiscriminator = (path: Path): boolean => ["target.provider", "session.turnDetection.type"].includes(formatPath(path));

const samePlace = (a: Path, b: Path): boolean => a.length === b.length && isBelow(a, b);

function issueAt({ path, anchor, message }: Fault, { layers }: Layers, flags: readonly FlagPlace[]): Issue {
  const named = path.length > 0 ? { path: formatPath(path) } : {};
  const isWritten = layers.some(({ tree }) => valueAt(tree, path) !== undefined);
  const flag = flags.findLast((candidate) => candidate.path.length > 0 && (isBelow(path, candidate.path) || (!isWritten && isBelow(candidate.path, path))));
  return flag ? { source: flag.flag, ...named, message } : { source: "", ...placeInLayers(layers, { path, anchor, message }), ...named, message };
}

/** A field that varies is written in the matrix, under either name, and so is a part of the load that does. */
function place(issue: Issue, tree: Tree, { references }: Filling, at: (fault: Fault) => Issue): Issue {
  const field = issue.path === undefined ? undefined : parsePath(issue.path);
  if (!field || issue.line !== undefined) return issue;
  const varied = mapKeys(valueAt(tree, ["matrix"])).map((axis) => ({ axis, path: parsePath(axisOf(axis)?.path ?? "") }));
  const name = varied.find(({ path }) => path && (isBelow(field, path) || (path[0] === "load" && isBelow(path, field))))?.axis;
  const path = name === undefined ? field : ["matrix", name];
  const reference = references.find((candidate) => isBelow(candidate.path, path));
  const placed = at({ path, anchor: "value", message: issue.message });
  return { ...placed, source: placed.source || issue.source, message: reference ? `can't take what ${reference.shown} holds` : issue.message };
}

/** Flags first, then down the file and those that it extends. */
function byPlace({ layers }: Layers): (a: Issue, b: Issue) => number {
  const order = (issue: Issue): number => layers.findIndex(({ source }) => source === issue.source);
  return (a, b) => order(a) - order(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
