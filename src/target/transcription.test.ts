import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { judge } from "../testing/event-judge.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";
import { readProfile } from "./profile.ts";
import type { Heard } from "./recogniser.ts";
import type { Input } from "./conversation.ts";
import { createTranscription } from "./transcription.ts";
import { createIds } from "./ids.ts";
import { trickConversation } from "./tricked-conversation.ts";

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

test("semantic VAD ends turns here too, and is told without the fields of answers", () => {
  const session = open();
  session.send(0, update({ turn_detection: { type: "semantic_vad", eagerness: "high" }, transcription: { model: "gpt-4o-transcribe" } }));
  const settings = session.only("session.updated")[0]?.session.audio.input.turn_detection;
  assert.deepEqual(settings, { type: "semantic_vad", eagerness: "high" });
  session.speak(0, toneBetween(6_000, 500, 1_500));
  session.until(10_000);
  assert.equal(session.only("conversation.item.input_audio_transcription.completed").length, 1);
  assert.equal(session.only("response.created").length, 0);
  session.send(11_000, update({ turn_detection: { type: "semantic_vad", create_response: false } }));
  assert.equal(session.only("error")[0]?.error.param, "session.audio.input.turn_detection.create_response");
});

test("logprobs are included here too", () => {
  const session = open();
  const include = ["item.input_audio_transcription.logprobs"];
  session.send(0, { type: "session.update", session: { type: "transcription", include, audio: { input: { transcription: { model: "gpt-4o-transcribe" } } } } });
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(10_000);
  assert.deepEqual(session.only("session.updated")[0]?.session.include, include);
  assert.equal(session.only("conversation.item.input_audio_transcription.completed")[0]?.logprobs?.length, 1);
});

test("a script's trick makes a transcript fail: the item has none then, and the agents package's schema takes the event", async () => {
  const trick = { name: "unheard", at: "conversation.item.input_audio_transcription.completed", do: { type: "fail" } } as const;
  const options = { profile: exact, speech: plainSpeech(exact), key: { seed: 1, session: 0, call: 0 }, model: "", ids: createIds(0, stream(1, "ids")) };
  const inner = createTranscription({ ...options, openedAtUs: 0, openedAtS: 0 });
  const tricked = trickConversation(inner, { armed: () => [trick], freezer: { untilUs: 0 } });
  const said: object[] = [];
  const step = (input: Input, atUs: number): void => {
    for (const command of tricked.step(input, atUs)) {
      if (command.type === "send") {
        judge(command.event);
        said.push(command.event);
      }
      if (command.type === "recognise" && command.turn) step({ type: "recognised", itemId: command.itemId, turn: command.turn, heard }, atUs);
    }
  };
  step({ type: "open" }, 0);
  step({ type: "event", event: update({ turn_detection: null, transcription: { model: "whisper-1" } }) }, 1);
  step({ type: "audio", bytes: toneBetween(1_000, 0, 900) }, 2);
  step({ type: "event", event: { type: "input_audio_buffer.commit" } }, 3);
  for (let nextUs = tricked.nextUs; nextUs !== undefined && nextUs < 5_000_000; nextUs = tricked.nextUs) step({ type: "wake" }, nextUs);
  const failed = said.at(-1) as { type: string; item_id: string; error: { code: unknown; param: unknown } };
  assert.equal(failed.type, "conversation.item.input_audio_transcription.failed");
  assert.deepEqual([typeof failed.error.code, typeof failed.error.param], ["string", "string"]);
  step({ type: "event", event: { type: "conversation.item.retrieve", item_id: failed.item_id } }, 5_000_000);
  const { item } = said.at(-1) as { item: { content: readonly { transcript: unknown }[] } };
  assert.equal(item.content[0]?.transcript, null);
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
