import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIssue } from "../core/issues.ts";
import { cellsOf } from "../plan/matrix.ts";
import { parseScenario } from "./parse.ts";

const base = `version: 1
name: any
session: {tools: [{name: find, answers: {value: 1, delayMs: 10}}], documents: [{tokens: 100}]}
caller: {turns: [{say: order-status}, {say: refund, maxOutputTokens: 50}]}
`;
const parse = (matrix: string) => parseScenario({ text: `${base}matrix: ${matrix}\n`, source: "s.yaml", overrides: [], env: {} });
const issuesOf = (matrix: string): readonly string[] => {
  const parsed = parse(matrix);
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
};

test("any field of session and caller varies by its full path, inside lists and where nothing was written", () => {
  const parsed = parse('{"session.tools[0].answers.delayMs": [50, 5000], "session.documents[0].tokens": [100, 8000], session.voice: [alloy]}');
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  const cells = cellsOf(parsed.value.scenario);
  assert.deepEqual(
    cells.map(({ settings: { session } }) => [session.tools?.[0]?.answers.delayMs, session.documents?.[0], session.voice]),
    [
      [50, { tokens: 100 }, "alloy"],
      [50, { tokens: 8000 }, "alloy"],
      [5000, { tokens: 100 }, "alloy"],
      [5000, { tokens: 8000 }, "alloy"],
    ],
  );
  assert.equal(cells[1]?.id, "session.tools[0].answers.delayMs=50,session.documents[0].tokens=8000,session.voice=alloy");
  const again = parseScenario({ text: parsed.value.resolvedYaml, source: "s.yaml", overrides: [], env: {} });
  assert.deepEqual(again.ok && again.value.scenario, parsed.value.scenario);
});

test("a turn's own fields vary, and so does what a block of others is asked", () => {
  const parsed = parse('{"caller.turns[1].maxOutputTokens": [10, 20], caller.effortBy: [update, response]}');
  assert.ok(parsed.ok);
  assert.deepEqual(
    cellsOf(parsed.value.scenario).map(({ settings: { caller } }) => [caller.turns[1]?.maxOutputTokens, caller.effortBy]),
    [
      [10, "update"],
      [10, "response"],
      [20, "update"],
      [20, "response"],
    ],
  );
});

test("maps vary as a whole, each with its own kind's defaults, and so does what is true or false", () => {
  const parsed = parse(
    "{session.turnDetection: [{type: server, silenceMs: 300}, {type: manual}], caller.thinkMs: [{lognormal: {median: 200, sigma: 0.5}}, {uniform: [300, 900]}, 500]}",
  );
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  const cells = cellsOf(parsed.value.scenario);
  assert.deepEqual(
    cells.map(({ axes }) => Object.values(axes)),
    ["type:server silenceMs:300", "type:manual"].flatMap((kind) =>
      ["lognormal:(median:200 sigma:0.5)", "uniform:300-900", 500].map((thinking) => [kind, thinking]),
    ),
  );
  assert.deepEqual(cells[0]?.settings.session.turnDetection, { type: "server", silenceMs: 300, prefixMs: 300, threshold: 0.5, interruptResponse: true });
  assert.deepEqual([cells[5]?.settings.session.turnDetection, cells[5]?.settings.caller.thinkMs], [{ type: "manual" }, 500]);
  const again = parseScenario({ text: parsed.value.resolvedYaml, source: "s.yaml", overrides: [], env: {} });
  assert.deepEqual(again.ok && again.value.scenario, parsed.value.scenario);

  const flags = parse("{session.turnDetection.interruptResponse: [true, false]}");
  assert.ok(flags.ok);
  assert.deepEqual(
    cellsOf(flags.value.scenario).map(({ id, settings: { session } }) => [
      id,
      session.turnDetection.type === "server" && session.turnDetection.interruptResponse,
    ]),
    [
      ["session.turnDetection.interruptResponse=true", true],
      ["session.turnDetection.interruptResponse=false", false],
    ],
  );
});

