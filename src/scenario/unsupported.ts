// Parts of the scenario language that this version does not do, or that it has in another place. They are recognised, so that
// nobody takes a field that is refused for a typing mistake, or one that is ignored for one that works.

import { type Fault, isList, type Path, type Tree, valueAt, withoutValue } from "./tree.ts";

interface Unsupported {
  /** `*` stands for every item of a list. */
  readonly path: string;
  /** Only these values; without them, the field whatever it holds. */
  readonly values?: readonly string[];
  /** What is not supported, with its verb. */
  readonly what: string;
}

const unsupported: readonly Unsupported[] = [
  { path: "session.inputFormat", values: ["pcm16k"], what: "audio at 16 kHz, which the API refuses as well, is" },
  { path: "session.outputFormat", values: ["pcm16k"], what: "audio at 16 kHz, which the API refuses as well, is" },
  { path: "session.kind", values: ["transcription", "translation"], what: "transcription and translation sessions are" },
  { path: "session.targetLanguage", what: "translation is" },
];

/** Names that are looked for where no such field is, and where the language has it. */
const elsewhere: Readonly<Record<string, string>> = {
  "load.rate": "is not a field here: write how calls come, model: open with arrivals: {constant: {ratePerS: 2}}",
  expectations: "is not a field here: what a turn's answer must be stands with the turn, caller.turns[0].expect: {answeredWithinMs: 3000}",
};

function placesOf(tree: Tree | undefined, pattern: readonly string[], path: Path = []): readonly Path[] {
  const [part, ...rest] = pattern;
  if (part === undefined) return tree === undefined ? [] : [path];
  if (part === "*") return isList(tree) ? tree.flatMap((item, index) => placesOf(item, rest, [...path, index])) : [];
  return placesOf(valueAt(tree, [part]), rest, [...path, part]);
}

/** The refused fields as faults, and the tree without them, so that the rest is still checked. */
export function refuseUnsupported(tree: Tree): { readonly tree: Tree; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  let rest = tree;
  for (const { path: pattern, values, what } of unsupported) {
    for (const path of placesOf(tree, pattern.split("."))) {
      const value = valueAt(tree, path);
      if (values && !(typeof value === "string" && values.includes(value))) continue;
      faults.push({ path, anchor: values ? "value" : "key", message: `${what} not supported in this version` });
      rest = withoutValue(rest, path);
    }
  }
  for (const [name, message] of Object.entries(elsewhere)) {
    const path = name.split(".");
    if (valueAt(tree, path) === undefined) continue;
    faults.push({ path, anchor: "key", message });
    rest = withoutValue(rest, path);
  }
  return { tree: rest, faults };
}
