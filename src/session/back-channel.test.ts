// "Yes, yes" over an answer, and words that an interruption waits for, against a server that the test plays.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interrupt } from "../scenario/caller-turn.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, expectValues, READY_US } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";

const detection = { type: "server", silenceMs: 500, prefixMs: 300, threshold: 0.5 } as const;

/** One turn whose answer is two seconds of sound from 840 ms after the end of speech on. */
function answering(interrupt: Interrupt, interruptResponse: boolean): FakeCall {
  const session = { turnDetection: { ...detection, interruptResponse } };
  const call = fakeCall(scenarioWith({ session, caller: { turns: [{ say: "hello", interrupt }] } }));
  call.ready();
  call.say(at(541), created("r1"));
  call.speak(at(840), { responseId: "r1", silenceMs: 0, soundMs: 2_000 });
  return call;
}
const backChannel = { say: "hello", atAnswerMs: 400, backChannel: true } as const;
const sentTypes = ({ sent }: FakeCall): readonly string[] =>
  sent
    .filter(({ type }) => type !== "input_audio_buffer.append")
    .map(({ type }) => type)
    .slice(1);
const started = { type: "input_audio_buffer.speech_started", item_id: "v" };
/** The voice of the back-channel sets in on the next frame: 400 ms into the answer, at 840 ms. */
const VOICE_MS = 1_255;

test("an answer that is not to be interrupted goes on over a back-channel, and the turn lasts until both are over", () => {
  const call = answering(backChannel, false);
  call.say(at(900), done("r1"));
  call.say(at(1_455), started);
  call.say(at(VOICE_MS + 805 + 540), { type: "input_audio_buffer.speech_stopped", item_id: "v", audio_end_ms: 0 });
  call.say(at(VOICE_MS + 805 + 541), { type: "input_audio_buffer.committed", item_id: "v" });
  call.clock.advanceTo(at(6_000));
  assert.deepEqual(sentTypes(call), []);
  assert.equal(call.sent.filter(({ event }) => event["audio"] === "clip 0").length, 2);
  const [row] = call.rows;
  assert.deepEqual(
    [call.rows.length, row?.outcome, row?.flags, row?.backChannelUs, row?.backChannelStoppedUs],
    [1, "answered", undefined, at(VOICE_MS) - READY_US, undefined],
  );
  assert.equal(row?.playoutEndUs, at(2_840) - READY_US);
  expectValues(row, { back_channel_kept: 1, voice_to_voice: 840 });
});

test("an answer that stops for a back-channel is cut off where the server has heard it, and the server learns where", () => {
  const call = answering(backChannel, true);
  call.say(at(1_455), started);
  call.say(at(1_470), done("r1", "cancelled"));
  call.clock.advanceTo(at(6_000));
  const truncate = call.sent.find(({ type }) => type === "conversation.item.truncate");
  assert.deepEqual([truncate?.atUs, truncate?.event["audio_end_ms"]], [at(1_455), 1_455 - 840]);
  const [row] = call.rows;
  assert.deepEqual(
    [row?.outcome, row?.flags, row?.backChannelStoppedUs, row?.playoutEndUs],
    ["answered", ["cut_off"], at(1_455) - READY_US, at(1_455) - READY_US],
  );
  expectValues(row, { back_channel_kept: 0 });
});

test("a back-channel is not said over an answer that is over", () => {
  const call = answering({ ...backChannel, atAnswerMs: 5_000 }, true);
  call.say(at(900), done("r1"));
  call.clock.advanceTo(at(20_000));
  assert.deepEqual([call.rows.length, call.rows[0]?.backChannelUs], [1, undefined]);
  expectValues(call.rows[0], { back_channel_kept: undefined });
});

test("who means to interrupt a server that does not stop by itself cancels the answer", () => {
  const call = answering({ say: "hello", atAnswerMs: 400 }, false);
  call.say(at(1_455), started);
  assert.deepEqual(sentTypes(call), ["response.cancel", "conversation.item.truncate"]);
});

const word = (text: string): object => ({ type: "response.output_audio_transcript.delta", response_id: "r1", item_id: "item_r1", delta: text });
const voiceMs = (call: FakeCall): number =>
  ((call.sent.filter(({ event }) => event["audio"] === "clip 0").at(-1)?.atUs ?? 0) - 20_000 + 100_000 - at(0)) / 1_000;

test("a word is waited for: slow speech while the answer is coming, its place in the whole once that is there", () => {
  const onWord: Interrupt = { say: "hello", onWord: "Five" };
  const coming = answering(onWord, true);
  for (const text of ["One two", " three four", " five six."]) coming.say(at(850), word(text) as never);
  coming.clock.advanceTo(at(2_790));
  // 23 characters at 12 a second, and 200 ms to react, from 840 ms on: not before 2,956 ms.
  assert.equal(coming.sent.filter(({ event }) => event["audio"] === "clip 0").length, 1);
  coming.clock.advanceTo(at(3_100));
  assert.ok(voiceMs(coming) >= 2_956 && voiceMs(coming) < 2_956 + 20, `${voiceMs(coming)}`);

  const whole = answering(onWord, true);
  for (const text of ["One two", " three four", " five six."]) whole.say(at(850), word(text) as never);
  whole.say(at(900), done("r1"));
  whole.clock.advanceTo(at(4_000));
  // 23 of 27 characters of two seconds.
  const expectedMs = 840 + (23 / 27) * 2_000 + 200;
  assert.ok(voiceMs(whole) >= expectedMs && voiceMs(whole) < expectedMs + 20, `${voiceMs(whole)}, not ${expectedMs}`);
});

test("an answer without the word is not interrupted, and the interruption says why", () => {
  const call = answering({ say: "hello", onWord: "seven" }, true);
  call.say(at(850), word("One two.") as never);
  call.say(at(900), done("r1"));
  call.clock.advanceTo(at(20_000));
  assert.deepEqual(
    call.rows.map(({ outcome, failure }) => [outcome, failure]),
    [
      ["dropped", "the answer did not have the word to interrupt it at"],
      ["answered", undefined],
    ],
  );
});
