// YAML text to plain data, with the way back: the line and column of every key and value.

import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import type { Fault, Path, Tree } from "./tree.ts";

/** A scenario is a page of text; a tree of this size is a mistake, or aliases that multiply. */
const mostNodes = 20_000;
const deepest = 40;

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlSource {
  /** Absent where the text is no YAML, or too much of it. */
  readonly tree?: Tree;
  /** Faults of the syntax, each with its own place. */
  readonly syntaxFaults: readonly (Place & { readonly message: string })[];
  /** Faults of the tree, for example a list as a key. */
  readonly faults: readonly Fault[];
  /** The path's place, or that of its nearest ancestor which is written. */
  locate(path: Path, anchor: Fault["anchor"]): Place;
}

export interface ReadYamlOptions {
  readonly text: string;
  /** Called for every text value; what it returns takes its place. */
  readonly onText: (text: string, path: Path) => string;
}

export function readYaml({ text, onText }: ReadYamlOptions): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // After the first real error the parser has lost its way, and what it finds then are echoes.
  const firstReal = document.errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  const errors = firstReal === -1 ? [...document.errors, ...document.warnings] : document.errors.slice(0, firstReal + 1);
  const syntaxFaults = errors.map(({ code, message, pos }) => ({
    ...placeOf(pos[0]),
    message: code === "DUPLICATE_KEY" ? `${keyAt(text, pos[0])} is written twice in the same map` : `is not valid YAML: ${sentence(code, message)}`,
  }));
  const root = document.contents as Node | null;
  const locate = (path: Path, anchor: Fault["anchor"]): Place => placeOf(offsetOf(root, path, anchor));
  // With a key written twice the rest of the tree can still be trusted; after any other syntax error it can't.
  if (firstReal !== -1) return { syntaxFaults, faults: [], locate };

  const faults: Fault[] = [];
  let nodes = 0;
  let tooLarge = false;
  function read(node: unknown, path: Path): Tree {
    nodes++;
    if (nodes > mostNodes || path.length > deepest) tooLarge = true;
    if (tooLarge) return null;
    if (isAlias(node)) return read(node.resolve(document), path);
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index]));
    if (isMap(node)) return Object.fromEntries(node.items.flatMap((pair) => readPair(pair, path)));
    if (!isScalar(node)) return null;
    if (typeof node.value === "string") return onText(node.value, path);
    return typeof node.value === "number" || typeof node.value === "boolean" ? node.value : null;
  }
  function readPair(pair: Pair, path: Path): readonly (readonly [string, Tree])[] {
    const key = keyOf(pair);
    if (key !== undefined) return [[key, read(pair.value, [...path, key])]];
    faults.push({ path, anchor: "value", message: "has a key that is not a plain word" });
    return [];
  }
  const tree = read(root, []);
  if (tooLarge) return { syntaxFaults, faults: [{ path: [], anchor: "value", message: "is too large or too deep for a scenario" }], locate };
  return { tree, syntaxFaults, faults, locate };
}

const sentence = (code: string, message: string): string => {
  if (code === "MULTIPLE_DOCS") return "a file holds one scenario, so there may be no second document after ---";
  return message.charAt(0).toLowerCase() + message.slice(1);
};

const keyAt = (text: string, offset: number): string => /^[^\s:]+/.exec(text.slice(offset, offset + 80))?.[0] ?? "a key";

function keyOf(pair: unknown): string | undefined {
  const key = isPair(pair) && isScalar(pair.key) ? pair.key.value : undefined;
  return typeof key === "string" || typeof key === "number" || typeof key === "boolean" ? String(key) : undefined;
}

/** Where the deepest part of the path that is written begins in the text. */
function offsetOf(root: Node | null, path: Path, anchor: Fault["anchor"]): number {
  let node: unknown = root;
  let keyOffset = root?.range?.[0] ?? 0;
  let valueOffset = keyOffset;
  for (const part of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => keyOf(item) === String(part));
      if (!pair) return keyOffset;
      keyOffset = (pair.key as Node).range?.[0] ?? keyOffset;
      next = pair.value;
    } else if (isSeq(node)) {
      next = typeof part === "number" ? node.items[part] : undefined;
      if (next === undefined) return keyOffset;
      keyOffset = (next as Node).range?.[0] ?? keyOffset;
    } else return keyOffset;
    valueOffset = (next as Node | null)?.range?.[0] ?? keyOffset;
    node = next;
  }
  return anchor === "key" ? keyOffset : valueOffset;
}
