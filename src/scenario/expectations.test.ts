// Expectations, functions' answers and context as a user writes them: what is understood, and every fault at its place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { parseScenario } from "./parse.ts";

const parse = (text: string) => parseScenario({ text: `version: 1\nname: small\n${text}`, source: "s.yaml", overrides: [], env: {} });
const withTurn = (turn: string, session = ""): string => `caller: {turns: [{say: yes, expect: ${turn}}]}\nsession: {${session}}\n`;
const withSession = (session: string): string => `caller: {turns: [{say: yes}]}\nsession: {${session}}\n`;
const tool = "{name: find, parameters: {type: object, properties: {id: {type: string}}}, answers: {value: 1}}";

test("all of it, read again from its resolved form, is the same", () => {
  const written = parse(`
session:
  transcription: {model: m}
  tools:
    - {name: find, parameters: {type: object, properties: {id: {type: string}}}, answers: {template: {id: "{{arguments.id}}"}, timeoutRate: 0.2, errorRate: 0.8}}
  truncation: {retentionRatio: 0.8, tokenLimit: 9000}
  context: {keepTurns: 3}
  documents: [{tokens: 60000}, {text: Hello., tokens: 5}, {file: manual.txt}]
  cache: cold
caller:
  turns:
    - say: yes
      expect: {tool: {name: find, arguments: {id: A1042}}, transcript: {wer: 0.2}, answer: {contains: [a, b], matches: "^x"}, answeredWithinMs: 3000}
    - say: no
      expect: {tool: [{name: find, schema: {required: [id]}}, {name: find}], answer: {contains: a}}
matrix: {session.cache: [natural, cold]}
`);
  assert.ok(written.ok, written.ok ? "" : written.issues.map(formatIssue).join("\n"));
  const { scenario, resolvedYaml } = written.value;
  const again = parseScenario({ text: resolvedYaml, source: "r.yaml", overrides: [], env: {} });
  assert.deepEqual(again.ok && again.value.scenario, scenario);
  assert.deepEqual(scenario.session.tools?.[0]?.answers, { template: { id: "{{arguments.id}}" }, delayMs: 0, errorRate: 0.8, timeoutRate: 0.2 });
  assert.deepEqual(
    [scenario.session.truncation, scenario.session.context, scenario.session.cache, scenario.session.documents?.length],
    [{ retentionRatio: 0.8, tokenLimit: 9_000 }, { keepTurns: 3 }, "cold", 3],
  );
  assert.equal(scenario.caller.turns[0]?.expect?.answeredWithinMs, 3_000);
});

const wrong: readonly (readonly [text: string, issue: RegExp])[] = [
  [withTurn("{}"), /turns\[0\]\.expect: must say what is expected, such as \{answer/],
  [withTurn("{transcript: {wer: 0.2}}"), /expect\.transcript: needs session\.transcription, such as/],
  [withTurn("{transcript: {wer: -1}}", "transcription: {model: m}"), /transcript\.wer: must be a number from 0 to 10/],
  [withTurn("{tool: {name: fund}}", `tools: [${tool}]`), /expect\.tool: expects fund, which session\.tools does not declare; did you mean find\?/],
  [withTurn("{tool: {name: find}}"), /expects find, which session\.tools does not declare; it declares none/],
  [withTurn("{tool: [{name: find}, {name: zzzzzz}]}", `tools: [${tool}]`), /expects zzzzzz, .*there are find/],
  [withTurn("{tool: {name: find, arguments: {}, schema: {}}}", `tools: [${tool}]`), /tool\.schema: goes without arguments/],
  [withTurn("{tool: {name: find, schema: {format: x}}}", `tools: [${tool}]`), /tool\.schema: must be a JSON Schema .* has format, which is not understood/],
  [withTurn("{tool: []}"), /expect\.tool: must be a function call such as/],
  [withTurn("{answer: {}}"), /expect\.answer: must say contains or matches/],
  [withTurn('{answer: {matches: "("}}'), /answer\.matches: must be a regular expression/],
  [withTurn("{answer: {contains: []}}"), /answer\.contains: must be text, or a list of texts/],
  [withTurn("{answeredWithinMs: 0}"), /answeredWithinMs: must be a number from 1 to 600000/],
  [withTurn("{answeredIn: 5, answeredWithinMs: 5}"), /expect\.answeredIn: is not a field here/],
  [withSession("tools: [{name: f, answers: {value: 1, template: 2}}]"), /answers\.template: goes without value/],
  [withSession('tools: [{name: f, answers: {template: "{{id}}"}}]'), /answers\.template: has \{\{id\}\}: only the call's arguments/],
  [withSession('tools: [{name: f, answers: {template: ["{{arguments.id}}"]}}]'), /has \{\{arguments\.id\}\}, and parameters\.properties has no id/],
  [withSession("tools: [{name: f, answers: {value: 1, errorRate: 0.6, timeoutRate: 0.6}}]"), /timeoutRate: is more than errorRate leaves/],
  [withSession("truncation: sometimes"), /session\.truncation: must be auto, disabled or \{retentionRatio: 0\.8\}/],
  [withSession("truncation: {retentionRatio: 2}"), /session\.truncation.*(must be a number from 0 to 1|retentionRatio: 0\.8)/],
  [withSession("context: {keepTurns: 0}"), /context\.keepTurns: must be a whole number from 1 to 1000/],
  [withSession("documents: [{}]"), /documents\[0\]: must be a document, such as \{tokens: 60000\}/],
  [withSession("documents: [{file: a.txt, text: b}]"), /documents\[0\]\.text: goes without file/],
  [withSession("documents: [{tokens: 200000}]"), /documents\[0\]\.tokens: must be a whole number from 1 to 128000/],
  [withSession("cache: warm"), /session\.cache: must be one of natural, cold/],
];
for (const [text, issue] of wrong) {
  test(`${text.split("\n").slice(0, 2).join(" ")} is refused`, () => {
    const parsed = parse(text);
    const issues = parsed.ok ? [] : parsed.issues.map(formatIssue);
    assert.equal(issues.length, 1, issues.join("\n"));
    assert.match(issues[0] ?? "", issue);
    assert.match(issues[0] ?? "", /^s\.yaml:\d+:\d+ /);
  });
}
