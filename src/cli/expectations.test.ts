// Expectations, functions and context the whole way: from a scenario through real sockets and the real target to the reports.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { PlanEstimate } from "../plan/estimate.ts";
import { readToolCallLog, readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const SCENARIO = `
version: 1
name: right
target: { provider: embedded, profile: exact, script: crm }
session:
  frameMs: 100
  transcription: { model: gpt-4o-mini-transcribe }
  tools:
    - name: lookup_order
      parameters: { type: object, properties: { id: { type: string } }, required: [id] }
      answers: { template: { order: "{{arguments.id}}" }, delayMs: 50 }
  truncation: { retentionRatio: 0.5, tokenLimit: 4000 }
  context: { keepTurns: 1 }
  documents: [{ tokens: 1500 }, { file: hours.txt }]
  cache: cold
caller:
  thinkMs: 100
  turns:
    - say: yes
      expect: { tool: { name: lookup_order, arguments: { id: A1042 } }, answer: { contains: shipped }, transcript: { wer: 0 } }
    - say: no
      expect: { tool: { name: lookup_order }, answer: { matches: "^I have changed" }, answeredWithinMs: 1 }
    - say: yes
load: { sessions: 2, startOver: 0.2s }
thresholds: ["accuracy rate <= 60%", "tool_correct max >= 1", "wer rate <= 0"]
`;

let folder = "";
let rows: readonly TurnRow[] = [];
const file = (name: string): string => readFileSync(join(folder, "reports", "latest", name), "utf8");
const earshot = (...words: readonly string[]) => runEarshot(folder, words);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-"));
  writeFileSync(join(folder, "right.yaml"), SCENARIO);
  writeFileSync(join(folder, "hours.txt"), "We are open from nine to five.");
  const { code, err, out } = await earshot("run", "right.yaml", "--trace", "all");
  // Whether frames left in time is the machine's doing, and said in the run's validity (6).
  assert.ok(code === 0 || code === 6, err + out);
  ({ rows } = readTurnLog(file("turns.ndjson")));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const ofTurn = (turn: number): readonly TurnRow[] => rows.filter((row) => row.turn === turn);

test("each expectation is judged by what the server really did", () => {
  assert.deepEqual(
    ofTurn(0).map((row) => row.expectations?.map(({ what, met }) => [what, met])),
    Array.from({ length: 2 }, () => [
      ["transcript", true],
      ["tool", true],
      ["answer", true],
    ]),
  );
  assert.deepEqual(
    ofTurn(1).map((row) => row.expectations?.map(({ what, met }) => [what, met])),
    Array.from({ length: 2 }, () => [
      ["tool", false],
      ["answer", true],
      ["answeredWithinMs", false],
    ]),
  );
  assert.ok(rows.every((row) => row.transcriptErrors?.wordErrors === 0));
});

test("the function's answer holds the arguments that it was called with", () => {
  assert.deepEqual(
    readToolCallLog(file("tool-calls.ndjson")).map(({ output, result }) => [output, result]),
    Array.from({ length: 2 }, () => ['{"order":"A1042"}', "value"]),
  );
});

test("the first turn reads the documents, and the third one no more of the first turn", () => {
  for (const row of ofTurn(0)) assert.ok((row.contextTokens ?? 0) > 1_000, `${row.contextTokens}`);
  const input = (row: TurnRow): number => (row.usage?.audioIn ?? 0) + (row.usage?.textIn ?? 0);
  for (const session of [0, 1]) {
    const [second, third] = [1, 2].map((turn) => ofTurn(turn).find((row) => row.session === session));
    assert.ok(second && third && input(third) < input(second), "the first turn's items are gone");
    // Only what stands before the deleted items can still be cached.
    assert.equal(third.usage?.audioCached, 0);
  }
});

test("the reports show it, and the rows are made again from the calls' raw inputs", async () => {
  assert.match(file("summary.md"), /2\/4 turns as expected; functions 2\/4; word errors 0 %/);
  assert.match(file("effort.csv"), /,0\.5,0,0\.5,/);
  assert.match(file("context.csv"), /^by,cell,context_tokens_from/);
  assert.match(file("report.html"), /Was it right/);
  const report = await earshot("report", join("reports", "latest"));
  assert.equal(report.code, 0, report.err);
  assert.match(report.out + report.err, /6 turns made again from 2 traces, all as they were recorded/);
});

test("a document is looked for beside the scenario first, and then in the working folder", async () => {
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub", "right.yaml"), SCENARIO);
  const tokens = async (): Promise<number> => {
    const { code, err, out } = await earshot("plan", join("sub", "right.yaml"), "--json");
    assert.equal(code, 0, err);
    return (JSON.parse(out) as PlanEstimate).cells.reduce((sum, { usage }) => sum + usage.textIn, 0);
  };
  const fromFolder = await tokens();
  writeFileSync(join(folder, "sub", "hours.txt"), "We are open from nine to five. ".repeat(400));
  const fromBeside = await tokens();
  assert.ok(fromBeside > fromFolder + 2_000, `${fromFolder} tokens with the document of the working folder, ${fromBeside} with the one beside the scenario`);
});

test("a document that can't be read is refused before anything starts", async () => {
  writeFileSync(join(folder, "no.yaml"), SCENARIO.replace("hours.txt", "nowhere.txt"));
  const { code, err } = await earshot("run", "no.yaml");
  assert.equal(code, 2);
  assert.match(err, /session\.documents\[1\]\.file: there is no file \S+nowhere\.txt/);
});
