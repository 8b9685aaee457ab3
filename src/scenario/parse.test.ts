import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { formatIssue, ok } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { combinations, withAxisValues } from "./axes.ts";
import { defaults } from "./defaults.ts";
import { parseScenario } from "./parse.ts";
import { issuesOf, parsedOf, smallest } from "../testing/parsed-scenario.ts";

test("a scenario that says only what it must gets every default", () => {
  const { scenario } = parsedOf(smallest);
  assert.deepEqual(scenario, {
    version: 1,
    name: "small",
    seed: 1,
    target: defaults.target,
    session: { ...defaults.session, effort: "low" },
    caller: { ...defaults.caller, turns: [{ say: "order-status" }] },
    load: defaults.load,
    network: "none",
    prices: "openai-2026-11",
    privacy: "full",
    matrix: {},
    thresholds: [],
    tags: {},
  });
});

test("the resolved scenario, read again, is the same scenario", () => {
  const text = `${smallest}  thinkMs: {lognormal: {median: 500, sigma: 0.4}}\nload: {startOver: 1.5s, concurrency: 7}\nnetwork: delay:80ms
matrix: {effort: [low, high], turnDetection: [server, manual]}\nthresholds: ["answered rate >= 0.99"]\ntags: {build: 17}\n`;
  const { scenario, resolvedYaml } = parsedOf(text);
  assert.deepEqual(parsedOf(resolvedYaml).scenario, scenario);
  assert.equal(scenario.load.startOverMs, 1_500);
  assert.deepEqual(scenario.tags, { build: "17" });
});

test("a run by time repeats the turns, and says so when it is read again", () => {
  const { scenario, resolvedYaml } = parsedOf(`${smallest}load: {duration: 1.5m}\n`);
  assert.deepEqual([scenario.load.durationMs, scenario.caller.repeat], [90_000, "turns"]);
  assert.deepEqual(parsedOf(resolvedYaml).scenario, scenario);
});

