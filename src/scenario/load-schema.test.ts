import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { parseScenario, type ParsedScenario } from "./parse.ts";

const smallest = "version: 1\nname: small\ncaller:\n  turns:\n    - say: order-status\n";
const parse = (text: string) => parseScenario({ text, source: "s.yaml", overrides: [], env: {} });

function parsedOf(text: string): ParsedScenario {
  const parsed = parse(text);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  return parsed.value;
}

/** What is written after the smallest scenario, and every issue it has. */
const refused: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "a pool for callers who call again": [
    "  repeat: call\n  pool: {size: 2}\nload: {duration: 60s}",
    "s.yaml:7:3 caller.pool: goes without repeat: call: whoever calls again dials at once",
  ],
  "an open load without arrivals and time": [
    "load: {model: open}",
    "s.yaml:6:8 load.model: needs arrivals, such as arrivals: {poisson: {ratePerS: 2}}",
    "s.yaml:6:8 load.model: needs a duration, such as duration: 60s: for so long calls arrive",
  ],
  "callers of an open load": [
    "load: {model: open, arrivals: {poisson: {ratePerS: 2}}, duration: 9s, sessions: 3}",
    "s.yaml:6:71 load.sessions: goes with model: closed; an open load has arrivals, and maxSessions as its limit",
  ],
  "two kinds of arrivals": [
    "load: {model: open, arrivals: {poisson: {ratePerS: 2}, constant: {ratePerS: 2}}, duration: 9s}",
    "s.yaml:6:31 load.arrivals: must be one of constant, poisson, ramp, stairs and spike, such as {poisson: {ratePerS: 2}}",
  ],
  "arrivals of a closed load": [
    "load: {arrivals: {poisson: {ratePerS: 2}}, maxSessions: 3}",
    "s.yaml:6:8 load.arrivals: goes with model: open",
    "s.yaml:6:44 load.maxSessions: goes with model: open; a closed load has sessions",
  ],
  "callers beside stages": [
    "load: {stages: [{sessions: 2, for: 9s}], sessions: 3}",
    "s.yaml:6:42 load.sessions: goes without load.stages, which say how many callers there are and for how long",
  ],
  "a warm-up by calls in a run by time": [
    "load: {duration: 9s, warmUp: {calls: 2}}",
    "s.yaml:6:22 load.warmUp: is a duration in a run by time, such as {duration: 10s}",
  ],
  "blocks of unlike loads": [
    "load: {order: blocks}\nmatrix: {sessions: [2, 4]}",
    "s.yaml:6:8 load.order: can't be blocks with an axis of sessions: cells of a greater load would disturb the others; leave it out",
  ],
};

for (const [what, [text, ...issues]] of Object.entries(refused)) {
  test(`${what} is refused at its place`, () => {
    const parsed = parse(smallest + text);
    assert.deepEqual(parsed.ok ? [] : parsed.issues.map(formatIssue), issues);
  });
}

const loads: readonly string[] = [
  "load: {model: open, arrivals: {spike: {basePerS: 1, peakPerS: 9.5, at: 1500ms, for: 2s}}, duration: 60s, warmUp: {duration: 10s}}",
  "load: {model: open, arrivals: {stairs: {fromPerS: 1, stepPerS: 2, every: 5s, steps: 3}}, duration: 60s, maxSessions: 7, warmUp: {calls: 4}}",
  "load: {model: open, arrivals: {ramp: {fromPerS: 0, toPerS: 2, over: 30s}}, duration: 60s, gracefulStop: 3s}",
  "load: {stages: [{sessions: 2, for: 9s}, {sessions: 5, for: 1.5s}], startOver: 2s}",
  "load: {sessions: 3, calls: 2, warmUp: {sessions: 1}, order: serial, repeat: 4}",
];

test("every kind of load is written out such that it reads as the same again, thresholds that end the run too", () => {
  for (const load of loads) {
    const { scenario, resolvedYaml } = parsedOf(
      `${smallest}  pool: {size: 3}\n${load}\nabortOnFail: {after: 20s}\nthresholds: [cost per turn < 0.01, {threshold: answered rate > 0.5, abortOnFail: {after: 5s}}]\n`,
    );
    assert.deepEqual(parsedOf(resolvedYaml).scenario, scenario);
    assert.deepEqual([scenario.abortAllAfterMs, scenario.abortAfterMs], [20_000, { "answered rate > 0.5": 5_000 }]);
    assert.deepEqual(scenario.thresholds, ["cost per turn < 0.01", "answered rate > 0.5"]);
  }
  const [spike, , , stages] = loads.map((load) => parsedOf(`${smallest}${load}\n`).scenario);
  assert.deepEqual(spike?.load.arrivals, { spike: { basePerS: 1, peakPerS: 9.5, atMs: 1_500, forMs: 2_000 } });
  assert.deepEqual([spike?.load.maxSessions, spike?.caller.repeat], [200, undefined]);
  assert.deepEqual([stages?.load.sessions, stages?.caller.repeat], [5, "turns"]);
});
