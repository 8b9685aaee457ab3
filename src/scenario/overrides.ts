// Flags laid over the written scenario: a value takes the field's place, a comma list on an axis becomes that axis.

import { type Axis, axisName, axisOf, findAxis, splitAxisValues } from "./axes.ts";
import { formatPath, isMap, parsePath, type Path, type Tree, valueAt, withoutValue, withValue } from "./tree.ts";
import { foreignFields, variants } from "./variants.ts";

export interface Override {
  /** A full path, or the short name of an axis. */
  readonly path: string;
  readonly value: string;
  /** As the user wrote it, for messages: `--effort`, `--set`. */
  readonly flag: string;
}

/** What a flag did: where, or why it could not. */
export interface Applied {
  readonly tree: Tree;
  readonly path: Path;
  readonly fault?: string;
}

/** Reads a flag's text into plain data: references filled in, lists, maps and quoted text as YAML has them. */
export type ReadValue = (text: string, path: Path) => { readonly tree: Tree } | { readonly fault: string };

export function applyOverride(tree: Tree, override: Override, readValue: ReadValue): Applied {
  const named = override.path.startsWith("matrix.") ? axisOf(override.path.slice("matrix.".length)) : undefined;
  const axis = named ?? listedAxis(override.path);
  const path = named ? matrixPath(named) : parsePath(axis?.path ?? override.path);
  if (!path) return { tree, path: [], fault: `${override.path} is not the path of a field, such as session.frameMs` };
  if (path[0] === "extends") return { tree, path, fault: "can only be written in a scenario's own file" };
  if (override.value.trim() === "") return { tree, path, fault: "needs a value" };
  if (!axis || /^\s*[[{]/.test(override.value))
    return setValue(axis ? withoutAxis(tree, axis) : withoutValue(tree, ["matrix", formatPath(path)]), path, override.value, readValue);

  const values = splitAxisValues(axis, override.value);
  if (values.length > 1 || named) return setList(withoutAxis(tree, axis), axis, values, readValue);
  return setValue(withoutAxis(withoutForeignFields(tree, path, override.value), axis), path, override.value, readValue);
}

type NamedAxis = Pick<Axis, "short" | "path">;

/** The axis that a comma list makes: of other fields than these a comma may be part of the text. */
function listedAxis(name: string): NamedAxis | undefined {
  const axis = axisOf(name);
  return findAxis(name) ?? (axis && /^(?:load|target)\./.test(axis.path) ? axis : undefined);
}

const matrixPath = (axis: NamedAxis): Path => ["matrix", axisName(axis)];

/** An axis below would win over a single value above it in every cell; so the single value takes the axis away. */
export function withoutAxis(tree: Tree, axis: NamedAxis): Tree {
  return [axis.short, axis.path].reduce<Tree>((rest, name) => (name === undefined ? rest : withoutValue(rest, ["matrix", name])), tree);
}

/** `--set target.provider=compatible` is asked for without the embedded target's own fields. */
export function withoutForeignFields(tree: Tree, path: Path, value: string): Tree {
  const variant = variants.find((candidate) => formatPath([...candidate.path, candidate.key]) === formatPath(path));
  if (!variant) return tree;
  return foreignFields(variant, value.trim()).reduce<Tree>((rest, key) => withoutValue(rest, [...variant.path, key]), tree);
}

function setValue(tree: Tree, path: Path, text: string, readValue: ReadValue): Applied {
  const read = readValue(text, path);
  if ("fault" in read) return { tree, path, fault: read.fault };
  const set = withValue(withoutForeignFields(tree, path, text), path, read.tree);
  return "fault" in set ? { tree, path, fault: set.fault } : { tree: set.tree, path };
}

function setList(tree: Tree, axis: NamedAxis, texts: readonly string[], readValue: ReadValue): Applied {
  const path = matrixPath(axis);
  const values: Tree[] = [];
  for (const [index, text] of texts.entries()) {
    const read = readValue(text, [...path, index]);
    if ("fault" in read) return { tree, path, fault: read.fault };
    values.push(read.tree);
  }
  const matrix = valueAt(tree, ["matrix"]);
  const set = withValue(tree, ["matrix"], { ...(isMap(matrix) ? matrix : {}), [axisName(axis)]: values });
  return "fault" in set ? { tree, path, fault: set.fault } : { tree: set.tree, path };
}