const wrong: Record<string, readonly [text: string, ...issues: string[]]> = {
  "a number with a unit": [
    "session:\n  frameMs: 20ms",
    's.yaml:7:12 session.frameMs: must be a whole number from 10 to 100 (milliseconds), not "20ms": write 20, without a unit',
  ],
  "seconds where milliseconds are due": [
    "load: {sessions: 3}\nsession: {turnDetection: {silenceMs: 0.5s}}",
    's.yaml:7:38 session.turnDetection.silenceMs: must be a whole number from 0 to 10000 (milliseconds), not "0.5s": write 500, without a unit',
  ],
  "a number in quotes": ['load: {sessions: "20"}', 's.yaml:6:18 load.sessions: must be a whole number from 1 to 5000, not "20": write 20, without the quotes'],
  "a frame too long": ["session: {frameMs: 101}", "s.yaml:6:20 session.frameMs: must be a whole number from 10 to 100 (milliseconds), not 101"],
  "a misspelt effort": [
    "session: {effort: hihg}",
    's.yaml:6:19 session.effort: must be one of minimal, low, medium, high, xhigh, dynamic, not "hihg"; did you mean high?',
  ],
  "an unknown field": ["session: {frame_ms: 20}", "s.yaml:6:11 session.frame_ms: is not a field here; did you mean frameMs?"],
  "a field of another section": ["patienceMs: 20", "s.yaml:6:1 patienceMs: is not a field here; did you mean caller.patienceMs?"],
  "a field that means nothing": ["zzzzzzzz: 20", "s.yaml:6:1 zzzzzzzz: is not a field here"],
  "two faults, in order": [
    "session: {effort: 3, frameMs: 5}",
    "s.yaml:6:19 session.effort: must be one of minimal, low, medium, high, xhigh, dynamic, not 3",
    "s.yaml:6:31 session.frameMs: must be a whole number from 10 to 100 (milliseconds), not 5",
  ],
  "a section that is empty": [
    "session:",
    "s.yaml:6:9 session: must be a map of kind, instructions, voice, inputFormat, outputFormat, frameMs, effort, maxOutputTokens, turnDetection, transcription, tools, cache, truncation, context, documents, not null",
  ],
  "a key written twice": ["seed: 1\nseed: 2", "s.yaml:7:1: seed is written twice in the same map"],
  "text where a name is due": [
    "prices: a b",
    's.yaml:6:9 prices: must be the name of a price list, such as openai-2026-11, or the path of a .json file, such as ./my-prices.json, not "a b"',
  ],
  "a name that leads elsewhere": [
    "target: {profile: ../../etc/passwd}",
    's.yaml:6:19 target.profile: must be the name of a latency profile: lower-case letters, digits and dashes, not "../../etc/passwd"',
  ],
  "a number where text is due": ["session: {voice: 5}", "s.yaml:6:18 session.voice: must be the name of a voice, not 5: put it in quotes"],
  "an embedded target with a url": [
    'target: {url: "ws://x/v1"}',
    "s.yaml:6:15 target.url: goes with provider: openai, azure or compatible, and this is provider: embedded",
  ],
  "a compatible target without url": [
    "target: {provider: compatible}",
    "s.yaml:6:1 target.url: is missing: must be the ws:// or wss:// address of a realtime API, such as wss://host/v1/realtime",
  ],
  "a url that is not a WebSocket's": [
    'target: {provider: compatible, url: "https://x/v1"}',
    "s.yaml:6:37 target.url: must be the ws:// or wss:// address of a realtime API, such as wss://host/v1/realtime",
  ],
  "silence with manual turns": [
    "session: {turnDetection: {type: manual, silenceMs: 5}}",
    "s.yaml:6:52 session.turnDetection.silenceMs: goes with type: server, and this is type: manual",
  ],
  "silence with semantic turns": [
    "session: {turnDetection: {type: semantic, silenceMs: 5}}",
    "s.yaml:6:54 session.turnDetection.silenceMs: goes with type: server, and this is type: semantic",
  ],
  "eagerness of silence": [
    "session: {turnDetection: {eagerness: eager}}",
    's.yaml:6:38 session.turnDetection.eagerness: must be one of low, medium, high, auto, not "eager"',
  ],
  "a span without unit": ["load: {startOver: 2}", "s.yaml:6:19 load.startOver: must be a time with its unit, such as 500ms, 2s or 1m, or 0, not 2"],
  "a time that is no window": ["load: {duration: 0.5s}", "s.yaml:6:18 load.duration: must be from 1s to 55m"],
  "a window without unit": ["load: {duration: 60}", "s.yaml:6:18 load.duration: must be a time with its unit, such as 500ms, 2s or 1m, not 60"],
  "a number of calls in a run by time": [
    "load: {duration: 60s, calls: 2}",
    "s.yaml:6:23 load.calls: goes without load.duration: in a run by time a caller calls until its end (caller.repeat: call), or makes one call that lasts to it",
  ],
  "repeating for no time": ["  repeat: turns", "s.yaml:6:3 caller.repeat: goes with load.duration or load.stages, which say for how long"],
  "an empty threshold": ['thresholds: ["", "x"]', 's.yaml:6:14 thresholds[0]: must be a threshold, such as voice_to_voice p95 < 2500ms, not ""'],
  "a network that is none": ["network: delay:80", /^s\.yaml:6:10 network: /.source],
  "an unknown axis": ["matrix: {efort: [low]}", "s.yaml:6:10 matrix.efort: is not a field here; did you mean effort?"],
  "a wrong value of an axis": [
    "matrix: {effort: [low, hihg], frameMs: [5]}",
    's.yaml:6:24 matrix.effort[1]: must be one of minimal, low, medium, high, xhigh, dynamic, not "hihg"; did you mean high?',
    "s.yaml:6:41 matrix.frameMs[0]: must be a whole number from 10 to 100 (milliseconds), not 5",
  ],
  "an axis that is no list": ["matrix: {effort: low}", 's.yaml:6:18 matrix.effort: must be a list of values, such as [low, high], not "low"'],
  "an axis with a value twice": ["matrix: {effort: [low, low]}", "s.yaml:6:24 matrix.effort[1]: is the same value again; cells must differ"],
  "an axis under both its names": [
    "matrix: {effort: [low], session.effort: [high]}",
    "s.yaml:6:41 matrix.session.effort: is the axis effort again: write it once",
  ],
  "one network in two wordings": [
    "matrix:\n  network:\n    - delay:80ms,jitter:20ms\n    - jitter:20ms,delay:80ms",
    "s.yaml:9:7 matrix.network[1]: is the same network again in other words; cells must differ",
  ],
  "an axis of server turns over manual ones": [
    "session: {turnDetection: {type: manual}}\nmatrix: {silenceMs: [200, 500]}",
    "s.yaml:7:10 matrix.silenceMs: is no field of manual turn detection, which some cells have",
  ],
  "an axis of server turns over semantic and manual ones": [
    "matrix: {turnDetection: [server, semantic, manual], silenceMs: [200, 500]}",
    "s.yaml:6:53 matrix.silenceMs: is no field of semantic and manual turn detection, which some cells have",
  ],
  "too many cells": [
    `matrix: {sessions: [${Array.from({ length: 41 }, (_, i) => i + 1).join()}], effort: [minimal, low, medium, high, xhigh]}`,
    "s.yaml:6:1 matrix: makes 205 cells; at most 200",
  ],
  "more turns than anyone could wait for": [
    "load: {sessions: 5000, calls: 1001}\nmatrix: {effort: [low, high]}",
    "s.yaml:6:31 load.calls: makes 10010000 turns (10000 callers in all cells, 1001 calls each, 1 turns a call); at most 1000000",
  ],
  "a name that every object has": ["tags: {__proto__: a}", "s.yaml:6:7 tags: has a key that no field may have: __proto__"],
  "an alias of nothing": ["tags: {a: *no}", "s.yaml:6:11 tags.a: *no stands for what &no names, and nothing before it bears that name"],
  "a reference that is not closed": [
    'session: {voice: "${env:VOICE"}',
    "s.yaml:6:18 session.voice: ${env:VOICE is not a reference: write ${env:NAME} or ${env:NAME:-default}",
  ],
  "a reference inside a reference": [
    'session: {voice: "${env:A:-${env:B:-x}}"}',
    "s.yaml:6:18 session.voice: ${env:A:- is not a reference: write ${env:NAME} or ${env:NAME:-default}",
  ],
  "functions that no server could take": [
    "session:\n  tools:\n    - {name: look up, answers: {value: 1}}\n    - {name: a, parameters: {type: string, properties: {id: 1}, required: [no]}, answers: {value: 1}}\n    - {name: b, answers: {errorRate: 2}}",
    's.yaml:8:14 session.tools[0].name: must be a name of up to 64 letters, digits, _ and -, such as lookup_order, not "look up"',
    "s.yaml:9:36 session.tools[1].parameters.type: must be object: a function takes its arguments by name",
    "s.yaml:9:61 session.tools[1].parameters.properties.id: must be a JSON Schema, such as {type: string}",
    "s.yaml:9:76 session.tools[1].parameters.required[0]: names no argument in properties",
    "s.yaml:10:17 session.tools[2].answers.value: is missing: what the function gives back, such as {status: shipped}",
    "s.yaml:10:38 session.tools[2].answers.errorRate: must be a number from 0 to 1, not 2",
  ],
  "a function declared twice": [
    "session: {tools: [{name: a, answers: {value: 1}}, {name: a, answers: {value: 2}}]}",
    "s.yaml:6:58 session.tools[1].name: is declared twice: a",
  ],
  "several refused fields beside a fault": [
    "budget: {usd: -2}\nload: {model: open, rate: 2, sessions: 0}",
    "s.yaml:6:15 budget.usd: must be a number of dollars from 0.0001 to 100000, such as 2 or 0.50, or none for no limit on money, not -2",
    "s.yaml:7:21 load.rate: is not a field here: write how calls come, model: open with arrivals: {constant: {ratePerS: 2}}",
    "s.yaml:7:40 load.sessions: must be a whole number from 1 to 5000, not 0",
  ],
  "a missing variable": [
    'target: {provider: compatible, url: "ws://h", auth: {bearer: "${env:NO_SUCH}"}}',
    "s.yaml:6:62 target.auth.bearer: the environment variable NO_SUCH is not set: set it, or write ${env:NO_SUCH:-default}",
  ],
  "a reference without a name": [
    'session: {voice: "${env:}"}',
    "s.yaml:6:18 session.voice: ${env:} is not a reference: write ${env:NAME} or ${env:NAME:-default}",
  ],
};
for (const [name, [text, ...expected]] of Object.entries(wrong)) {
  test(`${name} is refused at its place`, () => {
    const found = issuesOf(smallest + text);
    if (expected[0]?.startsWith("^")) assert.match(found.join("\n"), new RegExp(expected[0]));
    else assert.deepEqual(found, expected);
  });
}

