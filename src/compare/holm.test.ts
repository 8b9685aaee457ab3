import assert from "node:assert/strict";
import { test } from "node:test";
import { holm } from "./holm.ts";

const table: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [[0.04], [0.04]],
  [
    [0.01, 0.04, 0.03],
    [0.03, 0.06, 0.06],
  ],
  [
    [0.5, 0.9],
    [1, 1],
  ],
];
for (const [given, adjusted] of table) {
  test(`p-values ${given.join(", ") || "(none)"} become ${adjusted.join(", ") || "(none)"}`, () => assert.deepEqual(holm(given), adjusted));
}
