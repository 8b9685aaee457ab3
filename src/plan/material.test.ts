import assert from "node:assert/strict";
import { test } from "node:test";
import { drawOrders } from "../scenario/caller-turn.ts";
import type { FeedRow } from "../scenario/feed-reference.ts";
import { scenarioWith } from "../testing/scenario.ts";
import { clipsOf, createDraw, type Material } from "./material.ts";
import { planOf } from "./plan.ts";
import type { ClipTimes } from "./planned-turn.ts";

const ids = ["a", "b", "c", "d", "e"];
const clips = new Map<string, ClipTimes>(ids.map((id, index) => [id, { durationMs: 1_000 + index, speechStartMs: 100, speechEndMs: 900 }]));
const rows: readonly FeedRow[] = ids.map((id, index) => ({ name: `caller ${index}`, clip: id }));
const material: Material = { sets: new Map([["crm ", ids]]), feeders: [rows] };
const set = { set: "crm", order: "shuffled" } as const;
const sessions = (count: number) => ({ model: "closed", sessions: count, calls: 2 }) as const;

for (const order of drawOrders) {
  test(`${order} draws depend on the seed and the draw's number alone`, () => {
    const pool = { name: "x", order, count: 7 };
    const all = (seed: number, numbers: readonly number[]): readonly number[] => {
      const draw = createDraw(seed);
      return numbers.map((number) => draw(pool, number));
    };
    const numbers = Array.from({ length: 21 }, (_, index) => index);
    const found = all(1, numbers);
    assert.deepEqual(all(1, numbers.toReversed()).toReversed(), found);
    if (order === "sequential") return assert.deepEqual(found, [...numbers.slice(0, 7), ...numbers.slice(0, 7), ...numbers.slice(0, 7)]);
    assert.notDeepEqual(all(2, numbers), found);
    if (order === "shuffled") for (const pass of [0, 7, 14]) assert.equal(new Set(found.slice(pass, pass + 7)).size, 7);
    return assert.ok(found.every((place) => place >= 0 && place < 7));
  });
}

test("a set gives no caller a clip twice before all were said, and every cell the same calls", () => {
  const scenario = scenarioWith({ load: sessions(5), matrix: { "session.effort": ["low", "high"] }, caller: { turns: [{ say: set }, { say: set }] } });
  const calls = planOf(scenario, clips, material).groups.flatMap((group) => group.calls);
  const said = (cell: string) =>
    calls
      .filter((call) => call.cell.id === cell)
      .toSorted((a, b) => a.call - b.call || a.session - b.session)
      .map(({ turns }) => turns.map(({ clip }) => clip));
  assert.deepEqual(said("effort=low"), said("effort=high"));
  const inOrder = said("effort=low").flat();
  assert.equal(inOrder.length, 20);
  for (const pass of [0, 5, 10, 15])
    assert.deepEqual(
      inOrder.slice(pass, pass + 5).toSorted((a, b) => String(a).localeCompare(String(b))),
      ids,
    );
});

test("each call has a row of the file, which fills clips and written turns, reactions too", () => {
  const caller = {
    turns: [{ say: "${feed:clip}" }, { text: "I am ${feed: name }; ${feed:other}." }],
    reactions: [{ when: { heard: "name" }, text: "${feed:name}", times: 1 }],
    feeders: [{ file: "x.csv", order: "sequential" }],
  } as const;
  const scenario = scenarioWith({ load: sessions(3), caller });
  const plan = planOf(scenario, clips, material);
  const calls = plan.groups.flatMap((group) => group.calls);
  assert.deepEqual(
    calls.map(({ turns, reactions, feed }) => [turns[0]?.clip, turns[0]?.durationMs, turns[1]?.text, reactions?.[0]?.turn.text, feed?.["name"]]),
    [0, 1, 2, 3, 4, 0].map((row) => [ids[row], 1_000 + row, `I am caller ${row}; \${feed:other}.`, `caller ${row}`, `caller ${row}`]),
  );
  assert.equal(plan.turnsPlanned, undefined);
  assert.deepEqual(clipsOf(scenario.caller, material), ids);
});
