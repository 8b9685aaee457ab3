// `extends: ./base.yaml`: a scenario's file and those that it rests upon, as layers. What a file says takes the place of what
// it extends: sections are put together field by field, lists and values replaced. Where a value stands tells which file it
// came from, because of a base only what nothing above it replaces is kept.

import type { Issue, Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { axes, axisOf, findAxis } from "./axes.ts";
import { createFilling, type Environment, type Filling, joinFilled, keepFilled } from "./environment.ts";
import { isSection } from "./field-shapes.ts";
import { withoutAxis, withoutForeignFields } from "./overrides.ts";
import { variants } from "./variants.ts";
import { type Fault, formatPath, isMap, parsePath, type Path, type Tree, valueAt, withoutValue } from "./tree.ts";
import { readYaml, type YamlSource } from "./yaml-source.ts";

export interface ScenarioFile {
  /** The file as the user named it, for messages. */
  readonly source: string;
  readonly text: string;
  /** Which file it is, whatever it is called. */
  readonly path?: string;
  /** Finds what this file extends: a path from it, or the name of a scenario. */
  readonly findBase?: (wanted: string) => Result<ScenarioFile>;
}

interface Layer {
  readonly source: string;
  readonly file: YamlSource;
  /** What of the file nothing above it replaces. */
  readonly tree: Tree;
  readonly filling: Filling;
}

export interface Layers {
  /** The file itself first, then what it extends, and so on. */
  readonly layers: readonly Layer[];
  /** Why some file could not be read, or is no map; the layers say nothing of the scenario then. */
  readonly unreadable: readonly Issue[];
  /** Faults of the syntax that leave the rest to be read, */
  readonly issues: readonly Issue[];
  /** and the places of which nothing else needs to be said. */
  readonly faulted: readonly Path[];
}

export function readLayers(first: ScenarioFile, env: Environment): Layers {
  const layers: Layer[] = [];
  const chain: ScenarioFile[] = [];
  const unreadable: Issue[] = [];
  const issues: Issue[] = [];
  const faulted: Path[] = [];
  let next: ScenarioFile | undefined = first;
  while (next !== undefined) {
    const current: ScenarioFile = next;
    next = undefined;
    chain.push(current);
    const { source } = current;
    const { filling, fill } = createFilling(env);
    const file = readYaml({ text: current.text, onText: fill });
    const placed = ({ path, anchor, message }: Fault): Issue => ({
      source,
      ...file.locate(path, anchor),
      ...(path.length > 0 && { path: formatPath(path) }),
      message,
    });
    const broken = [...file.syntaxFaults.map((fault): Issue => ({ source, ...fault })), ...file.faults.map(placed)];
    if (!isMap(file.tree)) {
      const noMap: Fault = { path: [], anchor: "value", message: "must be a scenario: a map that begins with version: 1" };
      unreadable.push(...(broken.length > 0 ? broken : [placed(noMap)]));
      break;
    }
    issues.push(...broken);
    faulted.push(...file.faults.map(({ path }) => path));
    const above = layers.map(({ tree }) => tree);
    layers.push(keepUncovered({ source, file, tree: withoutValue(file.tree, ["extends"]), filling }, above));
    const wanted = valueAt(file.tree, ["extends"]);
    if (wanted === undefined) break;
    const base = findBase(wanted, chain, filling);
    if ("fault" in base) unreadable.push(placed({ path: ["extends"], anchor: "value", message: base.fault }));
    else next = base.file;
  }
  return { layers, unreadable, issues, faulted };
}

/** The file that the last one of the chain extends, or why there is none. */
function findBase(wanted: Tree, chain: readonly ScenarioFile[], filling: Filling): { readonly file: ScenarioFile } | { readonly fault: string } {
  const last = chain.at(-1);
  if (filling.untyped.some(([section]) => section === "extends") || filling.faults.some(({ path }) => path[0] === "extends"))
    return { fault: "must be written out: which file it is can't depend on the environment" };
  if (typeof wanted !== "string" || wanted.trim() === "")
    return { fault: `must be a file such as ./base.yaml, or the name of a scenario, not ${JSON.stringify(wanted)}` };
  if (last?.findBase === undefined) return { fault: "can only be used in a file: there is nothing here that its path could start from" };
  const found = last.findBase(wanted);
  if (!found.ok) return { fault: found.issues.map(({ message }) => message).join("; ") };
  const names = [...chain, found.value].map(({ source }) => source).join(" extends ");
  if (chain.some(({ path }) => path === found.value.path)) return { fault: `goes round in a circle: ${names}` };
  if (chain.length >= limits.extendsDeep) return { fault: `is the ${chain.length + 1}th file upon the next; at most ${limits.extendsDeep}: ${names}` };
  return { file: found.value };
}

/** The layer without what those above it replace. */
function keepUncovered(layer: Layer, above: readonly Tree[]): Layer {
  const tree = above.reduce<Tree>((rest, covering) => uncovered(withoutReplacedKinds(rest, covering), covering, []) ?? {}, layer.tree);
  return { ...layer, tree, filling: above.length === 0 ? layer.filling : keepFilled(layer.filling, (path) => valueAt(tree, path) !== undefined) };
}

function uncovered(base: Tree, above: Tree | undefined, path: Path): Tree | undefined {
  if (above === undefined) return base;
  if (!isMap(base) || !isMap(above) || !isSection(path)) return undefined;
  const rest = Object.entries(base).flatMap(([key, value]) => {
    const left = uncovered(value, valueAt(above, [key]), [...path, key]);
    return left === undefined ? [] : [[key, left] as const];
  });
  return Object.fromEntries(rest);
}

/** Another kind of target or turn detection leaves the old kind's fields behind, and a field's value or axis its old axis. */
function withoutReplacedKinds(base: Tree, above: Tree): Tree {
  const ofKinds = variants.reduce<Tree>((rest, { path, key }) => {
    const kind = valueAt(above, [...path, key]);
    return typeof kind === "string" ? withoutForeignFields(rest, [...path, key], kind) : rest;
  }, base);
  const written = valueAt(base, ["matrix"]);
  const others = Object.keys(isMap(written) ? written : {}).flatMap((name) => (findAxis(name) ? [] : (axisOf(name) ?? [])));
  return [...axes, ...others].reduce<Tree>((rest, axis) => {
    const places = [parsePath(axis.path) ?? [], ["matrix", axis.path], ...(axis.short === undefined ? [] : [["matrix", axis.short]])];
    return places.some((place) => valueAt(above, place) !== undefined) ? withoutAxis(rest, axis) : rest;
  }, ofKinds);
}

/** All layers as one tree. */
export const joinLayers = (layers: readonly Layer[]): Tree => layers.toReversed().reduce<Tree>((joined, { tree }) => united(joined, tree), {});

function united(base: Tree | undefined, above: Tree): Tree {
  if (!isMap(base) || !isMap(above)) return above;
  const inner = Object.entries(above).map(([key, value]) => [key, united(valueAt(base, [key]), value)] as const);
  return Object.fromEntries([...Object.entries(base), ...inner]);
}

export const fillingOf = (layers: readonly Layer[]): Filling => joinFilled(layers.map(({ filling }) => filling));

/** The file, line and column where the path is written, or the nearest part of it that is. */
export function placeInLayers(layers: readonly Layer[], { path, anchor }: Fault): Pick<Issue, "source" | "line" | "column"> | undefined {
  for (let length = path.length; length >= 0; length--) {
    const layer = layers.find(({ tree }) => valueAt(tree, path.slice(0, length)) !== undefined);
    if (layer) return { source: layer.source, ...layer.file.locate(path, anchor) };
  }
  return undefined;
}
