// YAML text to plain data, with the way back: the line and column of every key and value.

import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from "yaml";
import { limits } from "../core/limits.ts";
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
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = documentOf(text, lines);
  if (document === undefined) return { syntaxFaults: [], faults: [tooLargeFault], locate: () => ({ line: 1, column: 1 }) };
  const root = document.contents as Node | null;
  const locate = (path: Path, anchor: Fault["anchor"]): Place => placeOf(offsetOf(root, path, anchor));
  // After the first error the parser has lost its way, and what it finds then are echoes.
  const error = document.errors[0];
  const warnings = error ? [error] : document.warnings;
  const syntaxFaults = warnings.map(({ code, message, pos }) => ({ ...placeOf(pos[0]), message: `is not valid YAML: ${sentence(code, message)}` }));
  if (error) return { syntaxFaults, faults: [], locate };

  const read = readTree({ root, onText });
  const twice = read.writtenTwice.map((pair) => ({
    ...placeOf((pair.key as Node).range?.[0] ?? 0),
    message: `${keyOf(pair)} is written twice in the same map`,
  }));
  if (read.tree === undefined) return { syntaxFaults, faults: [tooLargeFault], locate };
  return { tree: read.tree, syntaxFaults: [...syntaxFaults, ...twice], faults: read.faults, locate };
}

/** Undefined where the text is too much for a scenario. */
function documentOf(text: string, lineCounter: LineCounter): Document | undefined {
  if (text.length > limits.scenarioChars) return undefined;
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error", uniqueKeys: false });
    return document.errors.some(({ message }) => /call stack/.test(message)) ? undefined : document;
  } catch (error) {
    // The parser descends with the nesting: what no stack holds is no scenario.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface ReadTree {
  /** Undefined where it is too large or too deep. */
  readonly tree: Tree | undefined;
  readonly faults: readonly Fault[];
  /** The later pairs of a key that a map holds twice. */
  readonly writtenTwice: readonly Pair[];
}

function readTree({ root, onText }: { readonly root: Node | null; readonly onText: ReadYamlOptions["onText"] }): ReadTree {
  const faults: Fault[] = [];
  const writtenTwice = new Set<Pair>();
  /** An alias stands for the last node before it that bears its name; the tree is read in the order of the text. */
  const anchors = new Map<string, Node>();
  let nodes = 0;
  let tooLarge = false;
  function read(node: unknown, path: Path): Tree {
    nodes++;
    if (nodes > mostNodes || path.length > deepest) tooLarge = true;
    if (tooLarge) return null;
    if (isAlias(node)) return readAlias(node.source, path);
    if (isNode(node) && "anchor" in node && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index]));
    if (isMap(node)) return readMap(node, path);
    if (!isScalar(node)) return null;
    if (typeof node.value === "string") return onText(node.value, path);
    if (typeof node.value === "number" || typeof node.value === "boolean" || node.value === null) return node.value;
    faults.push({ path, anchor: "value", message: "is neither text, a number, true, false nor null" });
    return null;
  }
  function readAlias(name: string, path: Path): Tree {
    const node = anchors.get(name);
    if (node !== undefined) return read(node, path);
    faults.push({ path, anchor: "value", message: `*${name} stands for what &${name} names, and nothing before it bears that name` });
    return null;
  }
  function readMap(map: YAMLMap, path: Path): Tree {
    const read = new Map<string, Tree>();
    for (const pair of map.items) {
      const key = keyOf(pair);
      if (key === undefined || key === "__proto__") {
        faults.push({
          path,
          anchor: "value",
          message: key === undefined ? "has a key that is not a plain word" : "has a key that no field may have: __proto__",
        });
        continue;
      }
      if (read.has(key)) writtenTwice.add(pair);
      read.set(key, readValue(pair, [...path, key]));
    }
    return Object.fromEntries(read);
  }
  const readValue = (pair: Pair, path: Path): Tree => {
    if (isNode(pair.key) && "anchor" in pair.key && typeof pair.key.anchor === "string") anchors.set(pair.key.anchor, pair.key);
    return read(pair.value, path);
  };
  const tree = read(root, []);
  return { tree: tooLarge ? undefined : tree, faults, writtenTwice: [...writtenTwice] };
}

const tooLargeFault: Fault = { path: [], anchor: "value", message: "is too large or too deep for a scenario" };

const sentence = (code: string, message: string): string => {
  if (code === "MULTIPLE_DOCS") return "a file holds one scenario, so there may be no second document after ---";
  return message.charAt(0).toLowerCase() + message.slice(1);
};

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
