// A network written as a map: what it stands for, and where its faults are told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { parseScenario } from "./parse.ts";

const start = "version: 1\nname: n\ncaller: { turns: [{ say: yes }] }\nload: { sessions: 4 }\n";

const parse = (network: string, overrides: readonly { readonly path: string; readonly value: string; readonly flag: string }[] = []) =>
  parseScenario({ source: "s.yaml", text: `${start}${network}\n`, overrides, env: {} });

function networkOf(text: string): string {
  const parsed = parse(text);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  const again = parseScenario({ source: "s.yaml", text: parsed.value.resolvedYaml, overrides: [], env: {} });
  assert.ok(again.ok, "what is kept with the run can be run again");
  assert.equal(again.value.scenario.network, parsed.value.scenario.network);
  return parsed.value.scenario.network;
}

const meant: Readonly<Record<string, string>> = {
  "network: elevator": "elevator",
  "network: lte,reset@5s": "lte,reset@5s",
  "network: {}": "none",
  "network: { base: lte }": "lte",
  "network: { base: lte, timeline: [{ at: 20s, blackhole: 3s }], share: 0.3 }": "lte,blackhole@20s+3s,share:30%",
  "network: { timeline: [{ at: 0, blackhole: forever }] }": "blackhole@0ms",
  "network: { timeline: [{ at: 20s, blackhole: 8s, every: 28s }, { at: 5s..25s, blackhole: 10s..30s }] }": "blackhole@5s..25s+10s..30s,blackhole@20s+8s/28s",
  "network: { base: 'delay:80ms,jitter:20ms', timeline: [{ at: 9s, reset: true, every: 9s }] }": "delay:80ms,jitter:20ms,reset@9s/9s",
  "network: { timeline: [{ at: 1s, refuse: 3s }, { at: 1s, noDns: forever }] }": "dns:fail@1s,connect:refused@1s+3s",
  "network: { base: wifi, timeline: [{ at: 10s..20s, switchTo: lte, gap: 1s..5s }] }": "wifi,switch@10s..20s+1s..5s/lte",
};
for (const [text, network] of Object.entries(meant)) {
  test(`${text} is ${network}`, () => assert.equal(networkOf(text), network));
}

const wrong: Readonly<Record<string, string>> = {
  "network: { bse: lte }": "s.yaml:5:12 network.bse: is not a field here; did you mean base?",
  "network: { base: lt }": 's.yaml:5:18 network.base: "lt" is no impairment; did you mean lte?',
  "network:\n  share: 0": "s.yaml:6:10 network.share: must be a number from 0.001 to 1, not 0",
  "network:\n  share: 0.5": "s.yaml:6:3 network: share says who has a network, and there is none beside it",
  "network:\n  timeline:\n    - { at: 5s }": "s.yaml:7:7 network.timeline[0]: needs one of blackhole, reset, refuse, noDns, switchTo beside at",
  "network:\n  timeline:\n    - { at: 5s, reset: true, gap: 1s }": "s.yaml:7:35 network.timeline[0].gap: goes with switchTo",
  "network:\n  timeline:\n    - { at: 5s, blackhole: 9s, every: 9s }": 's.yaml:7:7 network.timeline[0]: "blackhole@5s+9s/9s" comes again before it is over',
  "network:\n  timeline:\n    - { at: 5s, switchTo: moon, gap: 1s }": 's.yaml:7:7 network.timeline[0]: there is no network "moon"',
  "network:\n  timeline:\n    - { at: 5, reset: true }": "s.yaml:7:13 network.timeline[0].at: must be a time with its unit",
  "network: 5": "s.yaml:5:10 network: must be none, a name such as lte",
};
for (const [text, message] of Object.entries(wrong)) {
  test(`${text.replaceAll(/\s+/g, " ")} is refused at its place`, () => {
    const parsed = parse(text);
    assert.ok(!parsed.ok);
    const [issue, ...rest] = parsed.issues.map(formatIssue);
    assert.equal(issue?.slice(0, message.length), message);
    assert.deepEqual(rest, []);
  });
}

test("a flag makes an axis of names, and a map of one network", () => {
  const axis = parse("network: none", [{ path: "network", value: "lte,elevator,delay:80ms,jitter:20ms", flag: "--network" }]);
  assert.deepEqual(axis.ok && axis.value.scenario.matrix, { network: ["lte", "elevator", "delay:80ms,jitter:20ms"] });
  const one = parse("network: none", [{ path: "network", value: "{base: lte, timeline: [{at: 9s, reset: true}]}", flag: "--network" }]);
  assert.equal(one.ok && one.value.scenario.network, "lte,reset@9s");
});
