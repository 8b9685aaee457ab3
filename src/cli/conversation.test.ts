// The whole way, from a scenario through real sockets and the real target to the rows: functions, an interruption and the
// caller's transcript, with the profile whose every delay is fixed. What the target waits is a floor for what is measured;
// the room above it is for a busy machine.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { MetricId } from "../metrics/catalogue.ts";
import { measure } from "../metrics/measure.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { readToolCallLog, readTurnLog } from "../result/turn-log.ts";
import { runEarshot } from "../testing/earshot-process.ts";
import { assertPublished } from "../testing/published-schema.ts";

const SCENARIO = `
version: 1
name: whole
target: { provider: embedded, profile: exact, script: crm }
session:
  frameMs: 100
  transcription: { model: gpt-4o-mini-transcribe }
  tools:
    - name: lookup_order
      parameters: { type: object, properties: { id: { type: string } }, required: [id] }
      answers: { value: { status: shipped }, delayMs: 150 }
caller:
  thinkMs: 100
  turns:
    - say: yes
    - say: no
      interrupt: { say: wait-no, atAnswerMs: 600 }
load: { sessions: 2, startOver: 0.2s }
`;

let folder = "";
let rows: readonly TurnRow[] = [];
const file = (name: string): string => join(folder, "reports", "latest", name);
const earshot = (...words: readonly string[]) => runEarshot(folder, words);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-"));
  writeFileSync(join(folder, "whole.yaml"), SCENARIO);
  const { code, err, out } = await earshot("run", "whole.yaml", "--trace", "all", "--threshold", "tool_turn max > 0ms");
  // Whether frames left in time is the machine's doing, and said in the run's validity (6).
  assert.ok(code === 0 || code === 6, err + out);
  ({ rows } = readTurnLog(readFileSync(file("turns.ndjson"), "utf8")));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Of a busy machine, and of frames of 100 ms in which speech ends and begins. */
const ROOM_MS = 400;

function within(turn: number, metric: MetricId, fromMs: number, toMs = fromMs + ROOM_MS): void {
  const turns = rows.filter((row) => row.turn === turn);
  assert.equal(turns.length, 2);
  for (const row of turns) {
    const ms = measure(metric, row)?.value;
    assert.ok(ms !== undefined && ms >= fromMs && ms <= toMs, `${metric} of turn ${turn}: ${ms}, not from ${fromMs} to ${toMs}`);
  }
}

test("a tool turn takes what the target thinks twice and what the function takes", () => {
  assert.deepEqual(
    rows.filter((row) => row.turn === 0).map((row) => [row.kind, row.outcome, row.callIds?.length]),
    [
      ["tool", "answered", 1],
      ["tool", "answered", 1],
    ],
  );
  within(0, "end_of_utterance", 500);
  within(0, "tool_decision", 500 + 300);
  within(0, "tool_round_trip", 150);
  within(0, "tool_turn", 500 + 300 + 150 + 300 + 100, 500 + 300 + 150 + 300 + 100 + 2 * ROOM_MS);
  assert.equal(assertPublished(file(""))["tool-call"], 2);
  const calls = readToolCallLog(readFileSync(file("tool-calls.ndjson"), "utf8"));
  assert.deepEqual(
    calls.map(({ name, arguments: given, delayMs, output, result }) => [name, given, delayMs, output, result]),
    Array.from({ length: 2 }, () => ["lookup_order", '{"id":"A1042"}', 150, '{"status":"shipped"}', "value"]),
  );
});

test("a plain turn's parts, where the server heard the speech, and how its answer came", () => {
  within(1, "voice_to_voice", 900);
  within(1, "server_think", 250);
  within(1, "leading_silence", 99, 101);
  within(1, "vad_onset", 0);
  within(1, "vad_onset_error", -30, 30);
  within(1, "vad_end_error", -60, 60);
  within(1, "first_transcript", 500, 10_000);
  within(1, "final_transcript", 500, 10_000);
  within(1, "dispatch_delay", 0);
  within(1, "scheduled_latency", 900);
  within(1, "output_rate", 0, 1);
  within(1, "min_start_buffer", 0);
  assert.ok(rows.filter((row) => row.turn === 1).every((row) => (row.transcripts?.caller ?? "") !== ""));
});

test("an interruption stops the answer, and the server agrees on what was heard of it", () => {
  for (const row of rows.filter((each) => each.turn === 1)) assert.deepEqual([row.clip, row.flags], ["no", ["cut_off"]]);
  within(2, "truncation_agreed", 1, 1);
  within(2, "unheard_audio", 1, 2_000);
  within(2, "voice_to_voice", 900);
  for (const row of rows.filter((each) => each.turn === 2)) {
    assert.deepEqual([row.clip, row.outcome], ["wait-no", "answered"]);
    // The player stops when the server says so, and the last sound that was played is not later.
    assert.ok((row.oldAudibleEndUs ?? Infinity) <= (row.playerStoppedUs ?? 0) && row.playerStoppedUs === row.speechStartedUs);
  }
});

test("report makes the rows again from the traces, and they are the rows that were recorded", async () => {
  assert.ok(existsSync(file("traces/all/0-0.ndjson")) && existsSync(file("traces/all/1-0.ndjson")));
  const { code, out } = await earshot("report", "reports/latest");
  assert.equal(code, 0);
  assert.match(out, /6 turns made again from 2 traces, all as they were recorded/);
});
