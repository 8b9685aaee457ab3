import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckLevel } from "../result/check-result.ts";
import type { RunResult } from "../result/run-result.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { judgeLevel, searchLevels } from "./check.ts";

const record = syntheticRun({ sessions: 4, turns: 1 });
const judged = (changes: Partial<RunResult>): CheckLevel =>
  judgeLevel(16, { result: { ...record.result, ...changes }, turns: record.turns, truth: [], folder: "levels/x" });

test("a level is honest when its run is valid and every turn was answered", () => {
  const level = judged({});
  assert.deepEqual([level.isHonest, level.reasons, level.answered, level.turns], [true, [], 16, 16]);
});

const doubt = { code: "late_frames", severity: "doubt" as const, message: "frames left 7 ms late at p99", remedy: "r" };
const [first, ...others] = record.result.cells;
const unanswered = first ? [{ ...first, outcomes: { ...first.outcomes, answered: 3, unanswered: 1 } }, ...others] : [];
const { truthError: _, ...untold } = record.result.instrument;
const against: readonly (readonly [string, Partial<RunResult>, RegExp])[] = [
  ["a doubt of the run's", { validity: { verdict: "doubtful", doubts: [doubt] } }, /7 ms late/],
  ["a turn that was not answered", { cells: unanswered }, /1 of 16 turns were not answered/],
  ["a run that lost its target", { end: { type: "incomplete", reason: "the embedded target ended" } }, /incomplete: the embedded target ended/],
  ["no account of the target's", { instrument: untold }, /no account/],
];

for (const [what, changes, why] of against) {
  test(`not honest: ${what}`, () => {
    const { isHonest, reasons } = judged(changes);
    assert.equal(isHonest, false);
    assert.match(reasons.join("; "), why);
  });
}

const level = (callers: number, isHonest: boolean): CheckLevel => ({ ...judged({}), callers, isHonest });

test("the search tries what was asked for from below, once each, and gives the levels back in order", async () => {
  const tried: number[] = [];
  const found = await searchLevels([100, 10, 10], (callers) => {
    tried.push(callers);
    return Promise.resolve(level(callers, callers <= 40));
  });
  assert.deepEqual(tried, [10, 100, 32, 57, 43]);
  assert.deepEqual(
    found?.levels.map(({ callers }) => callers),
    [10, 32, 43, 57, 100],
  );
  assert.equal(found?.honestCallers, 32);
});

test("a level that was cut short ends the search: the levels before it count, and without any there is no result", async () => {
  const found = await searchLevels([1, 10, 100], (callers) => Promise.resolve(callers === 1 ? level(1, true) : undefined));
  assert.deepEqual([found?.levels.map(({ callers }) => callers), found?.honestCallers, found?.cutAtCallers], [[1], 1, 10]);
  assert.equal(await searchLevels([1, 10], () => Promise.resolve(undefined)), undefined);
});
