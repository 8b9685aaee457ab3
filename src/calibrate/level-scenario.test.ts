import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { clipsOf } from "../plan/material.ts";
import { parseScenario } from "../scenario/parse.ts";
import { callsEach, levelScenario } from "./level-scenario.ts";

test("the scenario of every level is one that earshot reads, with a tool turn, an interrupted and an interrupting one", () => {
  for (const callers of [1, 1_000]) {
    const text = levelScenario({ callers, frameMs: 40, network: "delay:50ms", seconds: 30 });
    const { scenario } = orThrow(parseScenario({ text, source: "level", overrides: [], env: {} }));
    assert.equal(scenario.load.sessions, callers);
    assert.deepEqual([scenario.session.frameMs, scenario.network], [40, "delay:50ms"]);
    assert.deepEqual(clipsOf(scenario.caller), ["yes", "no"]);
    assert.equal(scenario.session.tools?.length, 1);
  }
});

test("a level makes as many calls as fit into its time beside its slow start, one at least", () => {
  assert.deepEqual([callsEach({ callers: 1, seconds: 31 }), callsEach({ callers: 1_000, seconds: 31 }), callsEach({ callers: 1, seconds: 1 })], [2, 1, 1]);
});
