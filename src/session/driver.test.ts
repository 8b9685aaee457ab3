import assert from "node:assert/strict";
import { test } from "node:test";
import { measure } from "../metrics/measure.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { scenarioWith } from "../testing/scenario.ts";

/** The virtual clock starts here; the caller is ready at once and its microphone's phase is 0. */
const READY_US = 1_000_000;
/** Think time of 500 ms, on the grid of 20 ms frames. */
const TURN_US = READY_US + 500_000;
const SPEECH_END_US = TURN_US + 905_000;

const ms = (row: TurnRow | undefined, metric: MetricId): number | undefined => (row ? measure(metric, row)?.value : undefined);
const usage = {
  input_token_details: { text_tokens: 10, audio_tokens: 9, cached_tokens_details: { text_tokens: 4, audio_tokens: 0 } },
  output_token_details: { text_tokens: 5, audio_tokens: 20 },
};
const done = (id: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  type: "response.done",
  response: { id, status: "completed", usage, ...more },
});

/** The whole ladder of an answered turn; every instant is given. */
function answer(call: FakeCall, fromUs: number, id: string): void {
  call.say(fromUs, { type: "input_audio_buffer.speech_stopped", item_id: "item_u", audio_end_ms: 0 });
  call.say(fromUs, { type: "input_audio_buffer.committed", item_id: "item_u" });
  call.say(fromUs + 1_000, { type: "response.created", response: { id } });
  call.speak(fromUs + 300_000, { responseId: id, silenceMs: 60, soundMs: 140 });
  call.say(fromUs + 310_000, { type: "response.output_audio_transcript.done", response_id: id, transcript: "Shipped." });
  call.say(fromUs + 320_000, done(id));
}

test("every instant of an answered turn comes back as the metric it defines", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello" }] } as never }));
  call.ready();
  call.say(TURN_US + 150_000, { type: "input_audio_buffer.speech_started", item_id: "item_u", audio_start_ms: 0 });
  answer(call, SPEECH_END_US + 540_000, "resp_1");
  call.clock.advanceTo(SPEECH_END_US + 3_000_000);

  const [row] = call.rows;
  assert.equal(row?.outcome, "answered");
  const expected: Partial<Record<MetricId, number>> = {
    voice_to_voice: 540 + 300 + 60,
    first_audio: 540 + 300,
    leading_silence: 60,
    player_start: 0,
    end_of_utterance: 540,
    vad_onset: 50,
    server_think: 300,
    framing_delay: 15,
    dispatch_delay: 0,
    answered: 1,
    early_endpoint: 0,
    tokens_input: 19,
    tokens_output: 25,
  };
  for (const [metric, value] of Object.entries(expected)) assert.equal(ms(row, metric as MetricId), value, metric);
  assert.equal(row?.speechEndAudioMs, 500 + 920);
  assert.deepEqual(row?.transcripts, { answer: "Shipped." });
  assert.equal(call.closed.code, 1000);
});

test("a microphone sends frame k when it is full, silence before and after the clip", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.clock.advanceTo(TURN_US + 1_100_000);
  const appends = call.sent.filter((message) => message.type === "input_audio_buffer.append");
  appends.forEach((message, index) => assert.equal(message.atUs, READY_US + (index + 1) * 20_000));
  const spoken = appends.filter((message) => message.event["audio"] !== "silence");
  assert.deepEqual(
    spoken.map((message) => message.event["audio"]),
    Array.from({ length: 50 }, (_, index) => `clip ${index}`),
  );
  assert.equal(spoken[0]?.atUs, TURN_US + 20_000);
});

test("the next turn starts when the answer has been played and the caller has thought", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  answer(call, SPEECH_END_US + 540_000, "resp_1");
  const playedUs = SPEECH_END_US + 540_000 + 300_000 + 200_000;
  call.clock.advanceTo(playedUs + 2_000_000);
  answer(call, playedUs + 2_200_000, "resp_2");
  call.clock.advanceTo(playedUs + 6_000_000);
  const second = call.rows[1];
  // 2,545 ms after the grid began: the next boundary of 20 ms frames.
  assert.equal(second?.plannedUs, 500_000 + 905_000 + 540_000 + 300_000 + 200_000 + 500_000 + 15_000);
  assert.equal(second?.startedUs, second?.plannedUs);
});

