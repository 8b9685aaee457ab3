import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { scenarioWith } from "../testing/scenario.ts";

const READY_US = 1_000_000;
/** Half a second of thinking; an answer that is heard to its end 2.4 s after the turn began. */
const ROUND_US = 500_000 + 2_400_000;

const repeating = (): FakeCall =>
  fakeCall(
    scenarioWith({
      load: { model: "closed", sessions: 1, calls: 1, durationMs: 60_000 },
      caller: { turns: [{ say: "hello" }, { say: "hello" }], repeat: "turns" },
    }),
  );

/** The answer to turn `turn`, complete and heard by the time the next one is planned. */
function answer(call: FakeCall, turn: number): void {
  const fromUs = READY_US + turn * ROUND_US + 500_000;
  const id = `resp_${turn}`;
  call.say(fromUs + 1_400_000, { type: "input_audio_buffer.speech_stopped", item_id: "item_u", audio_end_ms: 0 });
  call.say(fromUs + 1_400_000, { type: "response.created", response: { id } });
  call.speak(fromUs + 1_900_000, { responseId: id, silenceMs: 100, soundMs: 400 });
  call.say(fromUs + 1_950_000, { type: "response.done", response: { id, status: "completed" } });
}

const outcomesOf = ({ rows }: FakeCall): readonly unknown[] => rows.map(({ turn, outcome }) => [turn, outcome]);

test("turns come again in the same session until it is drained; the one in progress is heard out, and none is owed after it", () => {
  const call = repeating();
  call.ready();
  for (const turn of [0, 1, 2, 3, 4]) answer(call, turn);
  call.clock.advanceTo(READY_US + 5 * ROUND_US + 1_500_000);
  call.running.drain();
  assert.equal(call.closed.code, undefined);
  answer(call, 5);
  call.clock.advanceTo(READY_US + 9 * ROUND_US);
  assert.deepEqual(
    outcomesOf(call),
    [0, 1, 2, 3, 4, 5].map((turn) => [turn, "answered"]),
  );
  assert.equal(call.closed.code, 1000);
  assert.deepEqual(
    call.rows.map((row) => row.plannedUs),
    [0, 1, 2, 3, 4, 5].map((turn) => turn * ROUND_US + 500_000),
  );
});

test("a caller who thinks when the time is over begins no turn", () => {
  const call = repeating();
  call.ready();
  answer(call, 0);
  call.clock.advanceTo(READY_US + ROUND_US + 300_000);
  call.running.drain();
  assert.deepEqual(outcomesOf(call), [[0, "answered"]]);
});

test("a caller who could not speak before the time was over has a dropped turn to show", () => {
  const call = repeating();
  call.open();
  call.running.drain();
  assert.deepEqual(outcomesOf(call), [[0, "dropped"]]);
});

test("a session that breaks costs one turn: the one it was in, or the one it kept from beginning", () => {
  const during = repeating();
  during.ready();
  answer(during, 0);
  during.clock.advanceTo(READY_US + ROUND_US + 700_000);
  during.drop({ failure: "reset" } as never);
  assert.deepEqual(outcomesOf(during), [
    [0, "answered"],
    [1, "failed"],
  ]);
  const between = repeating();
  between.ready();
  answer(between, 0);
  between.clock.advanceTo(READY_US + ROUND_US + 300_000);
  between.drop({});
  assert.deepEqual(outcomesOf(between), outcomesOf(during));
  const before = repeating();
  before.drop({});
  assert.deepEqual(outcomesOf(before), [[0, "failed"]]);
  for (const call of [during, between, before]) assert.equal(call.rows.at(-1)?.censoredAtMs, 8_000);
});
