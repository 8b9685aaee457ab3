import assert from "node:assert/strict";
import { test } from "node:test";
import { clips, scenarioWith } from "../testing/scenario.ts";
import { cellsOf } from "./matrix.ts";
import { planOf } from "./plan.ts";

const head = scenarioWith({ network: "delay:80ms", load: { model: "closed", sessions: 12, calls: 1 } });
const scenario = { ...head, network: "none", arms: { a: "a.yaml", b: "b.yaml", other: head, differences: [] } };

test("both arms are cells of one run, each with its own settings", () => {
  assert.deepEqual(
    cellsOf(scenario).map(({ id, axes, settings }) => [id, axes, settings.network, settings.arms]),
    [
      ["arm=A", { arm: "A" }, "none", undefined],
      ["arm=B", { arm: "B" }, "delay:80ms", undefined],
    ],
  );
  const matrix = { "session.effort": ["low", "high"] };
  const ids = cellsOf({ ...scenario, matrix, arms: { ...scenario.arms, other: { ...head, matrix } } }).map(({ id }) => id);
  assert.deepEqual(ids, ["arm=A,effort=low", "arm=A,effort=high", "arm=B,effort=low", "arm=B,effort=high"]);
});

test("their calls come in blocks of one of each, in either order", () => {
  const { groups } = planOf(scenario, clips);
  const arms = groups.flatMap(({ calls }) => calls.map(({ cell }) => cell.axes["arm"]));
  const blocks = Array.from({ length: arms.length / 2 }, (_, index) => arms.slice(2 * index, 2 * index + 2).join(""));
  assert.equal(blocks.length, 12);
  assert.deepEqual([...new Set(blocks)].toSorted(), ["AB", "BA"]);
});
