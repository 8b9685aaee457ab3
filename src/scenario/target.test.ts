// Targets that are not ours: what may be asked of each provider, and what of them is kept with a run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { parseScenario } from "./parse.ts";

const smallest = "version: 1\nname: small\ncaller:\n  turns:\n    - say: order-status\n";
const parse = (text: string) => parseScenario({ text: `${smallest}${text}`, source: "s.yaml", overrides: [], env: {} });

const wrong: Record<string, readonly [text: string, ...issues: string[]]> = {
  "an openai target without a key": ["target: {provider: openai}", 's.yaml:6:1 target.auth: is missing: write auth: {bearer: "${env:OPENAI_API_KEY}"}'],
  "two keys": [
    'target: {provider: openai, auth: {bearer: "x", file: k}}',
    "s.yaml:6:54 target.auth.file: is a second key beside bearer: write one of bearer, apiKey, command, file",
  ],
  "an azure target without its address, with a browser's key": [
    'target: {provider: azure, auth: {bearer: "x", as: subprotocol}}',
    "s.yaml:6:1 target.url: is missing: write the address of your resource, such as wss://my-resource.openai.azure.com",
    "s.yaml:6:51 target.auth.as: must be bearer or apiKey: Azure takes no key among the subprotocols",
  ],
  "a field of another provider": [
    'target: {provider: openai, auth: {bearer: "x"}, capabilities: {efforts: [low]}, deployment: d}',
    "s.yaml:6:63 target.capabilities: goes with provider: compatible, and this is provider: openai",
    "s.yaml:6:93 target.deployment: goes with provider: azure, and this is provider: openai",
  ],
  "a proxy that is none": [
    'target: {provider: openai, auth: {bearer: "x"}, proxy: "socks5://h:1"}',
    "s.yaml:6:56 target.proxy: must be the http:// address of a proxy, such as http://proxy:3128, or none",
  ],
  "an effort of a model that takes none": [
    'target: {provider: openai, model: gpt-realtime-2025-08-28, auth: {bearer: "x"}}\nsession: {effort: low}',
    "s.yaml:7:19 session.effort: asks for the reasoning effort low, and gpt-realtime-2025-08-28 on openai takes no reasoning effort at all: leave it out, or name a gpt-realtime-2 model",
  ],
  "an effort in one cell of a matrix of models": [
    'target: {provider: openai, auth: {bearer: "x"}}\nmatrix: {model: [gpt-realtime-2, gpt-realtime-mini], effort: [low]}',
    "s.yaml:7:63 matrix.effort[0]: asks for the reasoning effort low, and gpt-realtime-mini on openai takes no reasoning effort at all: leave it out, or name a gpt-realtime-2 model",
  ],
  "more than a compatible server declares": [
    'target: {provider: compatible, url: "ws://h", capabilities: {efforts: [low], kinds: [transcription]}}\nsession: {turnDetection: {type: semantic}, inputFormat: pcmu}\nmatrix: {effort: [low, high]}',
    "s.yaml:7:1 session.kind: asks for the kind of session conversation, and target.capabilities declares transcription: if the server takes it, declare capabilities: {kinds: [transcription, conversation]}; earshot doctor finds out",
    "s.yaml:7:33 session.turnDetection.type: asks for the turn detection semantic, and target.capabilities declares server, manual: if the server takes it, declare capabilities: {turnDetection: [server, manual, semantic]}; earshot doctor finds out",
    "s.yaml:7:57 session.inputFormat: asks for the audio format pcmu, and target.capabilities declares pcm24k: if the server takes it, declare capabilities: {formats: [pcm24k, pcmu]}; earshot doctor finds out",
    "s.yaml:8:24 matrix.effort[1]: asks for the reasoning effort high, and target.capabilities declares low: if the server takes it, declare capabilities: {efforts: [low, high]}; earshot doctor finds out",
  ],
  "a threshold on money that the server does not report": [
    'target: {provider: compatible, url: "ws://h", capabilities: {usage: false}}\nthresholds: ["voice_to_voice p90 < 2s", "cost mean < 0.01"]',
    "s.yaml:7:41 thresholds[1]: is about tokens and money, and target.capabilities declares usage: false: the server reports none, so it could never be met",
  ],
  "faults and limits that are none": [
    "target: {sessionMinutes: 0, faults: [restart@10s]}",
    "s.yaml:6:26 target.sessionMinutes: must be a number from 0.01 to 60 (minutes), not 0",
    's.yaml:6:38 target.faults[0]: "restart@10s" is not how restart is written: write, for example, restart@10s+2s, with units ms, s or m',
  ],
  "the embedded target's own limits, of another server": [
    'target: {provider: openai, auth: {bearer: "x"}, sessionMinutes: 1}',
    "s.yaml:6:65 target.sessionMinutes: goes with provider: embedded, and this is provider: openai",
  ],
  "an axis of the embedded target, of another server": [
    'target: {provider: openai, auth: {bearer: "x"}}\nmatrix: {target.requestsPerMinute: [1, 2]}',
    "s.yaml:7:10 matrix.target.requestsPerMinute: is an axis of the embedded target only",
  ],
  "audio at 16 kHz": [
    "session: {inputFormat: pcm16k}",
    "s.yaml:6:24 session.inputFormat: audio at 16 kHz, which the API refuses as well, is not supported in this version",
  ],
};
for (const [name, [text, ...expected]] of Object.entries(wrong)) {
  test(`${name} is refused at its place`, () => {
    const parsed = parse(text);
    assert.deepEqual(parsed.ok ? [] : parsed.issues.map(formatIssue), expected);
  });
}

