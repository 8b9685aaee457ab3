import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, formatIssue, ok, type Result } from "../core/issues.ts";
import type { ScenarioFile } from "./extends.ts";
import type { Override } from "./overrides.ts";
import { parseScenario } from "./parse.ts";

const base = `version: 1
name: base
target: {profile: exact, script: brief}
session:
  frameMs: 40
  turnDetection: {silenceMs: 200, prefixMs: 100}
caller:
  thinkMs: {uniform: [1, 2]}
  turns:
    - say: yes
    - say: no
load: {sessions: 3, calls: 2}
matrix: {effort: [low, high]}
thresholds: ["answered rate >= 0.9"]
tags: {team: blue, region: eu}
`;

type Files = Readonly<Record<string, string>>;

interface Given {
  readonly overrides?: readonly Override[];
  readonly env?: Readonly<Record<string, string>>;
}

function fileOf(files: Files, name: string): Result<ScenarioFile> {
  const text = files[name];
  if (text === undefined) return failed({ source: name, message: "there is no such file" });
  return ok({ source: name, text, path: name, findBase: (wanted) => fileOf(files, wanted.replace("./", "")) });
}

const parse = (files: Files, { overrides = [], env = {} }: Given = {}) => {
  const first = fileOf(files, "my.yaml");
  assert.ok(first.ok);
  return parseScenario({ ...first.value, overrides, env });
};

const parsed = (files: Files, given: Given = {}) => {
  const result = parse(files, given);
  assert.ok(result.ok, result.ok ? "" : result.issues.map(formatIssue).join("\n"));
  return result.value;
};

function issuesOf(files: Files, given: Given = {}): readonly string[] {
  const result = parse(files, given);
  return result.ok ? [] : result.issues.map(formatIssue);
}

const over = (text: string, given: Given = {}) => parsed({ "base.yaml": base, "my.yaml": `extends: ./base.yaml\n${text}` }, given);

test("a scenario that says nothing but what it extends is that scenario", () => {
  assert.deepEqual(over("").scenario, parsed({ "my.yaml": base }).scenario);
});

test("sections are put together field by field, lists and values replaced", () => {
  const { scenario } = over(
    "name: mine\nsession: {turnDetection: {silenceMs: 700}}\ncaller: {turns: [{say: refund}]}\ntags: {region: us, build: 7}\nthresholds: []\nload: {calls: 5}",
  );
  assert.equal(scenario.name, "mine");
  assert.deepEqual(
    [scenario.session.frameMs, scenario.session.turnDetection],
    [40, { type: "server", silenceMs: 700, prefixMs: 100, threshold: 0.5, interruptResponse: true }],
  );
  assert.deepEqual([scenario.caller.turns, scenario.caller.thinkMs], [[{ say: "refund" }], { uniform: [1, 2] }]);
  assert.deepEqual([scenario.tags, scenario.thresholds], [{ team: "blue", region: "us", build: "7" }, []]);
  assert.deepEqual([scenario.load.sessions, scenario.load.calls], [3, 5]);
});

test("one of several shapes is a value: another distribution takes the place of the first", () => {
  assert.deepEqual(over("caller: {thinkMs: {lognormal: {median: 5, sigma: 1}}}").scenario.caller.thinkMs, { lognormal: { median: 5, sigma: 1 } });
});

test("another kind of target or turn leaves the old kind's fields behind", () => {
  const { scenario } = over('target: {provider: compatible, url: "ws://h/v1", capabilities: {efforts: [low, high]}}\nsession: {turnDetection: {type: manual}}');
  assert.deepEqual({ ...scenario.target, capabilities: {} }, { provider: "compatible", model: "gpt-realtime-2", url: "ws://h/v1", capabilities: {} });
  assert.deepEqual(scenario.session.turnDetection, { type: "manual" });
});

test("a field's own value or axis takes the axis below away, under either of its names", () => {
  assert.deepEqual(over("session: {effort: medium}").scenario.matrix, {});
  assert.deepEqual(over("matrix: {session.effort: [xhigh], frameMs: [10, 20]}").scenario.matrix, { "session.effort": ["xhigh"], "session.frameMs": [10, 20] });
});

test("a base may rest on another, and a flag wins over all of them", () => {
  const files = { "base.yaml": base, "middle.yaml": "extends: base.yaml\nname: middle\nload: {sessions: 9}\n", "my.yaml": "extends: middle.yaml\nseed: 5\n" };
  const { scenario, resolvedYaml } = parsed(files, { overrides: [{ path: "load.calls", value: "4", flag: "--calls" }] });
  assert.deepEqual([scenario.name, scenario.seed, scenario.load.sessions, scenario.load.calls], ["middle", 5, 9, 4]);
  assert.doesNotMatch(resolvedYaml, /extends/);
  assert.deepEqual(parsed({ "my.yaml": resolvedYaml }).scenario, scenario);
});