const wrongWhole: Record<string, readonly [text: string, ...issues: string[]]> = {
  "no scenario at all": ["", "s.yaml:1:1: must be a scenario: a map that begins with version: 1"],
  "a list": ["- 1", "s.yaml:1:1: must be a scenario: a map that begins with version: 1"],
  "broken YAML": ["version: 1\nname: [a\n", "s.yaml:3:1: is not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]"],
  "a tab": ["version: 1\ncaller:\n\tturns: []\n", "s.yaml:3:1: is not valid YAML: tabs are not allowed as indentation"],
  "a second document": [
    `${smallest}---\nversion: 1\n`,
    "s.yaml:6:1: is not valid YAML: a file holds one scenario, so there may be no second document after ---",
  ],
  "what every scenario needs": [
    "seed: 2",
    "s.yaml:1:1 version: is missing: it must be 1, the version of the scenario language",
    "s.yaml:1:1 name: is missing: it must be a name, such as voice-assistant: lower-case letters, digits and dashes",
    "s.yaml:1:1 caller: is missing: it must be a map of patienceMs, startBufferMs, thinkMs, turns, reactions, endedBy, mostTurns, effortPolicy, effortBy, feeders, repeat, pool, reconnect",
  ],
  "no turns": [
    "version: 1\nname: a\ncaller: {turns: []}",
    "s.yaml:3:17 caller.turns: must be a list of at least one turn, such as `- say: order-status`, not []",
  ],
  "a think time that isn't one": [
    "version: 1\nname: a\ncaller:\n  thinkMs: {uniform: [900, 300]}\n  turns: [{say: a}]",
    "s.yaml:4:22 caller.thinkMs.uniform: must be two numbers of milliseconds, the smaller first, such as [300, 900]",
  ],
  "a think time in words": [
    "version: 1\nname: a\ncaller: {thinkMs: long, turns: [{say: a}]}",
    's.yaml:3:19 caller.thinkMs: must be a number of milliseconds, {uniform: [300, 900]} or {lognormal: {median: 500, sigma: 0.5}}, not "long"',
  ],
  "turns that ask for what there is not": [
    "version: 1\nname: a\ncaller:\n  turns:\n    - expect: {words: x}\n      say: a\n    - say: b\n      interrupt: {say: c}",
    "s.yaml:5:15 caller.turns[0].expect: must say what is expected, such as {answer: {contains: [shipped]}, answeredWithinMs: 3000}",
    "s.yaml:5:16 caller.turns[0].expect.words: is not a field here",
    "s.yaml:8:18 caller.turns[1].interrupt: must say when: atAnswerMs, such as 800, or onWord, such as address",
  ],
  "aliases that never end": ["version: &v [*v]", "s.yaml:1:1: is too large or too deep for a scenario"],
};
for (const [name, [text, ...expected]] of Object.entries(wrongWhole)) {
  test(`refused: ${name}`, () => assert.deepEqual(issuesOf(text), expected));
}

