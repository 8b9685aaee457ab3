// Scenarios as people get them wrong: one that ships, with pieces changed, moved, doubled, taken away or replaced by oddities.

import fc from "fast-check";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Values that belong somewhere, values that belong nowhere, and values that broke somebody's parser once. */
const oddScalars: readonly Json[] = [...oddTexts(), 0, 1, -1, 20, 0.5, 1e21, 2 ** 53, Number.MAX_VALUE, true, false, null];
function oddTexts(): readonly string[] {
  const usual = "low hihg none manual 2s 0 20ms order-status delay:80ms compatible ws://127.0.0.1:9/v1".split(" ");
  const references = "${env:A} x${env:A}y ${env:MISSING} ${env:B:-20} ${env: ${env:A ${env:A:-${env:B}}".split(" ");
  const yaml = "__proto__ constructor ~ y 0x1F 1_000 .inf 2026-01-01 !!str *a".split(" ");
  return [...usual, ...references, ...yaml, "", " ", "\u0000", "\ud83d", "é\n\t", "a".repeat(300)];
}
const oddMaps: readonly Json[] = [{}, { say: "yes" }, { uniform: [1, 2] }, { lognormal: { median: 5, sigma: 1 } }, { uniform: [2, 1] }];
const oddLists: readonly Json[] = [[], [[[[]]]], [1, "a"], ["low", "high"], [20, 40]];
const oddNames = [
  "say",
  "efort",
  "effort",
  "frameMs",
  "session",
  "target",
  "url",
  "profile",
  "extends",
  "type",
  "silenceMs",
  "load.duration",
  "load.calls",
  "load.stages[0].sessions",
  "target.faults",
  "turns",
  "constructor",
  "toString",
  "0",
  "",
];

type Change =
  | { readonly type: "replace" | "addItem" | "shuffle" | "remove" | "double"; readonly at: number; readonly value: Json }
  | { readonly type: "addField"; readonly at: number; readonly name: string; readonly value: Json }
  | { readonly type: "move"; readonly at: number; readonly from: number };

const place = fc.nat({ max: 999 });
const value = fc.oneof(fc.constantFrom(...oddScalars, ...oddMaps, ...oddLists), fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constantFrom("replace", "addItem", "shuffle", "remove", "double"), at: place, value }),
  fc.record({ type: fc.constant("addField"), at: place, name: fc.oneof(fc.constantFrom(...oddNames), fc.string({ maxLength: 8 })), value }),
  fc.record({ type: fc.constant("move"), at: place, from: place }),
);

/** One of `trees` after one to five changes, each somewhere in it. */
export const mutatedScenario = (trees: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...trees), fc.array(change, { minLength: 1, maxLength: 5 }))
    .map(([tree, changes]) => changes.reduce<Json>((changed, one) => apply(changed, one), tree as Json));

type Path = readonly (string | number)[];

function pathsIn(tree: Json, path: Path = []): readonly Path[] {
  if (typeof tree !== "object" || tree === null) return [path];
  const entries = Array.isArray(tree) ? [...(tree as readonly Json[]).entries()] : Object.entries(tree as Readonly<Record<string, Json>>);
  return [path, ...entries.flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

function apply(tree: Json, change: Change): Json {
  const paths = pathsIn(tree);
  const pathAt = (index: number): Path => paths[index % paths.length] ?? [];
  const at = pathAt(change.at);
  switch (change.type) {
    case "replace":
      return changeAt(tree, at, () => change.value);
    case "remove":
      return changeAt(tree, at, () => undefined);
    case "addItem":
      return changeAt(tree, at, (old) => (isList(old) ? [...old, change.value] : old));
    case "shuffle":
      return changeAt(tree, at, (old) => (isList(old) ? old.toReversed() : old));
    case "double":
      return changeAt(tree, at, (old) => (isList(old) ? [...old, ...old] : [old, old]));
    case "addField":
      return changeAt(tree, at, (old) => (isMap(old) ? { ...old, [change.name]: change.value } : { [change.name]: old }));
    case "move":
      return changeAt(tree, at, () => pathAt(change.from).reduce<Json>((inner, part) => child(inner, part), tree));
  }
}

const isList = (tree: Json): tree is readonly Json[] => Array.isArray(tree);
const isMap = (tree: Json): tree is { readonly [key: string]: Json } => typeof tree === "object" && tree !== null && !Array.isArray(tree);
const child = (tree: Json, part: string | number): Json => (tree as Readonly<Record<string | number, Json>>)[part] ?? null;

function changeAt(tree: Json, [part, ...rest]: Path, make: (old: Json) => Json | undefined): Json {
  if (part === undefined) return make(tree) ?? null;
  const changed = rest.length === 0 ? make(child(tree, part)) : changeAt(child(tree, part), rest, make);
  if (isList(tree)) return tree.flatMap((item, index) => (index !== part ? [item] : changed === undefined ? [] : [changed]));
  return Object.fromEntries(
    Object.entries(tree as Readonly<Record<string, Json>>).flatMap(([key, old]) =>
      key !== part ? [[key, old]] : changed === undefined ? [] : [[key, changed]],
    ),
  );
}
