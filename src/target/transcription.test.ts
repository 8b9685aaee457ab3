import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";
import { readProfile } from "./profile.ts";
import type { Heard } from "./recogniser.ts";
import { createTranscription } from "./transcription.ts";

const exact = orThrow(readProfile("exact"));
const heard: Heard = { clip: "yes", clipStartMs: 0, clipEndMs: 900, text: "Yes.", words: [{ text: "Yes.", startMs: 0, endMs: 900 }], ahead: [] };
const open = (): ConversationSession => openSession({ profile: exact, speech: plainSpeech(exact), recognise: () => heard, create: createTranscription });
const update = (input: object): Record<string, unknown> => ({ type: "session.update", event_id: "mine", session: { type: "transcription", audio: { input } } });
const vad = { type: "server_vad", threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 };

test("the session begins as the live server's does: no model, no output, no transcription yet", () => {
  const [created] = open().only("session.created");
  const { id, ...session } = created?.session ?? {};
  assert.match(String(id), /^sess_/);
  assert.deepEqual(session, {
    type: "transcription",
    object: "realtime.transcription_session",
    expires_at: 4_600,
    audio: { input: { format: { type: "audio/pcm", rate: 24_000 }, transcription: null, noise_reduction: null, turn_detection: vad } },
    include: null,
  });
});

test("a turn is told and transcribed and never answered, and its limits are not told", () => {
  const session = open();
  session.send(0, update({ transcription: { model: "gpt-4o-transcribe" } }));
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(70_000);
  assert.deepEqual(session.types(), [
    "session.created",
    "session.updated",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "input_audio_buffer.committed",
    "conversation.item.added",
    "conversation.item.done",
    "conversation.item.input_audio_transcription.delta",
    "conversation.item.input_audio_transcription.completed",
  ]);
  const settings = session.only("session.updated")[0]?.session.audio.input;
  assert.deepEqual([settings?.transcription?.model, settings?.turn_detection], ["gpt-4o-transcribe", vad]);
  session.at(70_000, { type: "closed" });
  assert.deepEqual(
    session.truth.map(({ outcome, heard }) => [outcome, heard?.clip]),
    [["unasked", "yes"]],
  );
});

const refusals: readonly (readonly [string, Record<string, unknown>, string, string])[] = [
  ["a response", { type: "response.create", event_id: "mine" }, "invalid_value", "type"],
  ["a written item", { type: "conversation.item.create", event_id: "mine" }, "invalid_value", "type"],
  ["the older name of the update", { type: "transcription_session.update", event_id: "mine" }, "invalid_value", "type"],
  ["a conversation's update", { type: "session.update", event_id: "mine", session: { type: "realtime" } }, "invalid_value", "session.type"],
  ["an update without a type", { type: "session.update", event_id: "mine", session: {} }, "missing_required_parameter", "session.type"],
  ["16 kHz", update({ format: { type: "audio/pcm", rate: 16_000 } }), "integer_below_min_value", "session.audio.input.format.rate"],
  [
    "a field of answers",
    update({ turn_detection: { ...vad, create_response: true } }),
    "unknown_parameter",
    "session.audio.input.turn_detection.create_response",
  ],
  [
    "turn detection beside the streaming model",
    update({ turn_detection: vad, transcription: { model: "gpt-realtime-whisper" } }),
    "invalid_value",
    "session.audio.input.turn_detection",
  ],
];
for (const [name, event, code, param] of refusals) {
  test(`${name} is refused with the client's event id, and nothing is changed`, () => {
    const session = open();
    session.send(0, event);
    const [error] = session.only("error");
    assert.deepEqual([error?.error.code, error?.error.param, error?.error.event_id], [code, param, "mine"]);
    session.send(10, update({}));
    assert.deepEqual(session.only("session.updated")[0]?.session, session.only("session.created")[0]?.session);
  });
}

test("asking for the streaming model alone turns turn detection off", () => {
  const session = open();
  session.send(0, update({ transcription: { model: "gpt-realtime-whisper" } }));
  assert.equal(session.only("session.updated")[0]?.session.audio.input.turn_detection, null);
  session.speak(0, toneBetween(2_500, 500, 1_500));
  assert.ok(!session.types().includes("input_audio_buffer.speech_started"));
});

test("over a socket, real clips are recognised, in a conversation and in a session for transcripts", async () => {
  const target = await startTestTarget();
  for (const [query, type, model, id] of [
    ["model=gpt-realtime-2", "realtime", "gpt-4o-mini-transcribe", "refund"],
    ["intent=transcription", "transcription", "gpt-realtime-whisper", "order-status"],
  ] as const) {
    const client = openRawClient(`${target.url}?${query}`);
    await client.next("session.created");
    client.send({ type: "session.update", session: { type, audio: { input: { turn_detection: null, transcription: { model } } } } });
    await client.next("session.updated");
    const audio = orThrow(await target.clips.wire(id, "pcm24k"));
    for (let from = 0; from < audio.length; from += 960)
      client.send({ type: "input_audio_buffer.append", audio: audio.subarray(from, from + 960).toString("base64") });
    client.send({ type: "input_audio_buffer.commit" });
    const completed = await client.next("conversation.item.input_audio_transcription.completed");
    assert.equal(completed["transcript"], target.clips.find(id)?.text);
    const deltas = client.events.filter((event) => event["type"] === "conversation.item.input_audio_transcription.delta");
    assert.equal(deltas.map((event) => event["delta"]).join(""), completed["transcript"]);
    client.socket.close();
    await client.closed;
  }
  await target.close();
  assert.deepEqual(
    target.truth.map((row) => row.heard?.clip),
    ["refund", "order-status"],
  );
});
