import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Load } from "../scenario/load.ts";
import { clips, scenarioWith } from "../testing/scenario.ts";
import { planOf, type PlannedCall } from "./plan.ts";
import { segmentOf } from "./segment.ts";

const closed: Load = { model: "closed", sessions: 4, calls: 1 };
const open: Load = { model: "open", sessions: 9, calls: 1, maxSessions: 9, arrivals: { poisson: { ratePerS: 5 } }, durationMs: 20_000 };
const efforts = { "session.effort": ["low", "high"] };
const thinking = { thinkMs: { uniform: [300, 900] } } as const;
const groupsOf = (load: Load, matrix: Readonly<Record<string, readonly string[]>> = {}) =>
  planOf(scenarioWith({ load, matrix, caller: thinking }), clips).groups;
const nameOf = ({ cell, session, call }: PlannedCall): string => `${cell.id}/${session}/${call}`;

test("an open load has an instant for every call, and its cells take turns at them", () => {
  const [group] = groupsOf(open, efforts);
  assert.ok(group && group.calls.length > 60);
  assert.equal(group.startOffsetsUs.length, group.calls.length);
  assert.deepEqual([group.maxSessions, group.concurrency], [9, 9]);
  for (let block = 0; block + 1 < group.calls.length; block += 2)
    assert.equal(new Set(group.calls.slice(block, block + 2).map((call) => call.cell.id)).size, 2);
});

test("the stages of a closed load: newcomers start at their stage's beginning, and the last to come leave when it has fewer", () => {
  const stages = [2, 5, 1].map((sessions) => ({ sessions, forMs: 10_000 }));
  const [group] = groupsOf({ ...closed, stages, startOverMs: 1_000 });
  assert.deepEqual(group?.startOffsetsUs, [0, 500_000, 10_000_000, 10_333_333, 10_666_667]);
  assert.deepEqual(
    group.calls.map((call) => call.untilUs),
    [undefined, 20_000_000, 20_000_000, 20_000_000, 20_000_000],
  );
  assert.deepEqual([group.windowEndUs, group.stageEndsUs, group.concurrency], [30_000_000, [10_000_000, 20_000_000, 30_000_000], 5]);
});

const measured = (call: PlannedCall): unknown => [nameOf(call), call.turns];

test("warm-up callers and calls come first, and what is measured is what it was without them", () => {
  const plain = groupsOf({ ...closed, calls: 2 }, efforts)[0]?.calls.map(measured) ?? [];
  for (const warmUp of [{ sessions: 3 }, { calls: 1 }]) {
    const calls = groupsOf({ ...closed, calls: 2, warmUp }, efforts)[0]?.calls ?? [];
    const warm = calls.filter((call) => call.warmUp);
    assert.equal(warm.length, "sessions" in warmUp ? 6 : 8);
    assert.deepEqual(calls.slice(0, warm.length), warm);
    assert.deepEqual(calls.slice(warm.length).map(measured), plain);
    assert.equal(new Set(calls.map(nameOf)).size, calls.length);
  }
});

test("a warm-up by time comes before the window", () => {
  const [group] = groupsOf({ ...closed, durationMs: 30_000, startOverMs: 2_000, warmUp: { durationMs: 5_000 } });
  assert.deepEqual([group?.warmUpUs, group?.windowEndUs], [7_000_000, 37_000_000]);
});

test("repeats are groups of their own, of the same size, with callers and draws of their own", () => {
  for (const load of [closed, { ...closed, durationMs: 9_000, stages: [{ sessions: 3, forMs: 9_000 }] }, open]) {
    const groups = groupsOf({ ...load, repeat: 3 }, efforts);
    assert.equal(groups.length, 3);
    groups.forEach((group, index) => assert.ok(group.calls.every((call) => call.repeat === index + 1)));
    const calls = groups.flatMap((group) => group.calls);
    assert.equal(new Set(calls.map(nameOf)).size, calls.length);
    assert.notDeepEqual(groups[0]?.calls[0]?.turns, groups[1]?.calls[0]?.turns);
  }
});

test("serial order on demand: one group a cell", () => {
  assert.deepEqual(
    groupsOf({ ...closed, order: "serial" }, efforts).map((group) => new Set(group.calls.map((call) => call.cell.id)).size),
    [1, 1],
  );
});

const loads: fc.Arbitrary<Load> = fc.oneof(
  fc.record({ sessions: fc.integer({ min: 1, max: 30 }), calls: fc.integer({ min: 1, max: 3 }) }).map((more) => ({ model: "closed", ...more }) as const),
  fc
    .array(fc.record({ sessions: fc.integer({ min: 1, max: 20 }), forMs: fc.integer({ min: 1_000, max: 9_000 }) }), { minLength: 1, maxLength: 4 })
    .map((stages) => ({
      ...closed,
      stages,
    })),
  fc.record({ ratePerS: fc.double({ min: 0.5, max: 9, noNaN: true }) }).map((poisson) => ({ ...open, arrivals: { poisson } })),
);

test("parts of a plan are together the plan: every call once, at its instant, with its draws, whatever the load and the seed", () => {
  fc.assert(
    fc.property(loads, fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 7 }), (load, seed, of) => {
      const whole = planOf(scenarioWith({ load, seed, matrix: efforts, caller: thinking }), clips);
      const parts = Array.from({ length: of }, (_, index) => segmentOf(whole, { part: index + 1, of }));
      const timed = (plan: typeof whole) =>
        plan.groups.flatMap((group, index) => group.calls.map((call, place) => ({ index, call, atUs: group.startOffsetsUs[place] })));
      const byOrder = (calls: ReturnType<typeof timed>) => calls.toSorted((a, b) => a.call.order - b.call.order);
      assert.deepEqual(byOrder(parts.flatMap(timed)), byOrder(timed(whole)));
      const sumOf = (count: (group: (typeof whole.groups)[number]) => number): number =>
        parts.flatMap((part) => part.groups).reduce((sum, group) => sum + count(group), 0);
      assert.equal(
        sumOf((group) => group.concurrency),
        whole.groups.reduce((sum, group) => sum + group.concurrency, 0),
      );
      assert.equal(
        parts.reduce((sum, part) => sum + (part.turnsPlanned ?? 0), 0),
        whole.turnsPlanned ?? 0,
      );
    }),
    { numRuns: 60 },
  );
});
