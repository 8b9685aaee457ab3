// Callers who speak over an answer, against a server that the test plays itself at exact instants.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, expectValues, READY_US } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";

/** 400 ms into the answer; on the grid of 20 ms frames the voice sets in 15 ms later, 1,255 ms after the first end of speech. */
const interrupted = { turns: [{ say: "hello", interrupt: { say: "hello", atAnswerMs: 400 } }] } as const;
const VOICE_MS = 1_255;
const PRESSED_MS = VOICE_MS - 100;
const SECOND_END_MS = PRESSED_MS + 905;

function answerAtLength(call: FakeCall): void {
  call.ready();
  call.say(at(540), { type: "input_audio_buffer.speech_stopped", item_id: "u" });
  call.say(at(541), created("r1"));
  call.speak(at(840), { responseId: "r1", silenceMs: 0, soundMs: 2_000 });
}

function answerAgain(call: FakeCall): void {
  call.say(at(SECOND_END_MS + 540), { type: "input_audio_buffer.speech_stopped", item_id: "v" });
  call.say(at(SECOND_END_MS + 541), created("r2"));
  call.speak(at(SECOND_END_MS + 840), { responseId: "r2", silenceMs: 60, soundMs: 140 });
  call.say(at(SECOND_END_MS + 850), done("r2"));
  call.clock.advanceTo(at(SECOND_END_MS + 3_000));
}

test("an interruption: the player stops when the server has heard it, and the server learns what was heard", () => {
  const call = fakeCall(scenarioWith({ caller: interrupted as never }));
  answerAtLength(call);
  call.clock.advanceTo(at(1_454));
  assert.equal(
    call.sent.some((message) => message.type === "conversation.item.truncate"),
    false,
  );
  call.say(at(1_455), { type: "input_audio_buffer.speech_started", item_id: "v" });
  const truncate = call.sent.find((message) => message.type === "conversation.item.truncate");
  assert.deepEqual(truncate?.event, { type: "conversation.item.truncate", item_id: "item_r1", content_index: 0, audio_end_ms: 1_455 - 840 });
  call.speak(at(1_470), { responseId: "r1", silenceMs: 0, soundMs: 100 });
  call.say(at(1_480), done("r1", "cancelled"));
  call.say(at(1_490), { type: "conversation.item.truncated", item_id: "item_r1", content_index: 0, audio_end_ms: 615 });
  answerAgain(call);

  const [first, second] = call.rows;
  assert.deepEqual([first?.outcome, first?.flags, first?.usage?.audioOut, first?.playoutEndUs], ["answered", ["cut_off"], 20, at(1_455) - READY_US]);
  assert.deepEqual([second?.turn, second?.outcome, second?.answerId, second?.usage?.audioOut], [1, "answered", "r2", 20]);
  expectValues(second, { barge_in_stop: 1_455 - VOICE_MS, unheard_audio: 2_000 - 615 + 100, truncation_agreed: 1, voice_to_voice: 900, vad_onset: 200 });
  assert.equal(second?.lastOldDeltaUs, at(1_470) - READY_US);
  expectValues(first, { voice_to_voice: 840, barge_in_stop: undefined, dead_air: 0 });
});

test("a server that truncates elsewhere is found out", () => {
  const call = fakeCall(scenarioWith({ caller: interrupted as never }));
  answerAtLength(call);
  call.say(at(1_455), { type: "input_audio_buffer.speech_started", item_id: "v" });
  call.say(at(1_490), { type: "conversation.item.truncated", item_id: "item_r1", content_index: 0, audio_end_ms: 600 });
  answerAgain(call);
  expectValues(call.rows[1], { truncation_agreed: 0 });
});

test("a server that hears no interruption is heard to the end of its answer", () => {
  const call = fakeCall(scenarioWith({ caller: interrupted as never }));
  answerAtLength(call);
  call.say(at(900), done("r1"));
  answerAgain(call);
  assert.deepEqual([call.rows[0]?.flags, call.rows[1]?.unheardUs], [undefined, 0]);
  expectValues(call.rows[1], { barge_in_stop: 2_840 - VOICE_MS, truncation_agreed: undefined });
});

test("with push to talk the button silences the answer: cancel, truncate, then the caller's voice and its commit", () => {
  const call = fakeCall(scenarioWith({ session: { turnDetection: { type: "manual" } } as never, caller: interrupted as never }));
  answerAtLength(call);
  call.clock.advanceTo(at(3_000));
  const spoken = call.sent.filter((message) => message.type !== "input_audio_buffer.append").slice(3);
  // Without a grid the button is pressed exactly when it was planned, 15 ms earlier.
  assert.deepEqual(
    spoken.map(({ type, atUs, event }) => [type, atUs, event["audio_end_ms"]]),
    [
      ["response.cancel", at(1_140), undefined],
      ["conversation.item.truncate", at(1_140), 300],
      ["input_audio_buffer.commit", at(1_140 + 920), undefined],
      ["response.create", at(1_140 + 920), undefined],
    ],
  );
});

test("without an answer there is nothing to interrupt: the interruption is dropped and the call goes on", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [...interrupted.turns, { say: "hello" }] } as never }));
  call.ready();
  call.clock.advanceTo(at(30_000));
  assert.deepEqual(
    call.rows.map(({ turn, outcome, failure }) => [turn, outcome, failure]),
    [
      [1, "dropped", "there was no answer to interrupt"],
      [0, "unanswered", undefined],
      [2, "unanswered", undefined],
    ],
  );
});
