// What a caller says, from YAML to the resolved scenario and back, and what is refused of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue, orThrow } from "../core/issues.ts";
import { parseScenario } from "./parse.ts";

const parse = (caller: string, rest = "", env: Readonly<Record<string, string>> = {}) =>
  parseScenario({ text: `version: 1\nname: s\ncaller:\n${caller}\n${rest}`, source: "s.yaml", overrides: [], env });

test("blocks are unrolled, defaults written out, and the resolved scenario is the same scenario", () => {
  const { scenario, resolvedYaml } = orThrow(
    parse(
      `  turns:
    - repeat: {times: 2, turns: [{say: yes, complex: true}, {text: "\${env:WORDS} there"}]}
    - {say: {set: crm}, interrupt: {say: no-thanks, onWord: well, backChannel: true}}
    - {text: "\${env:WORDS}", effort: high, maxOutputTokens: inf}
  reactions: [{when: {called: lookup}, say: yes}]
  endedBy: {heard: bye}
  mostTurns: 9
  effortPolicy: {complex: high, otherwise: low}`.replaceAll("say: yes", 'say: "yes"'),
      "session: {tools: [{name: lookup, answers: {value: 1}}]}",
      { WORDS: "secret" },
    ),
  );
  const block = [{ say: "yes", complex: true }, { text: "secret there" }];
  assert.deepEqual(scenario.caller.turns, [
    ...block,
    ...block,
    { say: { set: "crm", order: "shuffled" }, interrupt: { say: "no-thanks", onWord: "well", backChannel: true } },
    { text: "secret", effort: "high", maxOutputTokens: "inf" },
  ]);
  assert.deepEqual([scenario.caller.effortBy, scenario.caller.reactions?.[0]?.times], ["update", 1]);
  assert.equal(resolvedYaml.includes("secret"), false);
  assert.equal(resolvedYaml.match(/\$\{env:WORDS\}/g)?.length, 3);
  const again = parseScenario({ text: resolvedYaml, source: "again.yaml", overrides: [], env: { WORDS: "secret" } });
  assert.deepEqual(orThrow(again).scenario, scenario);
});

const wrong: Record<string, readonly [caller: string, rest: string, ...issues: string[]]> = {
  "a turn that says nothing": ["  turns: [{effort: low}]", "", "s.yaml:4:11 caller.turns[0]: must have say, text or repeat, such as `say: order-status`"],
  "a turn that says it twice": ["  turns: [{say: a, text: b}]", "", "s.yaml:4:11 caller.turns[0]: has say and text; one of them is enough"],
  "an effort for a block": [
    "  turns: [{effort: low, repeat: {times: 2, turns: [{say: a}]}}]",
    "",
    "s.yaml:4:20 caller.turns[0].effort: belongs to the turns of the block, not to the block",
  ],
  "more turns than a call can have": [
    "  turns: [{repeat: {times: 600, turns: [{say: a}, {say: b}]}}]",
    "",
    "s.yaml:4:10 caller.turns: must be at most 1000 turns, and makes 1200",
  ],
  "two moments for one interruption": [
    "  turns: [{say: a, interrupt: {say: b, onWord: c, atAnswerMs: 1}}]",
    "",
    "s.yaml:4:31 caller.turns[0].interrupt: has atAnswerMs and onWord; one of them is enough",
  ],
  "a back-channel with push to talk": [
    "  turns: [{say: a, interrupt: {say: b, onWord: c, backChannel: true}}]",
    "session: {turnDetection: {type: manual}}",
    "s.yaml:4:51 caller.turns[0].interrupt.backChannel: goes with server turn detection: who pushes to talk stops the answer with the button",
  ],
  "a cue that is no pattern": [
    '  turns: [{say: a}]\n  endedBy: {heard: "/(/"}',
    "",
    "s.yaml:5:20 caller.endedBy.heard: is not a regular expression: Invalid regular expression: /(/iu: Unterminated group",
  ],
  "a function that there is not": [
    "  turns: [{say: a}]\n  endedBy: {called: find}",
    "",
    "s.yaml:5:21 caller.endedBy.called: session.tools has no function find",
  ],
  "complex for no policy": [
    "  turns: [{say: a, complex: true}]",
    "",
    "s.yaml:4:20 caller.turns[0].complex: goes with caller.effortPolicy, which says what it means",
  ],
  "a dynamic effort without a policy": [
    "  turns: [{say: a}]",
    "matrix: {effort: [low, dynamic]}",
    "s.yaml:5:24 matrix.effort[1]: is decided by caller.effortPolicy, and there is none: write {complex: high, otherwise: low}",
  ],
  "words from no file": [
    '  turns: [{text: "${feed:name}"}]',
    "",
    "s.yaml:4:18 caller.turns[0].text: names ${feed:name}, and there is no caller.feeders to take it from, such as `feeders: [{file: customers.csv}]`",
  ],
  "a file of another kind": [
    "  turns: [{say: a}]\n  feeders: [{file: a.xlsx}]",
    "",
    's.yaml:5:20 caller.feeders[0].file: must be a .csv or .jsonl file, not "a.xlsx"',
  ],
};
for (const [name, [caller, rest, ...issues]] of Object.entries(wrong)) {
  test(`refused: ${name}`, () => {
    const parsed = parse(caller, rest);
    assert.deepEqual(parsed.ok ? [] : parsed.issues.map(formatIssue), issues);
  });
}
