// Axes over the load, from YAML and flags to the loads of cells, and what of a scenario can't vary.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsOf } from "../plan/matrix.ts";
import { issuesOf, parsedOf, smallest } from "../testing/parsed-scenario.ts";
import { ok } from "../core/issues.ts";
import type { Load } from "./load.ts";
import { parseScenario, type ParsedScenario } from "./parse.ts";

const loadsOf = ({ scenario }: ParsedScenario): readonly Load[] => cellsOf(scenario).map(({ settings }) => settings.load);

interface Varied {
  readonly text: string;
  readonly of: (load: Load) => unknown;
  readonly values: readonly unknown[];
}

const varied: Readonly<Record<string, Varied>> = {
  "a duration that is written nowhere else": {
    text: "load: {sessions: 2}\nmatrix: {load.duration: [10s, 20s]}",
    of: ({ durationMs }) => durationMs,
    values: [10_000, 20_000],
  },
  "a rate and a duration of an open load, written in the matrix alone": {
    text: "load: {model: open}\nmatrix: {load.arrivals.poisson.ratePerS: [1, 2.5], load.duration: [10s]}",
    of: ({ arrivals, durationMs, maxSessions }) => [arrivals, durationMs, maxSessions],
    values: [1, 2.5].map((ratePerS) => [{ poisson: { ratePerS } }, 10_000, 200]),
  },
  "how calls come": {
    text: "load: {model: open, duration: 9s}\nmatrix: {load.arrivals: [{constant: {ratePerS: 1}}, {ramp: {fromPerS: 0, toPerS: 2, over: 3s}}]}",
    of: ({ arrivals }) => arrivals,
    values: [{ constant: { ratePerS: 1 } }, { ramp: { fromPerS: 0, toPerS: 2, overMs: 3_000 } }],
  },
  "a stage": {
    text: "load: {stages: [{sessions: 2, for: 9s}, {sessions: 5, for: 9s}]}\nmatrix: {'load.stages[1].for': [2s, 1500ms], 'load.stages[0].sessions': [9]}",
    of: ({ stages, sessions }) => [stages?.map(({ forMs }) => forMs), sessions],
    values: [
      [[9_000, 2_000], 9],
      [[9_000, 1_500], 9],
    ],
  },
  "stages as a whole": {
    text: "matrix: {load.stages: [[{sessions: 2, for: 9s}], [{sessions: 5, for: 2s}, {sessions: 1, for: 3s}]]}",
    of: ({ stages, sessions }) => [stages?.length, sessions],
    values: [
      [1, 2],
      [2, 5],
    ],
  },
  "warm-up, calls, callers at once, starts and the end": {
    text: "matrix: {load.warmUp: [{calls: 1}, {sessions: 3}], load.calls: [2], load.concurrency: [7], load.startOver: [0], load.gracefulStop: [1s]}",
    of: ({ warmUp, calls, concurrency, startOverMs, gracefulStopMs }) => [warmUp, calls, concurrency, startOverMs, gracefulStopMs],
    values: [
      [{ calls: 1 }, 2, 7, 0, 1_000],
      [{ sessions: 3 }, 2, 7, 0, 1_000],
    ],
  },
};
for (const [name, { text, of, values }] of Object.entries(varied)) {
  test(`the load varies: ${name}, and the kept scenario reads as the same again`, () => {
    const parsed = parsedOf(`${smallest}${text}\n`);
    assert.deepEqual(loadsOf(parsed).map(of), values);
    assert.deepEqual(parsedOf(parsed.resolvedYaml).scenario, parsed.scenario);
  });
}

test("callers of a run by time repeat their turns in every cell", () => {
  const { scenario } = parsedOf(`${smallest}matrix: {load.duration: [10s, 20s], caller.repeat: [turns, call]}\n`);
  assert.deepEqual(
    cellsOf(scenario).map(({ settings }) => settings.caller.repeat),
    ["turns", "call", "turns", "call"],
  );
});

test("a comma list on a flag makes an axis of any field of load and target, one value takes it away", () => {
  const set = (path: string, value: string) => ({ path, value, flag: "--set" });
  const overrides = [set("load.duration", "10s, 20s"), set("load.calls", "1"), set("target.script", "crm,brief"), set("matrix.load.concurrency", "3,4")];
  const listed = parsedOf(`${smallest}matrix: {load.calls: [1, 2]}\n`, { overrides });
  assert.deepEqual(listed.scenario.matrix, { "load.duration": ["10s", "20s"], "target.script": ["crm", "brief"], "load.concurrency": [3, 4] });
  assert.deepEqual(parsedOf(smallest, { overrides: [...overrides, set("load.duration", "5s")] }).scenario.load.durationMs, 5_000);
  const wrong = issuesOf(smallest, { overrides: [set("load.duration", "10s,20")] });
  assert.deepEqual(wrong, ["--set matrix.load.duration[1]: must be a time with its unit, such as 500ms, 2s or 1m"]);
});

test("what a scenario says of a field takes the axis of the one that it extends away", () => {
  const base = `${smallest}matrix: {load.duration: [10s, 20s], "session.documents[0].tokens": [1, 2], effort: [low, high]}\nsession: {documents: [{tokens: 5}]}\n`;
  const text = "extends: base\nname: above\nload: {duration: 30s}\nsession: {documents: [{tokens: 7}]}\n";
  const parsed = parseScenario({ text, source: "s.yaml", overrides: [], env: {}, findBase: () => ok({ source: "base.yaml", path: "base.yaml", text: base }) });
  assert.deepEqual(parsed.ok && [parsed.value.scenario.matrix, parsed.value.scenario.load.durationMs], [{ "session.effort": ["low", "high"] }, 30_000]);
});

