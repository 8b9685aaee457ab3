import assert from "node:assert/strict";
import { test } from "node:test";
import { createHistory, historyLimits, type Point } from "./history.ts";

const pointAt = (atMs: number): Point => ({ atMs, running: 1, unanswered: 0, failed: 0, tokens: 0, microUsd: 0, cells: [] });
const keptOf = (seconds: number, pointsMax?: number): readonly number[] => {
  const history = createHistory(pointsMax);
  for (let second = 0; second < seconds; second++) history.add(pointAt(second));
  return history.points().map(({ atMs }) => atMs);
};

test("every point is kept until there is no more room, then every other one", () => {
  assert.deepEqual(keptOf(7, 8), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(keptOf(8, 8), [0, 2, 4, 6]);
  assert.deepEqual(keptOf(13, 8), [0, 2, 4, 6, 8, 10, 12]);
  assert.deepEqual(keptOf(15, 8), [0, 4, 8, 12]);
});

test("however long a run is, its points are few and stand equally far apart", () => {
  for (const pointsMax of [8, 9, historyLimits.points])
    for (const seconds of [1, 599, 600, 601, 1_199, 3_600, 50_000]) {
      const kept = keptOf(seconds, pointsMax);
      assert.ok(kept.length < pointsMax, `${kept.length} points of ${seconds} s`);
      const steps = new Set(kept.slice(1).map((at, index) => at - (kept[index] ?? NaN)));
      assert.ok(steps.size <= 1, `${[...steps].join(", ")} s apart`);
      assert.ok(kept.length >= Math.min(seconds, pointsMax / 2) - 1);
    }
});
