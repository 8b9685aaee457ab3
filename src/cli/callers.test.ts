// What a caller may say, from a scenario through real sockets and the real target to the rows: written turns, words from a
// file, sets, blocks, reactions, back-channels, and efforts of their own.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { measure } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { readToolCallLog, readTurnLog } from "../result/turn-log.ts";
import { runEarshot, type Finished } from "../testing/earshot-process.ts";

const exact = (script: string): string => `target: { provider: embedded, profile: exact, script: ${script} }`;
const twoCallers = "load: { sessions: 2, startOver: 0.2s }";

const scenarios = {
  fed: `
${exact("crm")}
session:
  frameMs: 100
  tools:
    - { name: lookup_order, answers: { value: { owner: "\${feed:name}" }, delayMs: 20 } }
caller:
  thinkMs: 100
  feeders: [{ file: customers.csv, order: sequential }]
  effortPolicy: { complex: high, otherwise: low }
  turns:
    - say: "\${feed:clip}"
    - { text: "My name is \${feed:name}.", complex: true, maxOutputTokens: 500 }
    - repeat: { times: 2, turns: [{ say: { set: crm, language: en, order: shuffled } }] }
${twoCallers}`,
  asked: `
${exact("questions")}
session: { frameMs: 100 }
caller:
  thinkMs: 100
  turns: [{ say: refund }, { say: spelled-reference }, { say: date }]
  reactions:
    - { when: { heard: the day on which }, say: date }
    - { when: { heard: "/your (reference|order) number/" }, say: spelled-reference }
  endedBy: { heard: refund is on its way }
${twoCallers}`,
  kept: `
${exact("crm")}
session: { frameMs: 100, turnDetection: { silenceMs: 300, interruptResponse: false } }
caller:
  thinkMs: 100
  effortBy: response
  turns: [{ say: order-status, effort: high, interrupt: { say: "yes", atAnswerMs: 400, backChannel: true } }]
load: { sessions: 1 }`,
  stopped: `
${exact("crm")}
session: { frameMs: 100 }
caller:
  thinkMs: 100
  turns:
    - { say: order-status, interrupt: { say: "yes", atAnswerMs: 400, backChannel: true } }
    - { say: address-change, interrupt: { say: wait-no, onWord: changed } }
load: { sessions: 1 }`,
} as const;
type Name = keyof typeof scenarios;

const folder = mkdtempSync(join(tmpdir(), "earshot-"));
const finished: Partial<Record<Name, Finished>> = {};
const fileOf = (name: Name, file: string): string => readFileSync(join(folder, name, "latest", file), "utf8");
const rowsOf = (name: Name): readonly TurnRow[] => readTurnLog(fileOf(name, "turns.ndjson")).rows.toSorted((a, b) => a.session - b.session || a.turn - b.turn);

