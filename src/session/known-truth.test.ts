// Every metric of a conversation against a server that the test plays itself, at exact instants of the virtual clock: what
// comes out must be what was put in, to the microsecond.

import assert from "node:assert/strict";
import { test } from "node:test";
import { metricOf, metricIds, type MetricId } from "../metrics/catalogue.ts";
import { isRecoveryMetric, recoveryMetricIds } from "../metrics/recovery-catalogue.ts";
import { measure } from "../metrics/measure.ts";
import { quantile } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { priceRow } from "../load/price-row.ts";
import { orThrow } from "../core/issues.ts";
import { loadPriceBook } from "../cost/price-book.ts";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, expectValues, READY_US, TURN_US, value } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";

const once = (scenario: Partial<Scenario["caller"]>, session: Partial<Scenario["session"]> = {}): Scenario =>
  scenarioWith({ caller: { turns: [{ say: "hello" }], ...scenario } as never, session: session as never });

/** One plain turn with two holes in its answer. The audio clock stands at 500 ms when the turn begins. */
function plainTurn(session: Partial<Scenario["session"]> = {}): TurnRow | undefined {
  const call = fakeCall(once({}, { transcription: { model: "m" }, ...session }));
  call.ready();
  call.say(TURN_US + 150_000, { type: "input_audio_buffer.speech_started", item_id: "u", audio_start_ms: 600 + 20 - 300 });
  call.say(at(540), { type: "input_audio_buffer.speech_stopped", item_id: "u", audio_end_ms: 1_405 + 500 - 7 });
  call.say(at(541), { type: "input_audio_buffer.committed", item_id: "u" });
  call.say(at(545), created("r"));
  call.say(at(600), { type: "conversation.item.input_audio_transcription.delta", item_id: "u", delta: "He" });
  call.say(at(700), { type: "conversation.item.input_audio_transcription.completed", item_id: "u", transcript: "Hello" });
  call.speak(at(840), { responseId: "r", silenceMs: 60, soundMs: 140 });
  call.speak(at(1_090), { responseId: "r", silenceMs: 0, soundMs: 100, more: [120, 80] });
  call.speak(at(1_410), { responseId: "r", silenceMs: 0, soundMs: 100 });
  call.say(at(1_415), done("r"));
  call.clock.advanceTo(at(4_000));
  return call.rows[0] && priceRow(call.rows[0], "gpt-realtime-2", orThrow(loadPriceBook("openai-2026-11")));
}

const plainTruth: Partial<Record<MetricId, number>> = {
  voice_to_voice: 900,
  first_audio: 840,
  framing_delay: 15,
  leading_silence: 60,
  player_start: 0,
  end_of_utterance: 540,
  vad_onset: 50,
  vad_onset_error: 20,
  vad_end_error: -7,
  early_endpoint: 0,
  server_think: 300,
  dispatch_delay: 0,
  service_latency: 900,
  scheduled_latency: 900,
  first_transcript: 805 + 600,
  final_transcript: 700,
  dead_air: 120,
  playout_stall_count: 2,
  playout_stall_total: 50 + 20,
  playout_stall_longest: 50,
  clean_share: 0,
  min_start_buffer: 1_410 - 840 - 500,
  output_rate: (1_410 - 840) / 500,
  answered: 1,
  tokens_input: 19,
  tokens_output: 25,
  cached_share: 4 / 19,
};

test("a plain turn: every metric is what the server did", () => {
  const row = plainTurn();
  assert.deepEqual([row?.kind, row?.transcripts?.caller], ["plain", "Hello"]);
  expectValues(row, plainTruth);
  expectValues(row, { tool_turn: undefined, tool_decision: undefined, filler: undefined, barge_in_stop: undefined, unheard_audio: undefined });
});

test("where words end a turn, all is measured but what would need the server's padding and silence", () => {
  const { vad_onset_error, vad_end_error, ...measurable } = plainTruth;
  const row = plainTurn({ turnDetection: { type: "semantic", eagerness: "low", interruptResponse: true } });
  expectValues(row, measurable);
  assert.ok(vad_onset_error !== undefined && vad_end_error !== undefined);
  expectValues(row, { vad_onset_error: undefined, vad_end_error: undefined });
});