test("a turn without sound is unanswered at the end of patience, and the caller goes on", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.say(SPEECH_END_US + 540_000, { type: "response.created", response: { id: "resp_1" } });
  call.speak(SPEECH_END_US + 900_000, { responseId: "resp_1", silenceMs: 200, soundMs: 0 });
  call.clock.advanceTo(SPEECH_END_US + 8_000_000);
  assert.equal(call.sent.at(-1)?.type === "response.cancel" || call.sent.some((message) => message.type === "response.cancel"), true);
  call.speak(SPEECH_END_US + 8_100_000, { responseId: "resp_1", silenceMs: 0, soundMs: 100 });
  call.clock.advanceTo(SPEECH_END_US + 9_000_000);
  const [row] = call.rows;
  assert.equal(row?.outcome, "unanswered");
  assert.deepEqual(row && measure("voice_to_voice", row), { value: 8_000, censored: true });
  assert.equal(row?.lateAnswerMs, 8_100);
  assert.deepEqual(row?.flags, ["late_answer"]);
});

test("sound of an earlier turn's response is never taken for the answer to a later one", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.say(SPEECH_END_US + 540_000, { type: "response.created", response: { id: "resp_1" } });
  call.clock.advanceTo(SPEECH_END_US + 10_000_000);
  call.speak(SPEECH_END_US + 10_000_000, { responseId: "resp_1", silenceMs: 0, soundMs: 100 });
  call.clock.advanceTo(SPEECH_END_US + 30_000_000);
  assert.deepEqual(
    call.rows.map((row) => row.outcome),
    ["unanswered", "unanswered"],
  );
});

test("an answer that begins in a pause of the caller is talked over, not negative", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello" }] } as never }));
  call.ready();
  call.say(TURN_US + 400_000, { type: "input_audio_buffer.speech_stopped", item_id: "item_u" });
  call.say(TURN_US + 400_000, { type: "response.created", response: { id: "early" } });
  call.speak(TURN_US + 500_000, { responseId: "early", silenceMs: 0, soundMs: 100 });
  call.say(TURN_US + 650_000, { type: "input_audio_buffer.speech_started", item_id: "item_v" });
  call.say(TURN_US + 650_000, done("early", { status: "cancelled" }));
  answer(call, SPEECH_END_US + 540_000, "resp_1");
  call.clock.advanceTo(SPEECH_END_US + 3_000_000);
  const [row] = call.rows;
  assert.deepEqual(row?.flags, ["early_endpoint", "talked_over"]);
  assert.equal(ms(row, "voice_to_voice"), 900);
  assert.equal(ms(row, "early_endpoint"), 1);
  assert.equal(ms(row, "tokens_input"), 38);
});

test("a lost connection fails the turn and all that would have followed, as waited for in vain", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.clock.advanceTo(SPEECH_END_US + 300_000);
  call.drop({ code: 1006, failure: { phase: "open", class: "network", message: "the connection broke" } });
  assert.deepEqual(
    call.rows.map((row) => [row.outcome, row.failureClass, row.failure, row.censoredAtMs]),
    [
      ["failed", "network", "the connection broke", 8_000],
      ["failed", "network", "the connection broke", 8_000],
    ],
  );
});

test("a refused session.update ends the call in the server's own words", () => {
  const call = fakeCall(scenarioWith());
  call.open();
  call.say(READY_US, { type: "session.created", session: { id: "sess_1" } });
  call.say(READY_US, { type: "error", error: { type: "invalid_request_error", code: "invalid_value", message: "no such effort", param: null } });
  assert.deepEqual(
    call.rows.map((row) => [row.outcome, row.failureClass, row.failure]),
    Array.from({ length: 2 }, () => ["failed", "protocol", "the server refused session.update: invalid_value: no such effort"]),
  );
  assert.equal(call.closed.code, 1000);
});

test("a server that never says session.created is a time-out", () => {
  const call = fakeCall(scenarioWith());
  call.open();
  call.clock.advanceTo(READY_US + 15_000_000);
  assert.equal(call.rows[0]?.failureClass, "timeout");
  assert.match(call.rows[0]?.failure ?? "", /session\.created/);
});

test("a failed response fails its turn with the code that the server gives, and the call goes on", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.say(SPEECH_END_US + 540_000, { type: "response.created", response: { id: "resp_1" } });
  call.say(SPEECH_END_US + 600_000, {
    type: "response.done",
    response: { id: "resp_1", status: "failed", status_details: { type: "failed", error: { type: "invalid_request_error", code: "rate_limit_exceeded" } } },
  });
  call.clock.advanceTo(SPEECH_END_US + 4_000_000);
  assert.deepEqual([call.rows[0]?.outcome, call.rows[0]?.failureClass], ["failed", "rate_limit"]);
  assert.equal(call.sent.filter((message) => message.event["audio"] === "clip 0").length, 2);
});

