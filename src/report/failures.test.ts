import assert from "node:assert/strict";
import { test } from "node:test";
import { classMeanings, failureClasses } from "../core/failure-classes.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { failureGroups, failureLines, failureTable } from "./failures.ts";

const base = syntheticRun({ sessions: 4, breaksCall: true });
const template = base.turns[0] as TurnRow;
const failing = (fields: Partial<TurnRow>): TurnRow => ({ ...template, outcome: "failed", ...fields });

test("turns and calls are counted by class, with an example and what to try", () => {
  const remedy = `the network: ${classMeanings.network.remedy}`;
  const [group, ...more] = failureGroups(base);
  assert.deepEqual(more, []);
  assert.deepEqual(group, { failureClass: "network", turns: 1, calls: 1, example: "1006: the connection was reset", remedy });
  assert.deepEqual(failureLines(base), ["1 network: 1006: the connection was reset (1 call broke)", remedy]);
  assert.deepEqual(failureTable(base)?.rows[0]?.slice(0, 3), ["network", "1", "1"]);
});

test("the class with the most turns comes first; one that nobody knows has no remedy", () => {
  const turns = [failing({ failureClass: "rate_limit", failure: "HTTP 429" }), failing({}), failing({}), failing({ failureClass: "rate_limit" }), failing({})];
  const groups = failureGroups({ turns, result: { ...base.result, calls: [] } });
  assert.deepEqual(
    groups.map(({ failureClass, turns: count, example }) => [failureClass, count, example]),
    [
      ["unknown", 3, ""],
      ["rate_limit", 2, "HTTP 429"],
    ],
  );
  assert.equal(groups[0]?.remedy, "");
});

test("every class has what to try", () => {
  for (const failureClass of failureClasses) assert.notEqual(failureGroups({ ...base, turns: [failing({ failureClass })] })[0]?.remedy, "", failureClass);
});

test("where nothing broke there is nothing to show", () => {
  const whole = withResult({ ...base, turns: base.turns.filter(({ outcome }) => outcome === "answered") }, { calls: [] });
  assert.deepEqual([failureTable(whole), failureLines(whole)], [undefined, []]);
});
