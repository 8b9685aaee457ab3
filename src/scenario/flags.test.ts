import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults } from "./defaults.ts";
import type { Override } from "./overrides.ts";
import { issuesOf, parsedOf, smallest } from "../testing/parsed-scenario.ts";

const set = (path: string, value: string, flag = "--set"): Override => ({ path, value, flag });

test("a flag's value takes the field's place, a list makes an axis, and either takes the file's axis away", () => {
  const text = `${smallest}matrix: {effort: [low, high], frameMs: [20, 40]}\n`;
  const one = parsedOf(text, { overrides: [set("effort", "medium", "--effort"), set("session.frameMs", "100")] }).scenario;
  assert.deepEqual([one.session.effort, one.session.frameMs, one.matrix], ["medium", 100, {}]);
  const two = parsedOf(text, { overrides: [set("effort", "minimal, xhigh", "--effort"), set("matrix.frameMs", "[10]")] }).scenario;
  assert.deepEqual(two.matrix, { "session.effort": ["minimal", "xhigh"], "session.frameMs": [10] });
  const network = parsedOf(text, { overrides: [set("network", "none,delay:80ms,jitter:20ms", "--network")] }).scenario;
  assert.deepEqual(network.matrix["network"], ["none", "delay:80ms,jitter:20ms"]);
  assert.equal(parsedOf(text, { overrides: [set("network", "delay:80ms,jitter:20ms")] }).scenario.network, "delay:80ms,jitter:20ms");
});

test("a flag reaches into lists and makes the sections it needs", () => {
  const overrides = [set("caller.turns[0].say", "refund"), set("tags.build", "007"), set("caller.thinkMs.uniform", "[1, 2]"), set("seed", "7")];
  const { scenario } = parsedOf(smallest, { overrides });
  assert.deepEqual(
    [scenario.caller.turns, scenario.tags, scenario.caller.thinkMs, scenario.seed],
    [[{ say: "refund" }], { build: "007" }, { uniform: [1, 2] }, 7],
  );
});

test("a flag's text becomes a number where a number is due, inside a choice of shapes as well", () => {
  const overrides = [
    set("caller.thinkMs.lognormal.median", "400"),
    set("caller.thinkMs.lognormal.sigma", "0.3"),
    set("session.maxOutputTokens", "64"),
    set("session.voice", "12"),
  ];
  const { scenario } = parsedOf(smallest, { overrides });
  assert.deepEqual(scenario.caller.thinkMs, { lognormal: { median: 400, sigma: 0.3 } });
  assert.deepEqual([scenario.session.maxOutputTokens, scenario.session.voice], [64, "12"]);
});

test("a flag that changes the kind of target or turn detection leaves the old kind's fields behind", () => {
  const text = `${smallest}target: {profile: exact}\nsession: {turnDetection: {silenceMs: 200}}\n`;
  const overrides = [set("target.provider", "compatible"), set("target.url", "ws://127.0.0.1:9/v1/realtime"), set("turnDetection", "manual")];
  const { scenario } = parsedOf(text, { overrides });
  assert.deepEqual(scenario.target, {
    provider: "compatible",
    model: "gpt-realtime-2",
    url: "ws://127.0.0.1:9/v1/realtime",
    capabilities: defaults.capabilities,
  });
  assert.deepEqual(scenario.session.turnDetection, { type: "manual" });
  assert.equal(scenario.session.effort, undefined);
});

const wrongFlags: Record<string, readonly [override: Override, issue: string]> = {
  "a wrong value": [
    set("effort", "hihg", "--effort"),
    '--effort session.effort: must be one of minimal, low, medium, high, xhigh, dynamic, not "hihg"; did you mean high?',
  ],
  "a wrong value in a list": [
    set("frameMs", "20,5", "--frame-ms"),
    "--frame-ms matrix.frameMs[1]: must be a whole number from 10 to 100 (milliseconds), not 5",
  ],
  "an unknown field": [set("sesion.voice", "x"), "--set sesion: is not a field here; did you mean session?"],
  "no path": [set("session..x", "1"), "--set: session..x is not the path of a field, such as session.frameMs"],
  "no value": [set("session.voice", " "), "--set session.voice: needs a value"],
  "a turn that is not there": [set("caller.turns[4].say", "x"), "--set caller.turns[4].say: there is no 4 in a list of 1 (the first is 0)"],
  "a field inside a number": [set("seed.x", "1"), "--set seed.x: lies inside a value that has no fields of its own"],
  "broken YAML": [
    set("caller.thinkMs", "{uniform: [1"),
    "--set caller.thinkMs: is not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  "a path into what every object has": [set("__proto__.x", "1"), "--set: __proto__.x is not the path of a field, such as session.frameMs"],
};
for (const [name, [override, issue]] of Object.entries(wrongFlags)) {
  test(`a flag with ${name} is refused by its name`, () => assert.deepEqual(issuesOf(`${smallest}seed: 3\n`, { overrides: [override] }), [issue]));
}
