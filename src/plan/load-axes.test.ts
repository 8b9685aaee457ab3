// Cells that differ in their load: each is a group of its own, with its own calls at its own instants, in one part or in many.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Load } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { clips, scenarioWith } from "../testing/scenario.ts";
import { planOf, type Plan } from "./plan.ts";
import { remainingPlan } from "./remaining.ts";
import { segmentOf } from "./segment.ts";
import { variedLoadText } from "./load-text.ts";

type Varied = Pick<Scenario, "load" | "matrix">;

const closed: Load = { model: "closed", sessions: 3, calls: 1, repeat: 1 };
const open: Load = { model: "open", sessions: 4, calls: 1, maxSessions: 4, arrivals: { constant: { ratePerS: 1 } }, durationMs: 5_000, repeat: 1 };
const efforts = { "session.effort": ["low", "high"] };

const plan = (varied: Varied, seed = 1): Plan => planOf(scenarioWith({ ...varied, seed }), clips);

test("every cell is one group, in the order of the matrix, and its load is its own", () => {
  const { groups, cells, order } = plan({ load: open, matrix: { "load.arrivals.constant.ratePerS": [1, 2], "load.duration": ["3s", "4s"], ...efforts } });
  assert.equal(order, "serial");
  assert.deepEqual(
    groups.map(({ calls }) => [...new Set(calls.map(({ cell }) => cell.id))]),
    cells.map(({ id }) => [id]),
  );
  assert.deepEqual(
    groups.map(({ calls }) => calls.length),
    [3, 3, 4, 4, 6, 6, 8, 8],
  );
  assert.equal(cells[7]?.id, "load.arrivals.constant.ratePerS=2,load.duration=4s,effort=high");
});

const cases: Readonly<Record<string, readonly [varied: Varied, found: (made: Plan) => unknown, wanted: unknown]>> = {
  calls: [{ load: closed, matrix: { "load.calls": [1, 3] } }, ({ groups }) => groups.map(({ calls }) => calls.length), [3, 9]],
  concurrency: [{ load: closed, matrix: { "load.concurrency": [1, 2] } }, ({ groups }) => groups.map(({ concurrency }) => concurrency), [1, 2]],
  startOver: [
    { load: closed, matrix: { "load.startOver": [0, "3s"] } },
    ({ groups }) => groups.map(({ startOffsetsUs }) => startOffsetsUs),
    [
      [0, 0, 0],
      [0, 1_000_000, 2_000_000],
    ],
  ],
  duration: [
    { load: { ...closed, durationMs: 5_000, startOverMs: 0 }, matrix: { "load.duration": ["5s", "9s"] } },
    ({ groups }) => groups.map(({ windowEndUs }) => windowEndUs),
    [5_000_000, 9_000_000],
  ],
  warmUp: [
    { load: { ...closed, warmUp: { calls: 1 } }, matrix: { "load.warmUp": [{ calls: 1 }, { sessions: 2 }] } },
    ({ groups }) => groups.map(({ calls }) => calls.filter((call) => call.warmUp).length),
    [3, 2],
  ],
  maxSessions: [{ load: open, matrix: { "load.maxSessions": [1, 4] } }, ({ groups }) => groups.map(({ maxSessions }) => maxSessions), [1, 4]],
  arrivals: [
    { load: open, matrix: { "load.arrivals": [{ constant: { ratePerS: 1 } }, { stairs: { fromPerS: 1, stepPerS: 1, every: "1s", steps: 2 } }] } },
    ({ groups }) => groups.map(({ stageEndsUs }) => stageEndsUs),
    [undefined, [1_000_000, 2_000_000, 5_000_000]],
  ],
  stages: [
    {
      load: { ...closed, sessions: 2, stages: [{ sessions: 2, forMs: 2_000 }], startOverMs: 0 },
      matrix: {
        "load.stages": [
          [{ sessions: 2, for: "2s" }],
          [
            { sessions: 1, for: "1s" },
            { sessions: 3, for: "2s" },
          ],
        ],
      },
    },
    ({ groups }) => groups.map(({ stageEndsUs, calls }) => [stageEndsUs, calls.length]),
    [
      [[2_000_000], 2],
      [[1_000_000, 3_000_000], 3],
    ],
  ],
  "a stage's callers": [
    { load: { ...closed, sessions: 2, stages: [{ sessions: 2, forMs: 2_000 }] }, matrix: { "load.stages[0].sessions": [2, 5] } },
    ({ groups }) => groups.map(({ calls }) => calls[0]?.cell.settings.load.sessions),
    [2, 5],
  ],
  gracefulStop: [
    { load: closed, matrix: { "load.gracefulStop": ["1s", "30s"] } },
    ({ cells }) => cells.map(({ settings }) => settings.load.gracefulStopMs),
    [1_000, 30_000],
  ],
};
for (const [name, [varied, found, wanted]] of Object.entries(cases)) {
  test(`what varies in the load is in each group: ${name}`, () => assert.deepEqual(found(plan(varied)), wanted));
}

