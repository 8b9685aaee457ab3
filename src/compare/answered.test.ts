import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { cluster, type ClusteredSamples } from "./clusters.ts";
import { sessionSamples } from "./comparable-run.ts";
import { compareAnswered, wilson } from "./answered.ts";
import { defaultPolicy } from "./policy.ts";

const rows = (answered: number, failed: number, turnsPerSession = 1): ClusteredSamples =>
  cluster(sessionSamples(turnRows(answered, failed, turnsPerSession), "answered"));

const turnRows = (answered: number, failed: number, turnsPerSession: number): TurnRow[] =>
  Array.from({ length: answered + failed }, (_, index) => ({
    v: 1,
    run: "r",
    cell: "c",
    session: Math.floor(index / turnsPerSession),
    call: 0,
    turn: index % turnsPerSession,
    kind: "plain",
    clip: "a",
    frameMs: 20,
    network: "none",
    outcome: index < answered ? "answered" : "failed",
  }));

test("Wilson's interval is the published one: 81 of 263 is 25.5 % to 36.6 %", () => {
  const { low, high } = wilson(81 / 263, 263);
  assert.deepEqual([low.toFixed(4), high.toFixed(4)], ["0.2553", "0.3662"]);
});

const table: readonly (readonly [string, ClusteredSamples, ClusteredSamples, string])[] = [
  ["nothing lost in many turns", rows(400, 0), rows(400, 0), "ok"],
  ["nothing lost in few turns", rows(40, 0), rows(40, 0), "inconclusive"],
  ["five points lost in many turns", rows(998, 2), rows(951, 49), "regression"],
  ["five points won in many turns", rows(951, 49), rows(998, 2), "improved"],
  ["half a point lost, however certain", rows(100_000, 0), rows(99_500, 500), "ok"],
];
for (const [name, before, after, verdict] of table) {
  test(`${name}: ${verdict}`, () => assert.equal(compareAnswered(before, after, defaultPolicy)?.verdict, verdict));
}

test("turns lost with their calls count as calls: the interval is as wide as that of sessions", () => {
  const single = compareAnswered(rows(1_000, 0), rows(960, 40), defaultPolicy);
  const whole = compareAnswered(rows(1_000, 0, 20), rows(960, 40, 20), defaultPolicy);
  assert.equal(single?.verdict, "regression");
  assert.equal(whole?.verdict, "inconclusive");
});

test("without asked turns there is nothing to compare", () => {
  assert.equal(compareAnswered(cluster([]), rows(1, 0), defaultPolicy), undefined);
});