test("push to talk sends nothing between turns and commits with the frame that holds the last voiced sample", () => {
  const call = fakeCall(scenarioWith({ session: { turnDetection: { type: "manual" } } as never, caller: { turns: [{ say: "hello" }] } as never }));
  call.ready();
  call.clock.advanceTo(TURN_US + 2_000_000);
  const types = call.sent.slice(1).map((message) => message.type);
  assert.deepEqual(types, [...Array.from({ length: 46 }, () => "input_audio_buffer.append"), "input_audio_buffer.commit", "response.create"]);
  assert.equal(call.sent.at(-1)?.atUs, TURN_US + 920_000);
});

test("another effort is agreed before the turn's speech starts", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello", effort: "high" }] } as never }));
  call.ready();
  const update = call.sent.filter((message) => message.type === "session.update").at(-1);
  assert.deepEqual(update?.event["session"], { type: "realtime", reasoning: { effort: "high" } });
  call.clock.advanceTo(TURN_US + 300_000);
  assert.equal(
    call.sent.some((message) => message.event["audio"] === "clip 0"),
    false,
  );
  call.say(TURN_US + 310_000, { type: "session.updated", session: {} });
  call.clock.advanceTo(TURN_US + 360_000);
  assert.equal(
    call.sent.some((message) => message.event["audio"] === "clip 0"),
    true,
  );
});

test("draining lets the turn in progress finish and drops the rest; cutting ends it at once", () => {
  const drained = fakeCall(scenarioWith());
  drained.ready();
  drained.clock.advanceTo(TURN_US + 100_000);
  drained.running.drain();
  answer(drained, SPEECH_END_US + 540_000, "resp_1");
  drained.clock.advanceTo(SPEECH_END_US + 3_000_000);
  assert.deepEqual(
    drained.rows.map((row) => row.outcome),
    ["answered", "dropped"],
  );

  const cut = fakeCall(scenarioWith());
  cut.ready();
  cut.clock.advanceTo(SPEECH_END_US + 250_000);
  cut.running.cut("SIGINT, twice");
  assert.deepEqual(
    cut.rows.map((row) => [row.outcome, row.censoredAtMs]),
    [
      ["interrupted", 250],
      ["dropped", undefined],
    ],
  );
});

test("events that nobody knows are counted and break nothing", async () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello" }] } as never }));
  call.ready();
  call.say(TURN_US, { type: "response.sparkle" });
  call.say(TURN_US, { type: "response.sparkle" });
  answer(call, SPEECH_END_US + 540_000, "resp_1");
  call.clock.advanceTo(SPEECH_END_US + 3_000_000);
  call.drop({ code: 1000 });
  await call.running.ended;
  assert.deepEqual(call.ended()?.state.unknownEvents, { "response.sparkle": 2 });
  assert.equal(call.rows[0]?.outcome, "answered");
});

/** A response that begins in a pause of the caller; its sound is still queued when the caller goes on. */
function queueEarlyAnswer(call: FakeCall): void {
  call.say(TURN_US + 400_000, { type: "input_audio_buffer.speech_stopped", item_id: "item_u" });
  call.say(TURN_US + 400_000, { type: "input_audio_buffer.committed", item_id: "item_u" });
  call.say(TURN_US + 401_000, { type: "response.created", response: { id: "early" } });
  call.speak(TURN_US + 500_000, { responseId: "early", silenceMs: 600, soundMs: 400 });
}
const oneTurn = scenarioWith({ caller: { turns: [{ say: "hello" }] } as never });

test("an answer that was thrown away before it was heard is none: the true one counts, or patience ends", () => {
  const flushed = fakeCall(oneTurn);
  flushed.ready();
  queueEarlyAnswer(flushed);
  flushed.say(TURN_US + 520_000, done("early"));
  flushed.say(TURN_US + 650_000, { type: "input_audio_buffer.speech_started", item_id: "item_v" });
  answer(flushed, SPEECH_END_US + 540_000, "resp_1");
  flushed.clock.advanceTo(SPEECH_END_US + 3_000_000);
  const [row] = flushed.rows;
  assert.deepEqual([ms(row, "voice_to_voice"), ms(row, "first_audio"), ms(row, "end_of_utterance"), ms(row, "server_think")], [900, 840, 540, 300]);

  const silenced = fakeCall(oneTurn);
  silenced.ready();
  queueEarlyAnswer(silenced);
  silenced.say(TURN_US + 650_000, { type: "input_audio_buffer.speech_started", item_id: "item_v" });
  silenced.say(TURN_US + 650_000, done("early", { status: "cancelled" }));
  silenced.clock.advanceTo(SPEECH_END_US + 8_000_000);
  assert.equal(silenced.rows[0]?.outcome, "unanswered");
});

