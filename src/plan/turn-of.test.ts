import assert from "node:assert/strict";
import { test } from "node:test";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { turnOf } from "./turn-of.ts";

const thinkMs = { uniform: [300, 900] } as const;
const turns = [{ say: "hello", interrupt: { say: "hello", atAnswerMs: 800 } }, { say: "hello" }];
const load = { model: "closed", sessions: 1, calls: 1, durationMs: 60_000 } as const;

test("a call that says its turns once has as many as were planned", () => {
  const call = callOf(scenarioWith({ caller: { turns, thinkMs } }));
  assert.deepEqual(
    [0, 1, 2, 3].map((turn) => turnOf(call, turn)),
    [...call.turns, undefined],
  );
});

test("in a run by time the turns come again with numbers and pauses of their own, the same with the same seed", () => {
  const call = callOf(scenarioWith({ load, caller: { turns, thinkMs, repeat: "turns" } }));
  const found = Array.from({ length: 9 }, (_, turn) => turnOf(call, turn));
  assert.deepEqual(found.slice(0, 3), call.turns);
  assert.deepEqual(
    found.map((turn) => [turn?.turn, turn?.interruptAt]),
    found.map((_, turn) => [turn, turn % 3 === 1 ? { atAnswerMs: 800 } : undefined]),
  );
  const pauses = found.filter((turn) => turn?.interruptAt === undefined).map((turn) => turn?.thinkUs ?? 0);
  assert.equal(new Set(pauses).size, 6);
  assert.ok(pauses.every((thinkUs) => thinkUs >= 300_000 && thinkUs <= 900_000));
  // The pauses are those of a caller who has that many turns planned.
  const long = callOf(scenarioWith({ caller: { turns: Array.from({ length: 6 }, () => ({ say: "hello" })), thinkMs } }));
  assert.deepEqual(
    pauses,
    long.turns.map((turn) => turn.thinkUs),
  );
  assert.deepEqual(turnOf(callOf(call.cell.settings), 7), found[7]);
});