test("money is the tokens at the list's prices", () => {
  const microUsd = 6 * 4 + 4 * 0.4 + 9 * 32 + 5 * 24 + 20 * 64;
  assert.ok(Math.abs((value(plainTurn(), "cost") ?? 0) - microUsd / 1e6) < 1e-6);
});

test("a start buffer delays the first sound and saves the stalls it was measured to save", () => {
  const play = (startBufferMs: number): TurnRow | undefined => {
    const call = fakeCall(once({ startBufferMs }));
    call.ready();
    call.say(at(541), created("r"));
    call.speak(at(840), { responseId: "r", silenceMs: 60, soundMs: 140 });
    call.speak(at(1_090), { responseId: "r", silenceMs: 0, soundMs: 300 });
    call.speak(at(1_410), { responseId: "r", silenceMs: 0, soundMs: 100 });
    call.say(at(1_415), done("r"));
    call.clock.advanceTo(at(4_000));
    return call.rows[0];
  };
  expectValues(play(70), { voice_to_voice: 970, player_start: 70, playout_stall_count: 0, playout_stall_total: 0, clean_share: 1, min_start_buffer: 70 });
  expectValues(play(69), { playout_stall_count: 1, clean_share: 0, min_start_buffer: 70 });
});

const answers = { value: { status: "shipped" }, delayMs: 200, errorRate: 0 };
const lookUp = { name: "look_up", parameters: { type: "object", properties: {} }, answers };
const send = { ...lookUp, name: "send", answers: { ...answers, delayMs: 300 } };
const called = (callId: string, name: string): Readonly<Record<string, unknown>> => ({
  type: "response.function_call_arguments.done",
  response_id: "r1",
  item_id: `item_${callId}`,
  call_id: callId,
  name,
  arguments: '{"id":"A1"}',
});

/** Up to the functions' output: a filler, two calls, the end of their response. */
function askTools(call: FakeCall): void {
  call.ready();
  call.say(at(540), { type: "input_audio_buffer.speech_stopped", item_id: "u" });
  call.say(at(541), created("r1"));
  call.speak(at(700), { responseId: "r1", silenceMs: 10, soundMs: 190 });
  call.say(at(950), called("c1", "look_up"));
  call.say(at(960), called("c2", "send"));
  call.say(at(970), done("r1"));
}

test("a tool turn: parallel calls are answered after their delays, one response.create follows, and each part has its time", () => {
  const call = fakeCall(once({}, { tools: [lookUp, send] }));
  askTools(call);
  call.clock.advanceTo(at(1_270));
  const outputs = call.sent.filter((message) => message.type === "conversation.item.create" || message.type === "response.create");
  assert.deepEqual(
    outputs.map(({ type, atUs, event }) => [type, atUs, (event["item"] as { call_id?: string } | undefined)?.call_id]),
    [
      ["conversation.item.create", at(1_150), "c1"],
      ["conversation.item.create", at(1_260), "c2"],
      ["response.create", at(1_260), undefined],
    ],
  );
  assert.deepEqual(outputs[0]?.event["item"], { type: "function_call_output", call_id: "c1", output: '{"status":"shipped"}' });
  call.say(at(1_280), created("r2"));
  call.speak(at(1_600), { responseId: "r2", silenceMs: 50, soundMs: 150 });
  call.say(at(1_610), done("r2"));
  call.clock.advanceTo(at(4_000));

  const [row] = call.rows;
  assert.deepEqual([row?.kind, row?.outcome, row?.callIds, row?.answerId, row?.responseIds], ["tool", "answered", ["c1", "c2"], "r2", ["r1", "r2"]]);
  expectValues(row, { tool_decision: 950, tool_round_trip: 300, tool_turn: 1_650, filler: 710, voice_to_voice: 710, first_audio: 1_600, tokens_input: 38 });
  assert.deepEqual(
    call.toolCalls.map(({ callId, name, arguments: given, delayMs, calledUs, outputUs, output, result }) => [
      callId,
      name,
      given,
      delayMs,
      (outputUs ?? 0) - calledUs,
      output,
      result,
    ]),
    [
      ["c1", "look_up", '{"id":"A1"}', 200, 200_000, '{"status":"shipped"}', "value"],
      ["c2", "send", '{"id":"A1"}', 300, 300_000, '{"status":"shipped"}', "value"],
    ],
  );
});