test("what is kept of a target with a run holds every default and no secret", () => {
  const parsed = parse(`target:
  provider: compatible
  url: wss://h.example/v1/realtime
  auth: {command: [op, read, sk-LIT], as: subprotocol, mint: "https://me:sk-LIT@h.example/mint?k=sk-LIT"}
  proxy: http://me:sk-LIT@proxy:3128
  organization: org-1
  ca: ca.pem
  capabilities: {efforts: [low], events: beta}
`);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  assert.doesNotMatch(parsed.value.resolvedYaml, /sk-LIT/);
  const kept = /target:\n(?:  .*\n)+/.exec(parsed.value.resolvedYaml)?.[0] ?? "";
  for (const field of ["subprotocol", "- op", "https://h.example/mint", "proxy: http://proxy:3128", "organization: org-1", "ca: ca.pem", "events: beta"]) {
    assert.ok(kept.includes(field), `${field} in\n${kept}`);
  }
  const again = parse(kept);
  assert.ok(again.ok, again.ok ? "" : again.issues.map(formatIssue).join("\n"));
  assert.deepEqual(parsed.value.scenario.target.provider === "compatible" && parsed.value.scenario.target.capabilities, {
    kinds: ["conversation"],
    turnDetection: ["server", "manual"],
    formats: ["pcm24k"],
    efforts: ["low"],
    usage: true,
    errors: "either",
    events: "beta",
  });
});

test("a fault in what lets us in repeats nothing of it", () => {
  for (const text of ['{provider: openai, auth: {mint: "ftp://sk-LIT"}}', '{provider: openai, auth: {bearer: "sk-LIT\\n"}, proxy: "x://sk-LIT"}']) {
    const parsed = parse(`target: ${text}`);
    assert.ok(!parsed.ok);
    assert.doesNotMatch(JSON.stringify(parsed.issues), /sk-LIT/);
  }
});

test("the embedded target's limits, life and faults are kept as they were written", () => {
  const parsed = parse('target: {sessionMinutes: 0.05, tokensPerMinute: 900, requestsPerMinute: 5, models: known, faults: ["restart@10s+2s", drop-all@20s]}');
  const { provider: _, model: __, profile: ___, script: ____, ...kept } = (parsed.ok ? parsed.value.scenario.target : {}) as Record<string, unknown>;
  const faults = ["restart@10s+2s", "drop-all@20s"];
  assert.deepEqual(kept, { sessionMinutes: 0.05, tokensPerMinute: 900, requestsPerMinute: 5, models: "known", faults });
});
