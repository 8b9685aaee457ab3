// privacy the whole way: a real run whose words must be in none of its files, and a copy of it for strangers.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readPackageText } from "../core/package-files.ts";
import { readToolCallLog, readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";

const SCENARIO = `
version: 1
name: discreet
target: { provider: embedded, profile: exact, script: crm }
session:
  frameMs: 100
  transcription: { model: gpt-4o-mini-transcribe }
  tools:
    - name: lookup_order
      parameters: { type: object, properties: { id: { type: string } }, required: [id] }
      answers: { template: { order: "{{arguments.id}}" } }
caller:
  thinkMs: 100
  turns:
    - { say: yes, expect: { tool: { name: lookup_order }, transcript: { wer: 0 } } }
    - { text: "Stop, PLANTED" }
load: { sessions: 1 }
privacy: hash
tags: { build: "\${env:BUILD_NUMBER}" }
`;

let folder = "";
const earshot = (...words: readonly string[]) => runEarshot(folder, words, undefined, { env: { BUILD_NUMBER: "BUILD-4711" } });
const filesOf = (place: string): string[] =>
  readdirSync(join(folder, place), { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(folder, place, name)).isFile());
const read = (place: string, name: string): string => readFileSync(join(folder, place, name), "utf8");

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-"));
  writeFileSync(join(folder, "discreet.yaml"), SCENARIO);
  const { code, err, out } = await earshot("run", "discreet.yaml");
  // Whether frames left in time is the machine's doing, and said in the run's validity (6).
  assert.ok(code === 0 || code === 6, err + out);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("no file of the run holds what was said, by callers, answers or functions", () => {
  const { rows } = readTurnLog(read("reports/latest", "turns.ndjson"));
  const calls = readToolCallLog(read("reports/latest", "tool-calls.ndjson"));
  for (const text of [...rows.flatMap(({ transcripts }) => Object.values(transcripts ?? {})), ...calls.map((call) => call.arguments ?? "")])
    assert.match(text, /^sha256:[0-9a-f]{12}$/);
  assert.ok(calls.length > 0 && rows.some((row) => row.transcripts?.answer), "there was something to hide");
  const { clips } = JSON.parse(readPackageText("fixtures", "manifest.json")) as { readonly clips: readonly { readonly role: string; readonly text: string }[] };
  const said = ["A1042", ...clips.filter(({ role }) => role === "answer").map(({ text }) => text)];
  assert.ok(said.length > 5);
  for (const name of filesOf("reports/latest/")) for (const text of said) assert.ok(!read("reports/latest", name).includes(text), `${name} holds ${text}`);
});

test("a written text is in the scenario that its user wrote, and nowhere else", () => {
  const holders = filesOf("reports/latest/").filter((name) => read("reports/latest", name).includes("PLANTED"));
  assert.deepEqual(holders.toSorted(), ["report.html", "run.json", "scenario.yaml"]);
});

test("a copy to share holds neither texts nor ids nor labels, can be read as a run, and never lands between other files", async () => {
  const shared = await earshot("report", "reports/latest", "--share", "shown");
  assert.equal(shared.code, 0, shared.err);
  const [row] = readTurnLog(read("reports/latest", "turns.ndjson")).rows;
  assert.ok(row?.sessionId);
  const planted: readonly string[] = ["PLANTED", "BUILD-4711", row.sessionId];
  for (const name of filesOf("shown")) for (const text of planted) assert.ok(!read("shown", name).includes(text), `${name} holds ${text}`);
  assert.equal((await earshot("report", "shown")).code, 0);
  const again = await earshot("report", "reports/latest", "--share", "shown");
  assert.equal(again.code, 2);
  assert.match(again.err, /holds files already/);
});

test("traces, which hold every word, are refused beside it", async () => {
  const { code, err } = await earshot("run", "discreet.yaml", "--trace", "all");
  assert.equal(code, 2);
  assert.match(err, /--trace: keeps every word that is said, and the scenario has privacy: hash/);
});