test("a cell of another kind of turn detection is known to all rules about turn detection", () => {
  const back = `${base.replace("{say: order-status}", "{say: order-status, interrupt: {say: yes, atAnswerMs: 100, backChannel: true}}")}matrix: {session.turnDetection: [{type: server}, {type: manual}]}\n`;
  const parsed = parseScenario({ text: back, source: "s.yaml", overrides: [], env: {} });
  assert.match(parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"), /backChannel: goes with server turn detection/);
});

const refused: Record<string, readonly [matrix: string, issue: RegExp]> = {
  "a value that the field does not take": [
    '{"session.documents[0].tokens": [100, -1]}',
    /^s\.yaml:5:\d+ matrix\.session\.documents\[0\]\.tokens\[1\]: must be /,
  ],
  "a field that there is not": ["{session.sped: [1]}", /^s\.yaml:5:\d+ matrix\.session\.sped\[0\]: is not a field here/],
  "a place in a list that is not there": ['{"session.documents[4].tokens": [1]}', /there is no 4/],
  "a field of another section": ["{tagz.a: [1, 2]}", /matrix\.tagz\.a: is not a field here/],
  "a value twice": ["{session.voice: [a, a]}", /is the same value again; cells must differ/],
  "what other fields follow from": ["{caller.mostTurns: [two]}", /must be a whole number/],
  "a list of lists": ["{session.instructions: [[a]]}", /matrix\.session\.instructions\[0\]: must be text, not \["a"\]/],
  "a part of what varies as a whole": [
    "{session.turnDetection: [{type: server}, {silenceMs: 300}], session.turnDetection.prefixMs: [100, 200]}",
    /matrix\.session\.turnDetection\.prefixMs: is a part of session\.turnDetection, which varies as a whole/,
  ],
  "the same map in other words": ["{caller.thinkMs: [{uniform: [1, 2]}, {uniform: [1, 2]}]}", /is the same value again; cells must differ/],
  "a map that is no value of the field": ["{caller.thinkMs: [{uniform: [1, 2]}, {unifrom: [1, 2]}]}", /matrix\.caller\.thinkMs\[1\]: /],
  "server detection's own fields beside a cell of manual turns": [
    "{session.turnDetection: [{type: manual, silenceMs: 300}]}",
    /matrix\.session\.turnDetection\[0\]: session\.turnDetection\.silenceMs: goes with type: server/,
  ],
  "nothing at all": ["{session.instructions: [null]}", /must be text, a number, true or false, a list, or a map of fields/],
  "a wrong value is shown as it is written": ['{"caller.turns[1].maxOutputTokens": [10, -7]}', /maxOutputTokens\[1\]: must be .*, not -7$/],
  "what all cells share": ["{caller.pool: [{size: 1}, {size: 2}]}", /because all cells share caller\.pool/],
};
for (const [name, [matrix, issue]] of Object.entries(refused)) {
  test(`refused as an axis: ${name}`, () => assert.match(issuesOf(matrix).join("\n"), issue));
}

test("lists vary as a whole, called by their items: the faults of a target, turns", () => {
  const parsed = parse('{"target.faults": [[], ["restart@10s+2s"]], caller.turns: [[{say: yes}], [{say: yes}, {say: no}]], target.script: [crm, brief]}');
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  const cells = cellsOf(parsed.value.scenario);
  assert.equal(cells.length, 8);
  assert.equal(cells[0]?.id, "target.faults=none,caller.turns=(say:yes),target.script=crm");
  assert.equal(cells[7]?.id, "target.faults=restart@10s+2s,caller.turns=(say:yes)-(say:no),target.script=brief");
  const { target, caller } = cells[7]?.settings ?? {};
  assert.deepEqual([target?.provider === "embedded" && [target.faults, target.script], caller?.turns.length], [[["restart@10s+2s"], "brief"], 2]);
});

test("a value of the environment is a number where its field wants one, on an axis of any field", () => {
  const text = `${base}matrix: {"session.documents[0].tokens": ["\${env:FEW}", 8000], session.instructions: ["\${env:FEW}"], load.calls: ["\${env:FEW}"]}\n`;
  const parsed = parseScenario({ text, source: "s.yaml", overrides: [], env: { FEW: "7" } });
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.issues.map(formatIssue).join("\n"));
  assert.deepEqual(parsed.value.scenario.matrix, { "session.documents[0].tokens": [7, 8000], "session.instructions": ["7"], "load.calls": [7] });
});

test("a flag for the field takes its axis away", () => {
  const text = `${base}matrix: {session.voice: [a, b]}\n`;
  const parsed = parseScenario({ text, source: "s.yaml", overrides: [{ path: "session.voice", value: "c", flag: "--set" }], env: {} });
  assert.ok(parsed.ok);
  assert.deepEqual([parsed.value.scenario.session.voice, parsed.value.scenario.matrix], ["c", {}]);
});
