import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { isSetting, sharedYaml } from "../scenario/shared-yaml.ts";
import type { RunRecord } from "./run-result.ts";
import { sharedRecord, sharedToolCall } from "./shared-record.ts";

const planted = "PLANTED";
const yaml = `version: 1
name: voice-assistant
target: { provider: compatible, url: "wss://PLANTED.example/v1", model: m, auth: { bearer: "\${env:PLANTED}" }, headers: { x-PLANTED: PLANTED } }
session:
  instructions: Say PLANTED.
  effort: low
  tools: [{ name: f, description: PLANTED, parameters: { enum: [PLANTED] }, answers: { value: { a: PLANTED, n: 4711 }, delayMs: 50 } }]
caller: { patienceMs: 8000, turns: [{ text: PLANTED, expect: { answer: { contains: PLANTED } } }, { say: yes }] }
load: { sessions: 20 }
matrix: { effort: [low, high], session.instructions: ["PLANTED one", "PLANTED two"] }
thresholds: ["voice_to_voice{build=PLANTED} p90 < 2s"]
tags: { build: PLANTED }
`;

const lost = {
  v: 1,
  run: "r",
  cell: "caller.turns[0].text=PLANTED,effort=low",
  session: 0,
  call: 0,
  n: 1,
  cause: "reset",
  failureClass: "network",
  failure: planted,
  lostUs: 1,
  detectedUs: 2,
  attempts: 1,
  backoffMs: 0,
  recovered: false,
  audioLostUpMs: 0,
  audioReplayedMs: 0,
  itemsReplayed: 0,
  itemsSkipped: 0,
  contextRestored: false,
  turnsLost: 0,
  turnsDoubled: 0,
} as const;

function plantedRun(): RunRecord {
  const base = syntheticRun({ sessions: 2, breaksCall: true });
  const [first, ...others] = base.result.cells;
  assert.ok(first);
  const cell = "caller.turns[0].text=PLANTED,effort=low";
  const cells = [{ ...first, id: cell, axes: { "caller.turns[0].text": planted, "session.effort": "low" } }, ...others];
  const turns = base.turns.map((row) => ({
    ...row,
    ...(row.cell === first.id ? { cell } : {}),
    text: planted,
    sessionId: planted,
    responseIds: [planted],
    answerId: planted,
    itemId: planted,
    callIds: [planted],
    failure: planted,
    transcripts: { caller: planted, answer: planted },
    expectations: [{ what: "answer" as const, met: false, why: planted }],
    tags: { build: planted },
    somethingNew: planted,
  }));
  return withResult(
    { ...base, turns, recoveries: [lost], warmUpTurns: turns.slice(0, 1), scenarioYaml: yaml },
    {
      cells,
      calls: base.result.calls.map((call) => ({ ...call, sessionId: planted, failure: planted, unknownEvents: { [planted]: 1 } })),
      tags: { build: planted },
      revision: { commit: "a".repeat(40), branch: "main", job: `https://ci.example/${planted}` },
      end: { type: "incomplete", reason: planted },
      validity: {
        verdict: "invalid",
        doubts: [{ code: "network", severity: "invalid", message: "1 call failed, for example: PLANTED\nPLANTED", remedy: "x" }],
      },
      identity: { ...base.result.identity, turns: planted },
      thresholds: [{ text: "voice_to_voice{build=PLANTED} p90 < 2s", cell, passed: true, actual: "1 ms" }],
      instrument: { ...base.result.instrument, canary: { sessions: 1, count: 0, lost: planted } },
    },
  );
}

test("a shared run holds no word, id, label or address of the run, and every figure", () => {
  const run = plantedRun();
  const shared = sharedRecord(run, { scenarioYaml: sharedYaml(run.scenarioYaml), isSetting });
  assert.ok(JSON.stringify(run).includes(planted));
  assert.doesNotMatch(JSON.stringify(shared), /PLANTED/);
  assert.deepEqual(
    shared.turns.map(({ firstAudibleUs, outcome }) => [firstAudibleUs, outcome]),
    run.turns.map(({ firstAudibleUs, outcome }) => [firstAudibleUs, outcome]),
  );
  const ids = new Set(shared.result.cells.map(({ id }) => id));
  assert.ok(
    shared.turns.every((row) => ids.has(row.cell)),
    "rows find their renamed cell",
  );
  assert.deepEqual(shared.result.revision, { commit: "a".repeat(40), branch: "main" });
});

test("a shared scenario keeps its settings and leaves out words, addresses and the answers of functions", () => {
  const shown = sharedYaml(yaml);
  for (const kept of ["patienceMs: 8000", "effort: low", "sessions: 20", "say: yes", "delayMs: 50", "p90 < 2s"]) assert.ok(shown.includes(kept), kept);
  assert.doesNotMatch(shown, /PLANTED|4711/);
  assert.equal(sharedYaml(""), "");
});

test("of a function's call its name and times are shared", () => {
  const row = {
    v: 1,
    run: "r",
    cell: "c",
    session: 0,
    call: 0,
    turn: 0,
    callId: planted,
    responseId: planted,
    name: "f",
    arguments: planted,
    calledUs: 5,
    output: planted,
    result: "value",
  } as const;
  assert.deepEqual(sharedToolCall(row), { v: 1, run: "r", cell: "c", session: 0, call: 0, turn: 0, name: "f", calledUs: 5, result: "value" });
});
