import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallGroup } from "../plan/plan.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { marksAt } from "./row-marks.ts";

const group: CallGroup = { calls: [], concurrency: 1, startOffsetsUs: [], warmUpUs: 1_000, stageEndsUs: [3_000, 5_000] };
const call = callOf(scenarioWith());

const table: readonly (readonly [number, object])[] = [
  [999, { warmUp: true }],
  [1_000, { stage: 1 }],
  [2_999, { stage: 1 }],
  [3_000, { stage: 2 }],
  [5_001, { stage: 2 }],
];

for (const [atUs, marks] of table) test(`a turn at ${atUs} belongs to ${JSON.stringify(marks)}`, () => assert.deepEqual(marksAt(group, call, atUs), marks));

test("a plain load marks nothing, and a warm-up call and a repeat are marked whenever they come", () => {
  const plain = { calls: [], concurrency: 1, startOffsetsUs: [] };
  assert.deepEqual(marksAt(plain, call, 0), {});
  assert.deepEqual(marksAt(plain, { ...call, warmUp: true, repeat: 2 }, 10_000_000), { warmUp: true, repeat: 2 });
});