const anyVaried: fc.Arbitrary<Varied> = fc.oneof(
  fc
    .uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 })
    .map((rates): Varied => ({ load: open, matrix: { "load.arrivals.constant.ratePerS": rates, ...efforts } })),
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 2 }),
    )
    .map(([calls, sessions]): Varied => ({ load: closed, matrix: { "load.calls": calls, "load.sessions": sessions, ...efforts } })),
  fc
    .uniqueArray(fc.integer({ min: 2, max: 20 }), { minLength: 1, maxLength: 3 })
    .map((seconds): Varied => ({ load: { ...closed, durationMs: 2_000 }, matrix: { "load.duration": seconds.map((s) => `${s}s`) } })),
);

const timed = ({ groups }: Plan) =>
  groups.flatMap(({ calls, startOffsetsUs }, index) =>
    calls.map((call, place) => ({ index, order: call.order, turns: call.turns, atUs: startOffsetsUs[place] })),
  );

test("parts of such a plan are together the plan: every call once, in its group, at its instant", () => {
  fc.assert(
    fc.property(anyVaried, fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 6 }), (varied, seed, of) => {
      const whole = plan(varied, seed);
      const parts = Array.from({ length: of }, (_, index) => segmentOf(whole, { part: index + 1, of }));
      assert.deepEqual(
        parts.flatMap(timed).toSorted((a, b) => a.order - b.order),
        timed(whole),
      );
      assert.equal(
        parts.reduce((sum, part) => sum + (part.turnsPlanned ?? 0), 0),
        whole.turnsPlanned ?? 0,
      );
    }),
    { numRuns: 60 },
  );
});

test("what is left of such a plan is every call that was not made, in its group, and calls of an open load keep their distances", () => {
  fc.assert(
    fc.property(anyVaried, fc.integer({ min: 0, max: 60 }), (varied, made) => {
      const whole = plan(varied);
      const left = remainingPlan(whole, ({ order }) => order < made);
      assert.deepEqual(
        left.groups.flatMap(({ calls }) => calls.map(({ order }) => order)),
        timed(whole).flatMap(({ order }) => (order < made ? [] : [order])),
      );
      for (const group of left.groups.filter(({ maxSessions }) => maxSessions !== undefined)) {
        const before = timed(whole).filter(({ order }) => group.calls.some((call) => call.order === order));
        assert.deepEqual(
          group.startOffsetsUs,
          before.map(({ atUs }) => (atUs ?? 0) - (before[0]?.atUs ?? 0)),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test("the load in words is each cell's own where it varies in more than callers", () => {
  assert.equal(variedLoadText({ "load.sessions": [1, 2] }), undefined);
  assert.equal(variedLoadText({ "load.duration": ["5s", "9s"], ...efforts }), "a load of its own (load.duration 5s, 9s)");
});
