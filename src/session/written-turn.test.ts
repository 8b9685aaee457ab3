// Turns that are written, blocks of settings for one turn, and who asks for responses, against a server that the test plays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeCall, type FakeCall } from "../testing/fake-call.ts";
import { at, created, done, expectValues, READY_US, TURN_US } from "../testing/known-turn.ts";
import { scenarioWith } from "../testing/scenario.ts";

const said = ({ sent }: FakeCall) => sent.filter(({ type }) => type !== "input_audio_buffer.append").slice(1);
const update = (fields: object): object => ({ type: "session.update", event_id: "earshot_turn", session: { type: "realtime", ...fields } });

test("a written turn is a message and the wish for an answer, while the microphone goes on with silence", () => {
  const call = fakeCall(scenarioWith({ caller: { turns: [{ text: "Hello." }, { say: "hello" }] } }));
  call.ready();
  call.clock.advanceTo(TURN_US);
  assert.deepEqual(
    said(call).map(({ atUs, event }) => [atUs, event]),
    [
      [TURN_US, { type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "Hello." }] } }],
      [TURN_US, { type: "response.create" }],
    ],
  );
  const frames = call.sent.length;
  call.say(TURN_US + 100_000, created("r"));
  call.speak(TURN_US + 400_000, { responseId: "r", silenceMs: 60, soundMs: 140 });
  call.say(TURN_US + 410_000, done("r"));
  call.clock.advanceTo(TURN_US + 900_000);
  assert.ok(call.sent.slice(frames).length >= 40 && call.sent.slice(frames).every(({ event }) => event["audio"] === "silence"));
  call.clock.advanceTo(TURN_US + 1_200_000);
  const [row] = call.rows;
  assert.deepEqual(
    [row?.input, row?.text, row?.clip, row?.kind, row?.outcome, row?.speechEndUs],
    ["text", "Hello.", undefined, "plain", "answered", TURN_US - READY_US],
  );
  expectValues(row, {
    voice_to_voice: 460,
    server_think: 400,
    service_latency: 460,
    framing_delay: undefined,
    end_of_utterance: undefined,
    vad_onset: undefined,
  });
  expectValues(row, { early_endpoint: undefined, dispatch_delay: 0 });
});

const asked = { turns: [{ say: "hello", effort: "high", maxOutputTokens: 200 }, { say: "hello" }] } as const;

test("what one turn asks for is agreed before it and taken back after it, once", () => {
  const call = fakeCall(scenarioWith({ caller: { ...asked, turns: [...asked.turns, { say: "hello" }], patienceMs: 1_000 } }));
  call.ready();
  for (let ms = 1; ms < 20_000; ms += 400) call.say(READY_US + ms * 1_000, { type: "session.updated", session: {} });
  const updates = said(call).filter(({ type }) => type === "session.update");
  assert.deepEqual(
    updates.map(({ event }) => event),
    [update({ reasoning: { effort: "high" }, max_output_tokens: 200 }), update({ reasoning: { effort: "low" }, max_output_tokens: 1_024 })],
  );
  assert.deepEqual(
    call.rows.map(({ effort }) => effort),
    ["high", "low", "low"],
  );
});

test("with effortBy response the server answers nothing by itself, and each response is asked for with what its turn wants", () => {
  const call = fakeCall(scenarioWith({ caller: { ...asked, effortBy: "response", patienceMs: 1_000 } }));
  call.ready();
  const session = call.sent[0]?.event["session"] as { readonly audio: { readonly input: { readonly turn_detection: object } } };
  assert.deepEqual(session.audio.input.turn_detection, {
    type: "server_vad",
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 500,
    create_response: false,
    interrupt_response: true,
  });
  // A pause that is taken for the end is none.
  call.say(at(-300), { type: "input_audio_buffer.committed", item_id: "early" });
  call.say(at(540), { type: "input_audio_buffer.committed", item_id: "u" });
  // Unanswered after a second; half a second later the next turn, on the grid of its frames.
  call.say(at(1_500 + 905 + 600), { type: "input_audio_buffer.committed", item_id: "v" });
  assert.deepEqual(
    said(call).map(({ event }) => event),
    [{ type: "response.create", response: { reasoning: { effort: "high" }, max_output_tokens: 200 } }, { type: "response.create" }],
  );
});

test("with push to talk the response is asked for with the commit, once, whoever chooses the effort", () => {
  const call = fakeCall(scenarioWith({ session: { turnDetection: { type: "manual" } }, caller: { ...asked, effortBy: "response" } }));
  call.ready();
  call.clock.advanceTo(at(100));
  call.say(at(110), { type: "input_audio_buffer.committed", item_id: "u" });
  assert.deepEqual(
    said(call).map(({ event }) => event),
    [{ type: "input_audio_buffer.commit" }, { type: "response.create", response: { reasoning: { effort: "high" }, max_output_tokens: 200 } }],
  );
});

test("an effort policy gives complex turns one effort and all others another; a turn's own effort goes before it", () => {
  const turns = [{ say: "hello" }, { say: "hello", complex: true }, { say: "hello", complex: true, effort: "medium" }] as const;
  const call = fakeCall(scenarioWith({ caller: { turns, effortPolicy: { complex: "xhigh", otherwise: "minimal" } } }));
  assert.deepEqual(
    call.call.turns.map(({ effort }) => effort),
    ["minimal", "xhigh", "medium"],
  );
});
