import assert from "node:assert/strict";
import { test } from "node:test";
import { clips, scenarioWith } from "../testing/scenario.ts";
import { planOf } from "./plan.ts";

const twoByTwo = { "session.effort": ["low", "high"], "session.frameMs": [20, 40] };
const load = { model: "closed", sessions: 10, calls: 1 } as const;

test("every combination of the axes is a cell with its values in place", () => {
  const { cells } = planOf(scenarioWith({ matrix: twoByTwo }), clips);
  assert.deepEqual(
    cells.map((cell) => cell.id),
    ["effort=low,frameMs=20", "effort=low,frameMs=40", "effort=high,frameMs=20", "effort=high,frameMs=40"],
  );
  assert.deepEqual(
    cells.map(({ settings: { session } }) => [session.effort, session.frameMs]),
    [
      ["low", 20],
      ["low", 40],
      ["high", 20],
      ["high", 40],
    ],
  );
});

test("calls come in permuted blocks of one call of every cell", () => {
  const plan = planOf(scenarioWith({ matrix: twoByTwo, load }), clips);
  const calls = plan.groups[0]?.calls ?? [];
  assert.equal(plan.order, "blocks");
  assert.equal(calls.length, 40);
  const blocks = Array.from({ length: 10 }, (_, block) => calls.slice(block * 4, block * 4 + 4));
  blocks.forEach((block, session) => {
    assert.equal(new Set(block.map((call) => call.cell.id)).size, 4);
    assert.ok(block.every((call) => call.session === session));
  });
  assert.ok(new Set(blocks.map((block) => block.map((call) => call.cell.id).join())).size > 3);
  assert.equal(plan.groups[0]?.concurrency, 10);
});

test("an axis that changes the machine's load runs cell after cell", () => {
  const plan = planOf(scenarioWith({ matrix: { "session.frameMs": [10, 100] }, load }), clips);
  assert.equal(plan.order, "serial");
  assert.deepEqual(
    plan.groups.map((group) => new Set(group.calls.map((call) => call.cell.id)).size),
    [1, 1],
  );
});

test("the same seed gives the same plan, another seed another", () => {
  const thinking = scenarioWith({ matrix: twoByTwo, load, caller: { thinkMs: { uniform: [300, 900] } } as never });
  assert.deepEqual(planOf(thinking, clips), planOf(thinking, clips));
  assert.notDeepEqual(planOf({ ...thinking, seed: 2 }, clips), planOf(thinking, clips));
});

test("efforts and frame sizes are compared on the same calls: a caller thinks alike in every cell", () => {
  const thinking = scenarioWith({ matrix: twoByTwo, load, caller: { thinkMs: { uniform: [300, 900] } } as never });
  const bySession = Map.groupBy(planOf(thinking, clips).groups[0]?.calls ?? [], (call) => call.session);
  for (const calls of bySession.values()) assert.equal(new Set(calls.map((call) => call.turns.map((turn) => turn.thinkUs).join())).size, 1);
});

test("callers' frame phases and starts are spread", () => {
  const { groups } = planOf(scenarioWith({ load: { ...load, sessions: 200 } }), clips);
  const phases = (groups[0]?.calls ?? []).map((call) => call.framePhaseUs).toSorted((a, b) => a - b);
  const gaps = phases.slice(1).map((phase, index) => phase - (phases[index] as number));
  assert.ok(Math.max(...gaps) < 20_000 / 100);
  assert.equal(groups[0]?.startOffsetsUs.at(-1), 995_000);
});

test("an effort for one turn holds in that turn alone", () => {
  const turns = [{ say: "hello" }, { say: "hello", effort: "high" }, { say: "hello" }] as const;
  const planned = planOf(scenarioWith({ caller: { turns } as never }), clips).groups[0]?.calls[0]?.turns ?? [];
  assert.deepEqual(
    planned.map((turn) => turn.effort),
    ["low", "high", "low"],
  );
});
