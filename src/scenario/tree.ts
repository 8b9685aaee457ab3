// A scenario as plain data before it is understood, and paths into it.

export type Scalar = string | number | boolean | null;
export type Tree = Scalar | readonly Tree[] | TreeMap;
export interface TreeMap {
  readonly [key: string]: Tree;
}
export type Path = readonly (string | number)[];

/** A fault at a place of the tree; parse.ts finds the file's line, or the flag, that the place came from. */
export interface Fault {
  readonly path: Path;
  /** Whether the name at the path is wrong or its value. */
  readonly anchor: "key" | "value";
  readonly message: string;
}

export const isMap = (tree: Tree | undefined): tree is TreeMap => typeof tree === "object" && tree !== null && !Array.isArray(tree);
export const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);

/** `caller.turns[0].say` */
export function formatPath(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

/** The parts of `caller.turns[0].say` or `caller.turns.0.say`; undefined where a part is empty or no name. */
export function parsePath(text: string): Path | undefined {
  const parts = text.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  if (!parts.every((part) => /^(?:[A-Za-z][\w-]*|\d{1,6})$/.test(part))) return undefined;
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export const isBelow = (path: Path, ancestor: Path): boolean => ancestor.every((part, index) => path[index] === part);

const child = (tree: Tree | undefined, part: string | number): Tree | undefined => {
  if (isList(tree)) return typeof part === "number" ? tree[part] : undefined;
  return isMap(tree) && Object.hasOwn(tree, part) ? tree[part] : undefined;
};

export const valueAt = (tree: Tree | undefined, path: Path): Tree | undefined => path.reduce(child, tree);

/** The tree with `value` at the path, maps made on the way; or why it can't be there. */
export function withValue(tree: Tree | undefined, path: Path, value: Tree): { readonly tree: Tree } | { readonly fault: string } {
  const [part, ...rest] = path;
  if (part === undefined) return { tree: value };
  if (tree !== undefined && !isMap(tree) && !isList(tree)) return { fault: "lies inside a value that has no fields of its own" };
  if (isList(tree)) {
    if (typeof part !== "number" || part >= tree.length) return { fault: `there is no ${part} in a list of ${tree.length} (the first is 0)` };
    const inner = withValue(tree[part], rest, value);
    return "fault" in inner ? inner : { tree: tree.with(part, inner.tree) };
  }
  const inner = withValue(child(tree, part), rest, value);
  return "fault" in inner ? inner : { tree: Object.fromEntries([...Object.entries(tree ?? {}), [part, inner.tree]]) };
}

/** The tree without what is at the path. */
export function withoutValue(tree: Tree, path: Path): Tree {
  const [part, ...rest] = path;
  if (part === undefined || child(tree, part) === undefined) return tree;
  if (rest.length > 0) {
    const changed = withValue(tree, [part], withoutValue(child(tree, part) as Tree, rest));
    return "fault" in changed ? tree : changed.tree;
  }
  if (isList(tree)) return tree.filter((_, index) => index !== part);
  return Object.fromEntries(Object.entries(tree as TreeMap).filter(([key]) => key !== part));
}

/** Where the text first stands in the tree. */
export function pathOf(tree: unknown, text: string): Path | undefined {
  if (tree === text) return [];
  if (typeof tree !== "object" || tree === null) return undefined;
  for (const [key, inner] of Object.entries(tree)) {
    const path = pathOf(inner, text);
    if (path) return [Array.isArray(tree) ? Number(key) : key, ...path];
  }
  return undefined;
}