before(async () => {
  writeFileSync(join(folder, "customers.csv"), 'name,clip\nAda,refund\n"Grace ""G"" Hopper",date\n');
  for (const [name, text] of Object.entries(scenarios)) writeFileSync(join(folder, `${name}.yaml`), `version: 1\nname: ${name}\n${text}\n`);
  const run = async (name: Name): Promise<void> => {
    finished[name] = await runEarshot(folder, ["run", `${name}.yaml`, "--trace", "all", "--no-canary", "--out", name, "--threads", "1"]);
  };
  await Promise.all((Object.keys(scenarios) as Name[]).map(run));
  // Whether frames left in time is the machine's doing, and said in the run's validity (6).
  for (const [name, { code, err }] of Object.entries(finished)) assert.ok(code === 0 || code === 6, `${name}: ${err}`);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("a file's rows fill the clips, the written turns and the answers of functions, a row a call", () => {
  const rows = rowsOf("fed");
  assert.deepEqual(
    rows.filter(({ turn }) => turn < 2).map(({ session, input, clip, text, effort, outcome }) => [session, input, clip, text, effort, outcome]),
    [
      [0, undefined, "refund", undefined, "low", "answered"],
      [0, "text", undefined, "My name is Ada.", "high", "answered"],
      [1, undefined, "date", undefined, "low", "answered"],
      [1, "text", undefined, 'My name is Grace "G" Hopper.', "high", "answered"],
    ],
  );
  const outputs = readToolCallLog(fileOf("fed", "tool-calls.ndjson")).map(({ session, output }) => `${session} ${output}`);
  assert.deepEqual(outputs.toSorted(), ['0 {"owner":"Ada"}', '1 {"owner":"Grace \\"G\\" Hopper"}']);
});

test("the latency of a written turn counts from the sending, without an end of speech to be found", () => {
  for (const row of rowsOf("fed").filter(({ input }) => input === "text")) {
    const voiceToVoice = measure("voice_to_voice", row)?.value ?? 0;
    assert.ok(voiceToVoice >= 400 && voiceToVoice < 400 + 400, `${voiceToVoice} ms`);
    for (const metric of ["framing_delay", "end_of_utterance", "vad_onset", "early_endpoint"] as const) assert.equal(measure(metric, row), undefined, metric);
    assert.ok(measure("server_think", row));
  }
});

test("a block repeats, and a set gives each turn a clip that nobody had before", () => {
  const drawn = rowsOf("fed").filter(({ turn }) => turn >= 2);
  assert.equal(drawn.length, 4);
  assert.equal(new Set(drawn.map(({ clip }) => clip)).size, 4);
  assert.match(fileOf("fed", "scenario.yaml"), /- say:\n\s+set: crm\n\s+language: en\n\s+order: shuffled\n\s+- say:/);
});

test("a script that expects other questions still gives the right answers, and ends when it has what it wanted", () => {
  const clips = (session: number): readonly unknown[] =>
    rowsOf("asked")
      .filter((row) => row.session === session)
      .map(({ clip, outcome }) => [clip, outcome]);
  const expected = [
    ["refund", "answered"],
    ["date", "answered"],
    ["spelled-reference", "answered"],
  ];
  assert.deepEqual([clips(0), clips(1)], [expected, expected]);
  assert.ok(rowsOf("asked").every(({ turn, transcripts }) => turn < 2 || transcripts?.answer?.startsWith("Your refund is on its way")));
  const { plan, validity } = JSON.parse(fileOf("asked", "run.json")) as { plan: { turnsPlanned: number }; validity: { doubts: readonly { code: string }[] } };
  assert.deepEqual([plan.turnsPlanned, validity.doubts.some(({ code }) => code === "not_reconciled")], [6, false]);
  assert.match(finished.asked?.out ?? "", /as many turns as it takes = 6 turns/);
});

test("an answer goes on over a back-channel that does not interrupt it, and stops for one that does", () => {
  const [kept] = rowsOf("kept");
  const [stopped] = rowsOf("stopped");
  assert.deepEqual([kept?.effort, kept?.outcome, kept?.flags, kept && measure("back_channel_kept", kept)?.value], ["high", "answered", undefined, 1]);
  assert.deepEqual([stopped?.outcome, stopped?.flags, stopped && measure("back_channel_kept", stopped)?.value], ["answered", ["cut_off"], 0]);
  assert.ok((kept?.playoutEndUs ?? 0) - (kept?.firstAudibleUs ?? 0) > 2_600_000);
});

test("a caller interrupts at a word, once it has been heard", () => {
  const [, answered, interrupting] = rowsOf("stopped");
  assert.deepEqual(
    [answered?.transcripts?.answer, interrupting?.clip, interrupting?.outcome],
    ["I have changed your delivery address.", "wait-no", "answered"],
  );
  const afterMs = ((interrupting?.speechStartUs ?? 0) - (answered?.firstAudibleUs ?? 0)) / 1_000;
  // By the clip's own words, "changed" ends 0.77 s into the answer.
  assert.ok(afterMs > 771 && afterMs < 771 + 400, `${afterMs} ms`);
});

test("rows made again from the raw inputs are the same", async () => {
  const { out, err } = await runEarshot(folder, ["report", ...(Object.keys(scenarios) as Name[]).slice(-1).map((name) => join(name, "latest"))]);
  assert.match(out + err, /turns made again from 1 traces, all as they were recorded/);
});

test("a file that is not there, a column it does not have, and a row that is too short are named with their lines", async () => {
  const head = "version: 1\nname: broken\ncaller:\n";
  const failing = async (text: string): Promise<string> => {
    writeFileSync(join(folder, "broken.yaml"), head + text);
    const { code, err } = await runEarshot(folder, ["run", "broken.yaml"]);
    assert.equal(code, 2);
    return err;
  };
  writeFileSync(join(folder, "short.csv"), "name,town\nAda,London\nGrace\n");
  assert.match(
    await failing('  feeders: [{file: nobody.csv}]\n  turns: [{text: "${feed:name}"}]\n'),
    /broken\.yaml:4:20 caller\.feeders\[0\]\.file: there is no file .*nobody\.csv/,
  );
  assert.match(
    await failing('  feeders: [{file: customers.csv}]\n  turns: [{text: "${feed:nmae}"}]\n'),
    /broken\.yaml:5:18 caller\.turns\[0\]\.text: customers\.csv has no column nmae; did you mean name\?/,
  );
  assert.match(
    await failing('  feeders: [{file: short.csv}]\n  turns: [{text: "${feed:name}"}]\n'),
    /short\.csv:3: has 1 cells; the first line names 2 columns/,
  );
  assert.match(await failing("  turns: [{say: {set: crn}}]\n"), /the set "crn" is the label of no clip; did you mean "crm"\?/);
});