const refused: Readonly<Record<string, readonly [text: string, ...issues: string[]]>> = {
  "a value that is no time": [
    "matrix: {load.duration: [10s, 20]}",
    "s.yaml:6:31 matrix.load.duration[1]: must be a time with its unit, such as 500ms, 2s or 1m, not 20",
  ],
  "a first value that is no time, once": [
    "matrix: {load.duration: [tenS, 20s]}",
    "s.yaml:6:26 matrix.load.duration[0]: must be a time with its unit, such as 500ms, 2s or 1m",
  ],
  "a value that the load has no room for": [
    "load: {model: open, arrivals: {poisson: {ratePerS: 1}}, duration: 9s}\nmatrix: {load.calls: [1, 2]}",
    "s.yaml:7:23 matrix.load.calls[0]: goes with model: closed; an open load has arrivals, and maxSessions as its limit",
  ],
  "a field that there is not": ["matrix: {load.durations: [10s]}", "s.yaml:6:27 matrix.load.durations[0]: is not a field here; did you mean duration?"],
  "a stage where there are none": [
    "matrix: {'load.stages[0].sessions': [2, 3]}",
    "s.yaml:6:38 matrix.load.stages[0].sessions[0]: is for a part of load.stages, which is not written: write that list, and vary its parts",
    "s.yaml:6:41 matrix.load.stages[0].sessions[1]: is for a part of load.stages, which is not written: write that list, and vary its parts",
  ],
  "blocks of unlike loads": [
    "load: {order: blocks}\nmatrix: {load.calls: [1, 2]}",
    "s.yaml:6:8 load.order: can't be blocks with an axis of load.calls: cells of a greater load would disturb the others; leave it out",
  ],
  "stages that are too long together": [
    "load: {stages: [{sessions: 1, for: 9s}, {sessions: 2, for: 9s}]}\nmatrix: {'load.stages[0].for': [9s, 50m], 'load.stages[1].for': [9s, 50m]}",
    "s.yaml:6:8 load.stages: are longer than 55m together",
  ],
  "more turns than can be planned, in all cells": [
    "load: {sessions: 5000}\nmatrix: {load.calls: [1, 300]}",
    "s.yaml:7:23 matrix.load.calls[0]: makes 1505000 turns (10000 callers in all cells, up to 300 calls each, 1 turns a call); at most 1000000",
    "s.yaml:7:26 matrix.load.calls[1]: makes 1500000 turns (5000 callers in all cells, 300 calls each, 1 turns a call); at most 1000000",
  ],
  "how often cells run": ["matrix: {load.repeat: [1, 2]}", "s.yaml:6:23 matrix.load.repeat: can't vary in a matrix, because it says how often all cells run"],
  "the kind of load": [
    "matrix: {load.model: [closed, open]}",
    "s.yaml:6:22 matrix.load.model: can't vary in a matrix, because a closed load and an open one have different fields; write a scenario for each, with extends",
  ],
  "what the whole run shares": [
    "matrix: {budget.usd: [1, 2], privacy: [full, none], seed: [1, 2]}",
    "s.yaml:6:22 matrix.budget.usd: can't vary in a matrix, because it is for the whole run, whose cells share it; write a scenario for each, with extends",
    "s.yaml:6:39 matrix.privacy: can't vary in a matrix, because it is for the whole run, whose cells share it; write a scenario for each, with extends",
    "s.yaml:6:59 matrix.seed: can't vary in a matrix, because cells are compared on the same calls; load.repeat runs all of them again, with other draws",
  ],
  "where the server is": [
    'target: {provider: compatible, url: "ws://127.0.0.1:9/a"}\nmatrix: {target.url: ["ws://127.0.0.1:9/a", "ws://127.0.0.1:9/b"]}',
    "s.yaml:7:22 matrix.target.url: can't vary in a matrix, because what an axis holds stands in reports, where no address and no key may be; two servers are compared with earshot compare --interleave A.yaml B.yaml",
  ],
  "what the embedded target alone has, of another": [
    'target: {provider: compatible, url: "ws://127.0.0.1:9/a"}\nmatrix: {target.faults: [[], [restart@9s+1s]]}',
    "s.yaml:7:26 matrix.target.faults[0]: goes with provider: embedded, and this is provider: compatible",
    "s.yaml:7:30 matrix.target.faults[1]: goes with provider: embedded, and this is provider: compatible",
  ],
  "names that the language has elsewhere": [
    "load: {rate: 2}\nexpectations: [{wer: 0}]",
    "s.yaml:6:8 load.rate: is not a field here: write how calls come, model: open with arrivals: {constant: {ratePerS: 2}}",
    "s.yaml:7:1 expectations: is not a field here: what a turn's answer must be stands with the turn, caller.turns[0].expect: {answeredWithinMs: 3000}",
  ],
};
for (const [what, [text, ...issues]] of Object.entries(refused)) {
  test(`refused at its place: ${what}`, () => assert.deepEqual(issuesOf(`${smallest}${text}\n`), issues));
}

test("a wrong value of the environment is shown as its reference, also where it stands for the load itself", () => {
  const issues = issuesOf(`${smallest}matrix: {load.duration: ["\${env:A}", 10s]}\n`, { env: { A: "sk-hidden" } });
  assert.match(issues.join("\n"), /matrix\.load\.duration\[0\]/);
  assert.doesNotMatch(issues.join("\n"), /sk-hidden/);
});