test("of hundreds of faults the first hundred are shown, and how many more there are", () => {
  const issues = issuesOf(`${smallest}tags:\n${Array.from({ length: 300 }, (_, i) => `  t${i}: []\n`).join("")}`);
  assert.equal(issues.length, 101);
  assert.match(issues.at(-1) ?? "", /^s\.yaml:107:9 tags\.t100: must be text, not \[\]; and 199 more faults$/);
});

test("a cell of the matrix is the scenario with its values in their places", () => {
  const { scenario } = parsedOf(`${smallest}matrix: {turnDetection: [server, manual], effort: [low, high]}\n`);
  const cells = combinations(scenario.matrix).map((values) => withAxisValues(scenario, values).session);
  assert.deepEqual(
    cells.map(({ turnDetection, effort }) => [turnDetection.type, effort]),
    [
      ["server", "low"],
      ["server", "high"],
      ["manual", "low"],
      ["manual", "high"],
    ],
  );
  assert.deepEqual(cells[3]?.turnDetection, { type: "manual" });
});

test("every scenario that ships parses under its own name", () => {
  const files = globSync("*.yaml", { cwd: packagePath("scenarios") });
  assert.ok(files.length >= 4, `saw ${files.length} scenarios`);
  const shipped = (file: string) => ({ source: file, path: file, text: readFileSync(packagePath("scenarios", file), "utf8") });
  for (const file of files) {
    const findBase = (wanted: string) => ok(shipped(`${wanted}.yaml`));
    const parsed = parseScenario({ ...shipped(file), findBase, overrides: [], env: { OPENAI_API_KEY: "sk-test" } });
    assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
    assert.equal(parsed.value.scenario.name, basename(file, ".yaml"));
  }
});

test("the quick start is what its first line promises", () => {
  const { scenario } = parsedOf(readFileSync(packagePath("scenarios", "quickstart.yaml"), "utf8"));
  assert.deepEqual(scenario.matrix, { "session.effort": ["low", "high"] });
  assert.deepEqual(scenario.load, { model: "closed", sessions: 20, calls: 1, concurrency: 40, startOverMs: 1_500, repeat: 1 });
  assert.deepEqual(scenario.thresholds, []);
});
