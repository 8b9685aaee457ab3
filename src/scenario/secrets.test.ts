import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults } from "./defaults.ts";
import { parseScenario } from "./parse.ts";
import { issuesOf, parsedOf, smallest } from "../testing/parsed-scenario.ts";

test("the environment's text becomes what the field wants, and stays text where text is wanted", () => {
  const text = "version: ${env:ONE}\nname: n${env:ONE}\nseed: ${env:NO:-7}\ncaller: {turns: [{say: a}]}\ntags: {build: '${env:ONE}', yes: '${env:T}'}\n";
  const { scenario } = parsedOf(text, { env: { ONE: "1", T: "true" } });
  assert.deepEqual([scenario.version, scenario.name, scenario.seed, scenario.tags], [1, "n1", 7, { build: "1", yes: "true" }]);
});

test("the environment fills values in, and only their references are written down", () => {
  const text = `${smallest}target:
  provider: compatible
  url: "wss://\${env:HOST:-h.example}/v1/realtime?key=\${env:KEY}"
  auth: {bearer: "\${env:KEY}"}
  headers: {x-team: blue}
load: {sessions: "\${env:SESSIONS}"}
`;
  const { scenario, resolvedYaml } = parsedOf(text, { env: { KEY: "sk-secret", SESSIONS: "12" } });
  assert.deepEqual(scenario.target, {
    provider: "compatible",
    model: "gpt-realtime-2",
    url: "wss://h.example/v1/realtime?key=sk-secret",
    auth: { bearer: "sk-secret", as: "bearer" },
    headers: { "x-team": "blue" },
    capabilities: defaults.capabilities,
  });
  assert.equal(scenario.load.sessions, 12);
  assert.doesNotMatch(resolvedYaml, /sk-secret|blue/);
  assert.match(resolvedYaml, /url: wss:\/\/h\.example\/v1\/realtime\?key=\$\{env:KEY\}\n/);
  assert.match(resolvedYaml, /bearer: \$\{env:KEY\}\n/);
  assert.match(resolvedYaml, /sessions: \$\{env:SESSIONS\}\n/);
});

test("a key written out in the file is redacted too, in the address as well", () => {
  const text = `${smallest}target: {provider: compatible, url: "wss://me:pw@h/v1?model=m&api_key=k1", auth: {bearer: sk-plain}}\n`;
  const { resolvedYaml } = parsedOf(text);
  assert.doesNotMatch(resolvedYaml, /sk-plain|k1|pw/);
  assert.match(resolvedYaml, /model=m/);
});

test("no message repeats what came from the environment", () => {
  const text = `${smallest}network: "\${env:S}"\nsession: {frameMs: "\${env:S}", effort: "\${env:S}"}\ntarget: {provider: compatible, url: "\${env:S}"}\nmatrix: {network: ["\${env:S}"]}\n`;
  const issues = issuesOf(text, { env: { S: "sk-secret" } });
  assert.equal(issues.length, 5, issues.join("\n"));
  assert.doesNotMatch(issues.join("\n"), /sk-secret/);
  assert.match(issues.join("\n"), /session\.effort: .*not \$\{env:S\}/);
});

test("no literal key is ever shown: not in the kept scenario, not in a message about it", () => {
  const kept = parsedOf(
    `${smallest}target: {provider: compatible, url: "ws://u:hunter2@h/v1?k=\${env:KEY}&z=sk-LIT", auth: {bearer: "sk-live-\${env:KEY}"}}\n`,
    { env: { KEY: "x1" } },
  );
  assert.doesNotMatch(kept.resolvedYaml, /hunter2|sk-LIT|sk-live|x1/);
  for (const target of ['{provider: compatible, url: "ws://h", auth: sk-LITERAL}', '{provider: compatible, url: "http://u:sk-LITERAL@h/?k=sk-LITERAL"}']) {
    const result = parseScenario({ text: `${smallest}target: ${target}\n`, source: "a.yaml", overrides: [], env: {} });
    assert.ok(!result.ok);
    assert.doesNotMatch(JSON.stringify(result.issues), /sk-LITERAL/);
  }
});