test("a tool turn whose answer never comes is longer than what was waited, its filler and its decision are seen", () => {
  const call = fakeCall(once({}, { tools: [lookUp, send] }));
  askTools(call);
  call.clock.advanceTo(at(9_000));
  const [row] = call.rows;
  assert.deepEqual([row?.kind, row?.outcome], ["tool", "unanswered"]);
  for (const metric of metricIds.filter((id) => metricOf(id).censors && !isRecoveryMetric(id)))
    assert.deepEqual(row && measure(metric, row), { value: 8_000, censored: true }, metric);
  expectValues(row, { filler: 710, tool_decision: 950, tool_round_trip: 300, answered: 0 });
});

test("outputs that are due before their response is done wait with response.create until it is; unknown functions and scripted failures get an error", () => {
  const failing = { ...lookUp, answers: { value: 1, delayMs: 0, errorRate: 1 } };
  const call = fakeCall(once({}, { tools: [failing] }));
  call.ready();
  call.say(at(541), created("r1"));
  call.say(at(950), called("c1", "look_up"));
  call.say(at(960), called("c2", "nobody_knows"));
  call.clock.advanceTo(at(1_500));
  assert.equal(
    call.sent.some((message) => message.type === "response.create"),
    false,
  );
  call.say(at(1_500), done("r1"));
  assert.deepEqual(
    call.sent.filter((message) => message.type === "response.create").map((message) => message.atUs),
    [at(1_500)],
  );
  call.drop({ code: 1006 });
  assert.deepEqual(
    call.toolCalls.map(({ result, output }) => [result, output]),
    [
      ["error", '{"error":"the function failed"}'],
      ["unknown", '{"error":"there is no function nobody_knows"}'],
    ],
  );
});

test("a model that calls again after an output is answered again, and only what follows the last output is the answer", () => {
  const call = fakeCall(once({}, { tools: [lookUp, send] }));
  askTools(call);
  call.say(at(1_280), created("r2"));
  call.speak(at(1_300), { responseId: "r2", silenceMs: 0, soundMs: 100 });
  // An older dialect: the name came with the item.
  call.say(at(1_400), { type: "response.output_item.added", response_id: "r2", item: { type: "function_call", call_id: "c3", name: "send" } });
  call.say(at(1_400), { type: "response.function_call_arguments.done", response_id: "r2", call_id: "c3", arguments: "{}" });
  call.say(at(1_410), done("r2"));
  call.say(at(1_750), created("r3"));
  call.speak(at(2_000), { responseId: "r3", silenceMs: 50, soundMs: 150 });
  call.say(at(2_010), done("r3"));
  call.clock.advanceTo(at(6_000));
  assert.deepEqual(
    call.sent.filter((message) => message.type === "response.create").map((message) => message.atUs),
    [at(1_260), at(1_700)],
  );
  expectValues(call.rows[0], { filler: 710, tool_decision: 950, tool_round_trip: 300, tool_turn: 2_050 });
  assert.deepEqual(call.rows[0]?.callIds, ["c1", "c2", "c3"]);
});

test("an answer that was only a filler is not interrupted; the true one is", () => {
  const call = fakeCall(once({ turns: [{ say: "hello", interrupt: { say: "hello", atAnswerMs: 400 } }] }, { tools: [lookUp, send] }));
  askTools(call);
  call.clock.advanceTo(at(1_590));
  assert.equal(call.sent.filter((message) => message.event["audio"] === "clip 0").length, 1);
  call.say(at(1_600), created("r2"));
  call.speak(at(1_600), { responseId: "r2", silenceMs: 0, soundMs: 2_000 });
  call.clock.advanceTo(at(2_100));
  assert.equal(call.sent.filter((message) => message.event["audio"] === "clip 0").length, 2);
});

