import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarioWith } from "../testing/scenario.ts";
import { cellsOf } from "./matrix.ts";

test("a policy of efforts is in force in the dynamic cell alone, and every other cell thinks as hard as it says", () => {
  const policy = { complex: "high", otherwise: "low" } as const;
  const turns = [{ say: "hello" }, { say: "hello", complex: true }] as const;
  const scenario = scenarioWith({ caller: { turns, effortPolicy: policy }, matrix: { "session.effort": ["medium", "dynamic"] } });
  const [medium, dynamic] = cellsOf(scenario);
  assert.deepEqual([medium?.settings.session.effort, medium?.settings.caller.effortPolicy], ["medium", undefined]);
  assert.deepEqual([dynamic?.id, dynamic?.settings.session.effort, dynamic?.settings.caller.effortPolicy], ["effort=dynamic", "low", policy]);
});
