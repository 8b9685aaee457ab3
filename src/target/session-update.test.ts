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

const create = (item: object): object => ({ type: "conversation.item.create", item });

/** The event, the error's code and param, and what must have happened before. */
const refusals: readonly (readonly [string, object, string | null, string | null, object?])[] = [
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
  [
    "an unknown eagerness",
    update({ audio: { input: { turn_detection: { type: "semantic_vad", eagerness: "wild" } } } }),
    "invalid_value",
    "session.audio.input.turn_detection.eagerness",
  ],
  [
    "a threshold for semantic VAD",
    update({ audio: { input: { turn_detection: { type: "semantic_vad", threshold: 0.5 } } } }),
    "unknown_parameter",
    "session.audio.input.turn_detection.threshold",
  ],
  [
    "an idle timeout below five seconds",
    update({ audio: { input: { turn_detection: { type: "server_vad", idle_timeout_ms: 4_999 } } } }),
    "integer_below_min_value",
    "session.audio.input.turn_detection.idle_timeout_ms",
  ],
  [
    "a threshold above one",
    update({ audio: { input: { turn_detection: { type: "server_vad", threshold: 1.1 } } } }),
    "decimal_above_max_value",
    "session.audio.input.turn_detection.threshold",
  ],
  ["too many output tokens", update({ max_output_tokens: 4_097 }), "integer_above_max_value", "session.max_output_tokens"],
  ["metadata too long", { type: "response.create", response: { metadata: { key: "x".repeat(513) } } }, "string_above_max_length", "response.metadata"],
  [
    "an included field that nobody knows",
    update({ include: ["item.input_audio_transcription.logprobs", "everything"] }),
    "invalid_value",
    "session.include[1]",
  ],
  ["a tool nested as elsewhere", update({ tools: [{ type: "function", function: { name: "f" } }] }), "unknown_parameter", "session.tools[0].function"],
  ["a tool without a name", update({ tools: [{ type: "function" }] }), "missing_required_parameter", "session.tools[0].name"],
  ["a tool with a name of spaces", update({ tools: [{ type: "function", name: "a b" }] }), "invalid_value", "session.tools[0].name"],
  [
    "a tool twice",
    update({
      tools: [
        { type: "function", name: "f" },
        { type: "function", name: "f" },
      ],
    }),
    "invalid_value",
    "session.tools[1]",
  ],
  ["a tool of another kind", update({ tools: [{ type: "web_search" }] }), "invalid_value", "session.tools[0].type"],
  ["tools that are no list", update({ tools: {} }), "invalid_type", "session.tools"],
  ["a server of tools without a place", update({ tools: [{ type: "mcp", server_label: "s" }] }), "missing_required_parameter", "session.tools[0].server_url"],
  ["an unknown tool choice", update({ tool_choice: "perhaps" }), "invalid_value", "session.tool_choice"],
  ["the choice of a tool that is not there", update({ tool_choice: { type: "function", name: "f" } }), "invalid_value", "session.tool_choice"],
  ["a transcription session", { type: "session.update", session: { type: "transcription" } }, "invalid_value", "session.type"],
  ["too short a commit", { type: "input_audio_buffer.commit" }, "input_audio_buffer_commit_empty", null],
  ["a response in another conversation", { type: "response.create", response: { conversation: "mine" } }, "invalid_value", "response.conversation"],
  [
    "a response to an item that is not there",
    { type: "response.create", response: { input: [{ type: "item_reference", id: "no" }] } },
    "invalid_value",
    "response.input[0].id",
  ],
  ["a cancel with nothing to cancel", { type: "response.cancel" }, "response_cancel_not_active", null],
  ["a cancel of a response that is not there", { type: "response.cancel", response_id: "resp_no" }, "response_cancel_not_active", null],
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
  ["the output of no call", create({ type: "function_call_output", call_id: "c", output: "" }), "invalid_tool_call_id", null],
  ["an output without its call", create({ type: "function_call_output", output: "" }), "missing_required_parameter", "item.call_id"],
  ["an item of no type", create({ role: "user" }), "missing_required_parameter", "item.type"],
  ["an item of an unknown type", create({ type: "thought" }), "invalid_value", "item.type"],
  ["the approval of nothing", create({ type: "mcp_approval_response", approval_request_id: "a", approve: true }), "invalid_value", "item.approval_request_id"],
  ["a message of nobody", create({ type: "message", role: "critic", content: [] }), "invalid_value", "item.role"],
  [
    "the assistant's audio",
    create({ type: "message", role: "assistant", content: [{ type: "output_audio", audio: "AAAA" }] }),
    "invalid_value",
    "item.content[0].type",
  ],
  [
    "a system that shows images",
    create({ type: "message", role: "system", content: [{ type: "input_image", image_url: "data:image/png;base64,AAAA" }] }),
    "invalid_value",
    "item.content[0].type",
  ],
  [
    "an image by address",
    create({ type: "message", role: "user", content: [{ type: "input_image", image_url: "https://example.com/a.png" }] }),
    "invalid_value",
    "item.content[0].image_url",
  ],
  ["audio that is none", create({ type: "message", role: "user", content: [{ type: "input_audio", audio: "%%%" }] }), "invalid_value", "item.content[0].audio"],
  [
    "the truncation of a user's text",
    { type: "conversation.item.truncate", item_id: "there", content_index: 0, audio_end_ms: 1 },
    null,
    null,
    create({ id: "there", type: "message", role: "user", content: [{ type: "input_text", text: "x" }] }),
  ],
  [
    "an item that is there already",
    create({ id: "there", type: "message", role: "user", content: [{ type: "input_text", text: "x" }] }),
    "invalid_value",
    "item.id",
    create({ id: "there", type: "message", role: "user", content: [{ type: "input_text", text: "x" }] }),
  ],
  ["a prototype's name for a field", { type: "session.update", session: { type: "realtime", constructor: 1 } }, "unknown_parameter", "session.constructor"],
];

for (const [what, event, code, param, before] of refusals) {
  test(`${what}: refused with the protocol's own error that echoes the event's id, and nothing is changed`, () => {
    const session = open();
    if (before) send(session, 0, before);
    const said = session.said.length;
    send(session, 1, { ...event, event_id: "mine" });
    const [error] = session.only("error");
    assert.deepEqual([error?.error.code, error?.error.param, error?.error.event_id], [code, param, "mine"]);
    send(session, 2, update({}));
    assert.deepEqual(session.only("session.updated")[0]?.session, session.only("session.created")[0]?.session);
    assert.equal(session.said.length, said + 2);
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