test("what came before it should follow is absent, never negative", () => {
  const call = fakeCall(oneTurn);
  call.ready();
  call.say(TURN_US + 50_000, { type: "input_audio_buffer.speech_started", item_id: "item_u" });
  queueEarlyAnswer(call);
  call.say(TURN_US + 520_000, done("early"));
  call.clock.advanceTo(SPEECH_END_US + 3_000_000);
  const [row] = call.rows;
  assert.deepEqual([ms(row, "vad_onset"), ms(row, "first_audio"), ms(row, "end_of_utterance")], [undefined, undefined, undefined]);
});

test("a failure of the turn before, told late, does not fail this one", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.say(SPEECH_END_US + 540_000, { type: "response.created", response: { id: "resp_1" } });
  call.clock.advanceTo(SPEECH_END_US + 8_600_000);
  call.say(SPEECH_END_US + 8_700_000, {
    type: "response.done",
    response: { id: "resp_1", status: "failed", status_details: { error: { code: "server_error" } } },
  });
  const secondEndUs =
    READY_US + (call.sent.find((message) => message.event["audio"] === "clip 0" && message.atUs > SPEECH_END_US)?.atUs ?? 0) - READY_US - 20_000 + 905_000;
  answer(call, secondEndUs + 540_000, "resp_2");
  call.clock.advanceTo(secondEndUs + 4_000_000);
  assert.deepEqual(
    call.rows.map((row) => row.outcome),
    ["unanswered", "answered"],
  );
});

test("an error about something else does not count as a refused effort", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello", effort: "high" }] } as never }));
  call.ready();
  call.say(READY_US + 10_000, { type: "error", error: { code: "response_cancel_not_active", message: "nothing to cancel", event_id: null } });
  call.say(READY_US + 20_000, { type: "session.updated", session: {} });
  call.clock.advanceTo(TURN_US + 100_000);
  assert.equal(
    call.sent.some((message) => message.event["audio"] === "clip 0"),
    true,
  );
  const refused = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello", effort: "high" }] } as never }));
  refused.ready();
  refused.say(READY_US + 10_000, { type: "error", error: { code: "invalid_value", message: "no such effort", event_id: "earshot_turn" } });
  assert.equal(refused.rows[0]?.outcome, "failed");
});

test("a response that fails while the caller still speaks does not cut the caller off", () => {
  const call = fakeCall(oneTurn);
  call.ready();
  call.say(TURN_US + 400_000, { type: "response.created", response: { id: "early" } });
  call.say(TURN_US + 420_000, {
    type: "response.done",
    response: { id: "early", status: "failed", status_details: { error: { code: "rate_limit_exceeded" } } },
  });
  answer(call, SPEECH_END_US + 540_000, "resp_1");
  call.clock.advanceTo(SPEECH_END_US + 3_000_000);
  assert.equal(call.rows[0]?.outcome, "answered");
  assert.equal(call.sent.filter((message) => String(message.event["audio"]).startsWith("clip")).length, 50);
});

test("sound that is played after the end of patience is a late answer", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ say: "hello" }], startBufferMs: 400 } as never }));
  call.ready();
  call.say(SPEECH_END_US + 540_000, { type: "response.created", response: { id: "resp_1" } });
  call.speak(SPEECH_END_US + 7_900_000, { responseId: "resp_1", silenceMs: 0, soundMs: 100 });
  call.clock.advanceTo(SPEECH_END_US + 9_000_000);
  assert.deepEqual([call.rows[0]?.outcome, call.rows[0]?.lateAnswerMs], ["unanswered", 8_300]);
});

test("what draining gave up stays dropped when the line is lost meanwhile", () => {
  const call = fakeCall(scenarioWith());
  call.ready();
  call.clock.advanceTo(SPEECH_END_US + 100_000);
  call.running.drain();
  call.drop({ code: 1006 });
  assert.deepEqual(
    call.rows.map((row) => row.outcome),
    ["failed", "dropped"],
  );
});
