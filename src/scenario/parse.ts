// A scenario's text and the flags beside it to a Scenario, or to everything that is wrong with it at once, each fault with
// its line and column or its flag.

import type { Issue, Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import { type Environment, fillReferences } from "./environment.ts";
import { applyOverride, type Override } from "./overrides.ts";
import { crossFaults, resolve } from "./resolve.ts";
import { unrolledPaths } from "./resolve-script.ts";
import { redactUrlText, type Reference, toResolvedYaml } from "./resolved-yaml.ts";
import type { Scenario } from "./scenario.ts";
import { scenarioSchema } from "./schema.ts";
import { schemaFaults, type Show } from "./schema-faults.ts";
import { type Fault, formatPath, isBelow, isMap, type Path, type Tree, valueAt, withValue } from "./tree.ts";
import { refuseUnsupported } from "./unsupported.ts";
import { readYaml, type YamlSource } from "./yaml-source.ts";

export interface ScenarioText {
  readonly text: string;
  /** The file as the user named it, for messages. */
  readonly source: string;
  /** In the order given; a later one wins. */
  readonly overrides: readonly Override[];
  readonly env: Environment;
}

export interface ParsedScenario {
  readonly scenario: Scenario;
  /** Every default written out, values of the environment as their references, keys redacted. */
  readonly resolvedYaml: string;
  /** What is wrong with the value written at that path, found only once other files were read, with its place in the text. */
  issue(path: Path, message: string): Issue;
}

export function parseScenario({ text, source, overrides, env }: ScenarioText): Result<ParsedScenario> {
  const faults: Fault[] = [];
  const references: Reference[] = [];
  /** Where a text may stand for a number: flags and the environment know nothing but text. */
  const untyped: Path[] = [];

  function fill(written: string, path: Path): string {
    const filled = fillReferences(written, env);
    faults.push(...filled.faults.map((message): Fault => ({ path, anchor: "value", message })));
    if (filled.usedEnvironment) references.push({ path, shown: filled.shown });
    if (filled.value !== written) untyped.push(path);
    return filled.value;
  }

  const file = readYaml({ text, onText: fill });
  const syntaxIssues = file.syntaxFaults.map(({ line, column, message }): Issue => ({ source, line, column, message }));
  if (file.tree === undefined) return failed(...syntaxIssues, ...file.faults.map((fault) => issueAt(fault, source, file, [])));
  faults.push(...file.faults);

  const { tree, flags, flagIssues } = applyOverrides(file.tree, overrides, { references, untyped, fill });
  const checked = check(tree, { references, untyped });
  faults.push(...checked.faults.filter((fault) => !faults.some((known) => samePlace(known.path, fault.path))));
  const issues = [...syntaxIssues, ...flagIssues, ...faults.map((fault) => issueAt(fault, source, file, flags))];
  if (issues.length > 0 || !checked.scenario) return failed(...issues.toSorted(byPlace));
  const shown = references.flatMap(({ path, ...rest }) => unrolledPaths(tree, path).map((place) => ({ ...rest, path: place })));
  const issue = (path: Path, message: string): Issue => issueAt({ path, anchor: "value", message }, source, file, flags);
  return ok({ scenario: checked.scenario, resolvedYaml: toResolvedYaml(checked.scenario, shown), issue });
}

interface FlagPlace {
  readonly path: Path;
  readonly flag: string;
}

interface Filling {
  readonly references: Reference[];
  readonly untyped: Path[];
  readonly fill: (text: string, path: Path) => string;
}

function applyOverrides(
  written: Tree,
  overrides: readonly Override[],
  { references, untyped, fill }: Filling,
): { readonly tree: Tree; readonly flags: readonly FlagPlace[]; readonly flagIssues: readonly Issue[] } {
  let tree = written;
  if (!isMap(written)) return { tree, flags: [], flagIssues: [] };
  const flags: FlagPlace[] = [];
  const flagIssues: Issue[] = [];
  const readValue = (text: string, path: Path): { readonly tree: Tree } | { readonly fault: string } => {
    forget(references, path);
    if (!/^\s*["'[{]/.test(text)) {
      untyped.push(path);
      return { tree: fill(text.trim(), path) };
    }
    const value = readYaml({ text, onText: (inner, below) => fill(inner, [...path, ...below]) });
    const fault = value.syntaxFaults[0]?.message ?? value.faults[0]?.message;
    return fault === undefined && value.tree !== undefined ? { tree: value.tree } : { fault: fault ?? "is not valid YAML" };
  };
  for (const override of overrides) {
    const applied = applyOverride(tree, override, readValue);
    tree = applied.tree;
    flags.push({ path: applied.path, flag: override.flag });
    if (applied.fault === undefined) continue;
    flagIssues.push({ source: override.flag, ...(applied.path.length > 0 && { path: formatPath(applied.path) }), message: applied.fault });
  }
  return { tree, flags, flagIssues };
}

/** What a flag replaces no longer comes from the environment. */
function forget(references: Reference[], path: Path): void {
  for (let index = references.length - 1; index >= 0; index--) {
    if (isBelow((references[index] as Reference).path, path)) references.splice(index, 1);
  }
}

interface Origins {
  readonly references: readonly Reference[];
  readonly untyped: readonly Path[];
}

function check(written: Tree, { references, untyped }: Origins): { readonly faults: readonly Fault[]; readonly scenario?: Scenario } {
  if (!isMap(written)) return { faults: [{ path: [], anchor: "value", message: "must be a scenario: a map that begins with version: 1" }] };
  const { tree: supported, faults: refused } = refuseUnsupported(written);
  const tree = withNumbers(supported, untyped);
  const show: Show = (path) => {
    const reference = references.find((candidate) => isBelow(candidate.path, path));
    const [section, field] = path;
    const written = valueAt(tree, path);
    if (section === "target" && (field === "auth" || field === "headers") && written !== undefined) return { text: "what is written there", secret: true };
    const isUrl = section === "target" && field === "url" && typeof written === "string";
    const text = reference?.shown ?? JSON.stringify(isUrl ? redactUrlText(written) : written) ?? "nothing";
    return { text: text.length > 80 ? `${text.slice(0, 77)}...` : text, secret: reference !== undefined };
  };
  const parsed = scenarioSchema.safeParse(tree);
  if (!parsed.success) {
    const found = schemaFaults(parsed.error.issues, tree, show);
    // A refused provider leaves its own fields behind; they are right, so only the refusal is reported.
    const explains = (fault: Fault, path: Path): boolean => isBelow(path, isDiscriminator(fault.path) ? fault.path.slice(0, -1) : fault.path);
    return { faults: [...refused, ...found.filter(({ path }) => !refused.some((fault) => explains(fault, path)))] };
  }
  const scenario = resolve(parsed.data, mapKeys(valueAt(tree, ["matrix"])));
  const faults = [...refused, ...crossFaults(parsed.data, scenario)];
  return faults.length > 0 ? { faults } : { faults, scenario };
}

/** Untyped text that looks like a number becomes one where the schema asks for a number, and stays text elsewhere. */
function withNumbers(tree: Tree, untyped: readonly Path[]): Tree {
  const numeric = untyped.filter((path) => {
    const value = valueAt(tree, path);
    return typeof value === "string" && /^[-+]?\d+(?:\.\d+)?$/.test(value);
  });
  if (numeric.length === 0) return tree;
  const wanted = scenarioSchema.safeParse(tree).error?.issues.filter(({ message }) => /\bnumbers?\b/.test(message)) ?? [];
  return numeric
    .filter((path) => wanted.some((issue) => isBelow(path, issue.path as Path)))
    .reduce<Tree>((rest, path) => {
      const typed = withValue(rest, path, Number(valueAt(rest, path)));
      return "tree" in typed ? typed.tree : rest;
    }, tree);
}

const mapKeys = (tree: Tree | undefined): readonly string[] => (isMap(tree) ? Object.keys(tree) : []);

const isDiscriminator = (path: Path): boolean => ["target.provider", "session.turnDetection.type"].includes(formatPath(path));

const samePlace = (a: Path, b: Path): boolean => a.length === b.length && isBelow(a, b);

function issueAt({ path, anchor, message }: Fault, source: string, file: YamlSource, flags: readonly FlagPlace[]): Issue {
  const named = path.length > 0 ? { path: formatPath(path) } : {};
  const isWritten = valueAt(file.tree, path) !== undefined;
  const flag = flags.findLast((candidate) => candidate.path.length > 0 && (isBelow(path, candidate.path) || (!isWritten && isBelow(candidate.path, path))));
  return flag ? { source: flag.flag, ...named, message } : { source, ...file.locate(path, anchor), ...named, message };
}

/** Flags first, then down the file. */
const byPlace = (a: Issue, b: Issue): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
