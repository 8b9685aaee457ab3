import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";

const exact = orThrow(readProfile("exact"));
const open = (): ConversationSession => openSession({ profile: exact, speech: plainSpeech(exact) });

const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);
const userText = { type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "Where is my order?" }] } };

const refusals: readonly (readonly [string, object, string | null, string | null])[] = [
  ["an update without a session", { type: "session.update" }, "missing_required_parameter", "session"],
  ["an update without a type", { type: "session.update", session: {} }, "missing_required_parameter", "session.type"],
  ["a field of the beta", update({ voice: "alloy" }), "unknown_parameter", "session.voice"],
  ["an unknown effort", update({ reasoning: { effort: "extreme" } }), "invalid_value", "session.reasoning.effort"],
  [
    "a rate below 24 kHz",
    update({ audio: { input: { format: { type: "audio/pcm", rate: 16_000 } } } }),
    "integer_below_min_value",
    "session.audio.input.format.rate",
  ],
  ["semantic VAD", update({ audio: { input: { turn_detection: { type: "semantic_vad" } } } }), "invalid_value", "session.audio.input.turn_detection.type"],
  [
    "telling speakers apart",
    update({ audio: { input: { transcription: { model: "gpt-4o-transcribe-diarize" } } } }),
    "invalid_value",
    "session.audio.input.transcription.model",
  ],
  ["tools", update({ tools: [{ type: "function", name: "f" }] }), "invalid_value", "session.tools"],
  ["a transcription session", { type: "session.update", session: { type: "transcription" } }, "invalid_value", "session.type"],
  ["too short a commit", { type: "input_audio_buffer.commit" }, "input_audio_buffer_commit_empty", null],
  ["a response out of band", { type: "response.create", response: { conversation: "none" } }, "invalid_value", "response.conversation"],
  ["an unknown event", { type: "session.destroy" }, "invalid_value", "type"],
  ["an event without a type", {}, "missing_required_parameter", "type"],
  ["an item that is not there, retrieved", { type: "conversation.item.retrieve", item_id: "no" }, "item_retrieve_invalid_item_id", null],
  ["an item that is not there, deleted", { type: "conversation.item.delete", item_id: "no" }, "item_delete_invalid_item_id", null],
  [
    "an item that is not there, truncated",
    { type: "conversation.item.truncate", item_id: "no", content_index: 0, audio_end_ms: 1 },
    "item_truncate_invalid_item_id",
    null,
  ],
  ["an item behind one that is not there", { ...userText, previous_item_id: "no" }, "invalid_value", "previous_item_id"],
  ["a tool's output", { type: "conversation.item.create", item: { type: "function_call_output", call_id: "c", output: "" } }, "invalid_value", "item.type"],
  ["a prototype's name for a field", { type: "session.update", session: { type: "realtime", constructor: 1 } }, "unknown_parameter", "session.constructor"],
];

for (const [what, event, code, param] of refusals) {
  test(`${what}: refused with the protocol's own error that echoes the event's id, and nothing is changed`, () => {
    const session = open();
    send(session, 1, { ...event, event_id: "mine" });
    const [error] = session.only("error");
    assert.deepEqual([error?.error.code, error?.error.param, error?.error.event_id], [code, param, "mine"]);
    send(session, 2, update({}));
    assert.deepEqual(session.only("session.updated")[0]?.session, session.only("session.created")[0]?.session);
    assert.equal(session.said.length, 3);
  });
}

test("a refused update changes nothing, not even its right parts; another model is ignored; the rest is kept", () => {
  const session = open();
  send(session, 1, update({ instructions: "new", audio: { output: { voice: "nobody" } } }));
  send(session, 2, update({ model: "other", max_output_tokens: 100, audio: { input: { turn_detection: { type: "server_vad", threshold: 0.7 } } } }));
  const [updated] = session.only("session.updated");
  const created = session.only("session.created")[0]?.session;
  assert.deepEqual(updated?.session, {
    ...created,
    max_output_tokens: 100,
    audio: { ...created?.audio, input: { ...created?.audio.input, turn_detection: { ...created?.audio.input.turn_detection, threshold: 0.7 } } },
  });
  assert.deepEqual(created?.audio.input.turn_detection, {
    type: "server_vad",
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 200,
    create_response: true,
    interrupt_response: true,
    idle_timeout_ms: null,
  });
  assert.equal(created?.expires_at, 4_600);
});