test("faults point at the file and line they come from", () => {
  const files = {
    "base.yaml": "version: 1\nload: {sessions: 0, calls: x}\nsesion: {}\n",
    "my.yaml": "extends: base.yaml\nload:\n  calls: 0\ncaller: {turns: []}\n",
  };
  assert.deepEqual(issuesOf(files), [
    "my.yaml:1:1 name: is missing: it must be a name, such as voice-assistant: lower-case letters, digits and dashes",
    "my.yaml:3:10 load.calls: must be a whole number from 1 to 10000, not 0",
    "my.yaml:4:17 caller.turns: must be a list of at least one turn, such as `- say: order-status`, not []",
    "base.yaml:2:18 load.sessions: must be a whole number from 1 to 5000, not 0",
    "base.yaml:3:1 sesion: is not a field here; did you mean session?",
  ]);
});

test("the environment of a base is asked only for what nothing replaces, and stays unseen", () => {
  const withKey = base.replace(
    "target: {profile: exact, script: brief}",
    'target: {provider: compatible, url: "ws://h", auth: {bearer: "${env:KEY}"}, capabilities: {efforts: [low, high]}}',
  );
  const files = (text: string) => ({ "base.yaml": withKey, "my.yaml": `extends: base.yaml\n${text}` });
  assert.deepEqual(issuesOf(files("")), ["base.yaml:3:62 target.auth.bearer: the environment variable KEY is not set: set it, or write ${env:KEY:-default}"]);
  assert.deepEqual(issuesOf(files('target: {auth: {bearer: "${env:OWN}"}}'), { env: { OWN: "sk-own" } }), []);
  assert.match(parsed(files(""), { env: { KEY: "sk-1" } }).resolvedYaml, /bearer: \$\{env:KEY\}\n/);
});

const refused: Record<string, readonly [files: Files, ...issues: string[]]> = {
  "a circle": [
    { "my.yaml": "name: a\nextends: b.yaml\n", "b.yaml": "extends: my.yaml\n" },
    "b.yaml:1:10 extends: goes round in a circle: my.yaml extends b.yaml extends my.yaml",
  ],
  itself: [{ "my.yaml": "extends: ./my.yaml\n" }, "my.yaml:1:10 extends: goes round in a circle: my.yaml extends my.yaml"],
  "a file that is not there": [{ "my.yaml": "extends: ./no.yaml\n" }, "my.yaml:1:10 extends: there is no such file"],
  "a list of files": [{ "my.yaml": "extends: [a, b]\n" }, 'my.yaml:1:10 extends: must be a file such as ./base.yaml, or the name of a scenario, not ["a","b"]'],
  "a file named by the environment": [
    { "my.yaml": 'extends: "${env:FILE:-base.yaml}"\n', "base.yaml": base },
    "my.yaml:1:10 extends: must be written out: which file it is can't depend on the environment",
  ],
  "a base that is no map": [
    { "my.yaml": "extends: base.yaml\n", "base.yaml": "- 1\n" },
    "base.yaml:1:1: must be a scenario: a map that begins with version: 1",
  ],
  "a base that is no YAML, beside a key written twice": [
    { "my.yaml": "extends: base.yaml\nseed: 1\nseed: 2\n", "base.yaml": "a: [\n" },
    "my.yaml:3:1: seed is written twice in the same map",
    "base.yaml:2:1: is not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
};
for (const [name, [files, ...expected]] of Object.entries(refused)) {
  test(`refused: to extend ${name}`, () => assert.deepEqual(issuesOf(files), expected));
}

test("a chain of files ends somewhere", () => {
  const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i === 0 ? "my.yaml" : `f${i}.yaml`, `extends: f${i + 1}.yaml\n`]));
  assert.match(issuesOf(files).join(), /^f9\.yaml:1:10 extends: is the 11th file upon the next; at most 10: my\.yaml extends f1\.yaml/);
});

test("text without a file can't extend, and a flag can't", () => {
  const bare = parseScenario({ text: "extends: a\n", source: "s", overrides: [], env: {} });
  assert.deepEqual(bare.ok || bare.issues.map(formatIssue), [
    "s:1:10 extends: can only be used in a file: there is nothing here that its path could start from",
  ]);
  const flag = { path: "extends", value: "base.yaml", flag: "--set" };
  assert.deepEqual(issuesOf({ "my.yaml": base }, { overrides: [flag] }), ["--set extends: can only be written in a scenario's own file"]);
});

test("a fault that is found later is placed where its field is written, without what the environment put there", () => {
  const { placed } = over('matrix: {profile: [a, b]}\ncaller: {turns: [{say: yes}, {say: "${env:CLIP}"}]}', {
    env: { CLIP: "hidden" },
    overrides: [{ path: "prices", value: "x", flag: "--prices" }],
  });
  const place = (path: string) => formatIssue(placed({ source: "?", path, message: "has hidden" }));
  assert.equal(place("target.profile"), "my.yaml:2:19 matrix.profile: has hidden");
  assert.equal(place("target.script"), "base.yaml:3:34 target.script: has hidden");
  assert.equal(place("caller.turns[1].say"), "my.yaml:3:36 caller.turns[1].say: can't take what ${env:CLIP} holds");
  assert.equal(place("prices"), "--prices prices: has hidden");
});