test("a target that freezes for two seconds shows in the scheduled latency and not in the service latency", () => {
  const frozen = new Set([40, 41]);
  const rows = Array.from({ length: 100 }, (_, index) => {
    const call = fakeCall(once({ thinkMs: 100 }));
    const readyUs = READY_US + (frozen.has(index) ? 2_000_000 : 20_000);
    call.open();
    call.say(readyUs, { type: "session.created", session: { id: "s" } });
    call.say(readyUs, { type: "session.updated", session: {} });
    call.clock.advanceTo(readyUs + 200_000);
    const spokenUs = (call.sent.find((message) => message.event["audio"] === "clip 0")?.atUs ?? 0) - 20_000;
    call.say(spokenUs + 905_000 + 540_000, created("r"));
    call.speak(spokenUs + 905_000 + 840_000, { responseId: "r", silenceMs: 60, soundMs: 140 });
    call.say(spokenUs + 905_000 + 850_000, done("r"));
    call.clock.advanceTo(spokenUs + 5_000_000);
    return call.rows[0] as TurnRow;
  });
  const p99 = (metric: MetricId): number | undefined =>
    quantile(
      rows.map((row) => measure(metric, row)).filter((sample) => sample !== undefined),
      0.99,
    )?.value;
  assert.equal(p99("service_latency"), 900);
  // Planned: 500 ms to be ready and 100 ms to think. Ready at 2,000 ms, the caller spoke at once.
  assert.equal(p99("dispatch_delay"), 1_400);
  assert.equal(p99("scheduled_latency"), 2_300);
});

test("a turn of a frozen session that is never answered was waited for since it was planned", () => {
  const call = fakeCall(once({ thinkMs: 100 }));
  call.open();
  call.say(READY_US + 2_000_000, { type: "session.created", session: { id: "s" } });
  call.say(READY_US + 2_000_000, { type: "session.updated", session: {} });
  call.clock.advanceTo(READY_US + 20_000_000);
  const [row] = call.rows;
  assert.deepEqual(row && measure("service_latency", row), { value: 8_000, censored: true });
  assert.deepEqual(row && measure("scheduled_latency", row), { value: 9_400, censored: true });
});

test("an answer that is spoken into a pause of the caller is an early endpoint, no dead air and no negative time", () => {
  const call = fakeCall(once({}));
  call.ready();
  call.say(TURN_US + 400_000, created("early"));
  call.speak(TURN_US + 500_000, { responseId: "early", silenceMs: 0, soundMs: 100 });
  call.say(at(540), created("r"));
  call.speak(at(840), { responseId: "r", silenceMs: 60, soundMs: 140 });
  call.say(at(845), done("early"));
  call.say(at(850), done("r"));
  call.clock.advanceTo(at(4_000));
  expectValues(call.rows[0], { early_endpoint: 1, voice_to_voice: 900, dead_air: 0 });
});

test("every metric of a conversation's turns has a known truth", () => {
  const elsewhere: readonly MetricId[] = ["cost", "send_lateness", ...metricIds.filter((id) => id.startsWith("connect_")), ...recoveryMetricIds];
  const inExpectTest: readonly MetricId[] = ["accuracy", "tool_correct", "wer", "cer"];
  const here: readonly MetricId[] = [
    "tool_decision",
    "tool_round_trip",
    "tool_turn",
    "filler",
    "barge_in_stop",
    "unheard_audio",
    "truncation_agreed",
    "back_channel_kept",
  ];
  assert.deepEqual(
    metricIds.filter((id) => plainTruth[id] === undefined && ![...elsewhere, ...inExpectTest, ...here].includes(id)),
    [],
  );
});
