// Every mistake of a client and what it is told: one row each, from the frame on the wire to the error event. A mistake within
// a session ends nothing; those at the door, and the end of the session's hour, close it with a code and a reason.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { limits } from "../core/limits.ts";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import type { TestTarget } from "../testing/target-server.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";
import { createAudioDecoder } from "./append.ts";
import { readMessage } from "./connection.ts";
import { readProfile } from "./profile.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createTranscription } from "./transcription.ts";

const exact = orThrow(readProfile("exact"));
const decoder = createAudioDecoder();
type Kind = "conversation" | "transcription";
const open = (kind: Kind = "conversation", model = "gpt-realtime-2"): ConversationSession =>
  openSession({ profile: exact, speech: plainSpeech(exact), model, ...(kind === "transcription" ? { create: createTranscription } : {}) });

const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const create = (item: object): object => ({ type: "conversation.item.create", item });
const truncate = (fields: object): object => ({ type: "conversation.item.truncate", item_id: "there", content_index: 0, audio_end_ms: 1, ...fields });
const retention = (post_instructions: number): object => ({ type: "retention_ratio", retention_ratio: 0.5, token_limits: { post_instructions } });
const good = { authorization: "Bearer sk-good" };
const userText = create({ type: "message", role: "user", content: [{ type: "input_text", text: "Where is my order?" }] });
const there = create({ id: "there", type: "message", role: "user", content: [{ type: "input_text", text: "x" }] });

/** As a socket reads it. */
function say(session: ConversationSession, ms: number, message: object | string): void {
  session.at(ms, readMessage(Buffer.from(typeof message === "string" ? message : JSON.stringify(message)), decoder));
}

/** The event, the error's code and param, and what must have happened before. */
type Row = readonly [what: string, event: object, code: string | null, param: string | null, before?: object];

const ofEvents: readonly Row[] = [
  ["metadata too long", { type: "response.create", response: { metadata: { key: "x".repeat(513) } } }, "string_above_max_length", "response.metadata"],
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
  ["an event without a type", {}, "invalid_event", null],
  ["an item that is not there, retrieved", { type: "conversation.item.retrieve", item_id: "no" }, "item_retrieve_invalid_item_id", null],
  ["an item that is not there, deleted", { type: "conversation.item.delete", item_id: "no" }, "item_delete_invalid_item_id", null],
  [
    "an item that is not there, truncated",
    { type: "conversation.item.truncate", item_id: "no", content_index: 0, audio_end_ms: 1 },
    "item_truncate_invalid_item_id",
    null,
  ],
  ["an item behind one that is not there", { ...userText, previous_item_id: "no" }, "invalid_value", "previous_item_id"],

  ["an append without audio", { type: "input_audio_buffer.append" }, "invalid_value", "audio"],
  ["an append of nothing", { type: "input_audio_buffer.append", audio: "" }, "invalid_value", "audio"],
  ["an append that is not base64", { type: "input_audio_buffer.append", audio: "%%%%" }, "invalid_value", "audio"],
  ["an append above 15 MiB", { type: "input_audio_buffer.append", audio: "A".repeat(limits.appendBytes) }, "string_above_max_length", "audio"],
  ["the buffer of a playout that WebRTC has", { type: "output_audio_buffer.clear" }, "invalid_value", "type"],
  ["the close of a translation", { type: "session.close" }, "invalid_value", "type"],
  ["the beta's update of a transcription", { type: "transcription_session.update", session: {} }, "invalid_value", "type"],
  ["response settings that are none", { type: "response.create", response: "quick" }, "invalid_type", "response"],
  ["an unknown setting of a response", { type: "response.create", response: { voice: "alloy" } }, "unknown_parameter", "response.voice"],
  ["an input that is no list", { type: "response.create", response: { input: {} } }, "invalid_type", "response.input"],
  ["an input that nobody could hold", { type: "response.create", response: { input: Array(10_001).fill(0) } }, "invalid_value", "response.input"],
  ["a second response", { type: "response.create" }, "conversation_already_has_active_response", null, { type: "response.create" }],
  [
    "a wrong response beside an active one",
    { type: "response.create", response: { conversation: "none", voice: 1 } },
    "unknown_parameter",
    "response.voice",
    { type: "response.create" },
  ],
  [
    "a response longer than the model's context",
    { type: "response.create", response: { instructions: "word ".repeat(100_000) } },
    "context_length_exceeded",
    null,
  ],
  [
    "an input longer than the model's context",
    { type: "response.create", response: { input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "word ".repeat(100_000) }] }] } },
    "context_length_exceeded",
    null,
  ],
];

const ofSettings: readonly Row[] = [
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
  ["a tool nested as elsewhere", update({ tools: [{ type: "function", function: { name: "f" } }] }), "unknown_parameter", "session.tools[0].function"],
  [
    "an included field that nobody knows",
    update({ include: ["item.input_audio_transcription.logprobs", "everything"] }),
    "invalid_value",
    "session.include[1]",
  ],
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
  [
    "a connector that the API does not have",
    update({ tools: [{ type: "mcp", server_label: "s", connector_id: "connector_fridge" }] }),
    "invalid_value",
    "session.tools[0].connector_id",
  ],
  ["a tool of another kind", update({ tools: [{ type: "web_search" }] }), "invalid_value", "session.tools[0].type"],
  ["tools that are no list", update({ tools: {} }), "invalid_type", "session.tools"],
  ["a server of tools without a place", update({ tools: [{ type: "mcp", server_label: "s" }] }), "missing_required_parameter", "session.tools[0].server_url"],
  ["an unknown tool choice", update({ tool_choice: "perhaps" }), "invalid_value", "session.tool_choice"],
  ["the choice of a tool that is not there", update({ tool_choice: { type: "function", name: "f" } }), "invalid_value", "session.tool_choice"],
  ["a transcription session", { type: "session.update", session: { type: "transcription" } }, "invalid_value", "session.type"],
  ["a prototype's name for a field", { type: "session.update", session: { type: "realtime", constructor: 1 } }, "unknown_parameter", "session.constructor"],

  ["a session that is none", { type: "session.update", session: "fast" }, "invalid_type", "session"],
  ["instructions that are no text", update({ instructions: 1 }), "invalid_type", "session.instructions"],
  ["no output tokens", update({ max_output_tokens: 0 }), "integer_below_min_value", "session.max_output_tokens"],
  ["half an output token", update({ max_output_tokens: 0.5 }), "invalid_type", "session.max_output_tokens"],
  ["text and audio at once", update({ output_modalities: ["text", "audio"] }), "invalid_value", "session.output_modalities"],
  ["a voice that nobody has", update({ audio: { output: { voice: "nobody" } } }), "invalid_value", "session.audio.output.voice"],
  ["a format that nobody speaks", update({ audio: { output: { format: { type: "audio/opus" } } } }), "invalid_value", "session.audio.output.format.type"],
  ["a detection without a type", update({ audio: { input: { turn_detection: {} } } }), "missing_required_parameter", "session.audio.input.turn_detection.type"],
  ["a stored prompt", update({ prompt: { id: "pmpt_1" } }), "invalid_value", "session.prompt"],
  ["noise reduction", update({ audio: { input: { noise_reduction: { type: "near_field" } } } }), "invalid_value", "session.audio.input.noise_reduction"],
  ["another speed", update({ audio: { output: { speed: 1.5 } } }), "invalid_value", "session.audio.output.speed"],
  ["tracing that changes", update({ tracing: { group_id: "g" } }), "invalid_value", "session.tracing", update({ tracing: "auto" })],
  [
    "a truncation limit above the context of 128,000",
    update({ truncation: retention(128_001) }),
    "integer_above_max_value",
    "session.truncation.token_limits.post_instructions",
  ],
];

const ofItems: readonly Row[] = [
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

  ["no item", { type: "conversation.item.create" }, "missing_required_parameter", "item"],
  ["an id of 33 characters", create({ id: "x".repeat(33), type: "message" }), "invalid_value", "item.id"],
  ["a message of a prototype", create({ type: "message", role: "constructor", content: [] }), "invalid_value", "item.role"],
  ["a message of nothing", create({ type: "message", role: "user" }), "missing_required_parameter", "item.content"],
  ["text that is none", create({ type: "message", role: "user", content: [{ type: "input_text" }] }), "missing_required_parameter", "item.content[0].text"],
  [
    "an image in a prototype's detail",
    create({ type: "message", role: "user", content: [{ type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "constructor" }] }),
    "invalid_value",
    "item.content[0].detail",
  ],
  ["a call without a name", create({ type: "function_call", arguments: "{}" }), "missing_required_parameter", "item.name"],
  ["a call without arguments", create({ type: "function_call", name: "f" }), "missing_required_parameter", "item.arguments"],
  ["the deletion of no item in particular", { type: "conversation.item.delete" }, "missing_required_parameter", "item_id"],
  ["the retrieval of a number", { type: "conversation.item.retrieve", item_id: 7 }, "invalid_type", "item_id"],
  ["a truncation without its part", truncate({ content_index: undefined }), "missing_required_parameter", "content_index", there],
  ["a truncation without its instant", truncate({ audio_end_ms: undefined }), "missing_required_parameter", "audio_end_ms", there],
  ["a truncation at half a millisecond", truncate({ audio_end_ms: 0.5 }), "invalid_type", "audio_end_ms", there],
  ["a truncation before the beginning", truncate({ audio_end_ms: -1 }), "integer_below_min_value", "audio_end_ms", there],
];

for (const [what, event, code, param, before] of [...ofEvents, ...ofSettings, ...ofItems]) {
  test(`${what}: ${code ?? "an error without a code"}, with the event's id if it has one, and nothing changes`, () => {
    for (const event_id of ["mine", undefined]) {
      const session = open();
      if (before) say(session, 1, before);
      const [said, config] = [session.said.length, session.only("session.updated").at(-1)?.session ?? session.only("session.created")[0]?.session];
      say(session, 2, { ...event, event_id });
      assert.equal(session.said.length, said + 1);
      const [error] = session.only("error");
      assert.deepEqual({ ...error?.error, message: "" }, { type: "invalid_request_error", code, param, event_id: event_id ?? null, message: "" });
      assert.ok((error?.error.message.length ?? 0) > 10);
      say(session, 3, update({}));
      assert.deepEqual(session.only("session.updated").at(-1)?.session, config);
      assert.deepEqual(session.closes, []);
    }
  });
}

test("a frame that holds no event is an error without an id, and ends nothing", () => {
  const session = open();
  for (const [index, text] of ["{", "[]", "7", '"text"', "null", ""].entries()) say(session, index, text);
  session.at(10, { type: "unreadable", code: "invalid_event" });
  assert.deepEqual(
    session.only("error").map(({ error }) => [error.code, error.param, error.event_id]),
    ["invalid_json", "invalid_event", "invalid_event", "invalid_event", "invalid_event", "invalid_json", "invalid_event"].map((code) => [code, null, null]),
  );
  assert.deepEqual(session.closes, []);
});

/** What needs more than one event before it: the error's code, param and message. */
const told: readonly (readonly [what: string, play: (session: ConversationSession) => void, code: string | null, param: string | null, message: RegExp])[] = [
  [
    "a commit of nothing",
    (session) => say(session, 1, { type: "input_audio_buffer.commit", event_id: "mine" }),
    "input_audio_buffer_commit_empty",
    null,
    /0\.00ms/,
  ],
  ["a commit of 80 ms", (session) => commit(session, 80), "input_audio_buffer_commit_empty", null, /at least 100ms .* only has 80\.00ms/],
  ["the deletion of an answer that is being spoken", (session) => meddle(session, "delete"), "invalid_value", "item_id", /finished responses/],
  ["the truncation of an answer that is being spoken", (session) => meddle(session, "truncate"), "invalid_value", "item_id", /finished responses/],
  [
    "a truncation past the end",
    (session) => meddle(session, "truncate", 2_000),
    "invalid_value",
    "audio_end_ms",
    /Audio content of 450ms is already shorter than 999ms/,
  ],
  ["another voice once one was heard", (session) => meddle(session, "voice", 2_000), "cannot_update_voice", "session.audio.output.voice", /audio is present/],
];

function commit(session: ConversationSession, ms: number): void {
  say(session, 1, { type: "input_audio_buffer.append", audio: Buffer.alloc(ms * 48).toString("base64") });
  say(session, 2, { type: "input_audio_buffer.commit", event_id: "mine" });
}

/** Asks for an answer and, while it is spoken or after, does this with it. */
function meddle(session: ConversationSession, deed: "delete" | "truncate" | "voice", atMs = 330): void {
  say(session, 1, { type: "response.create" });
  session.until(atMs);
  const item_id = session.only("response.output_item.added")[0]?.item.id;
  if (deed === "delete") say(session, atMs, { type: "conversation.item.delete", item_id, event_id: "mine" });
  else if (deed === "truncate") say(session, atMs, { ...truncate({ item_id, audio_end_ms: 999 }), event_id: "mine" });
  else say(session, atMs, { ...update({ audio: { output: { voice: "cedar" } } }), event_id: "mine" });
}

for (const [what, play, code, param, message] of told) {
  test(`${what}: ${code}, and the answer is what it would have been`, () => {
    const session = open();
    play(session);
    session.until(5_000);
    const [error, ...more] = session.only("error").map((event) => event.error);
    assert.deepEqual([error?.code, error?.param, error?.event_id, more], [code, param, "mine", []]);
    assert.match(error?.message ?? "", message);
    for (const { response } of session.only("response.done")) assert.equal(response.status, "completed");
    assert.deepEqual(session.closes, []);
  });
}

test("a truncation limit is measured by the model of the session", () => {
  const codes = (limit: number): (string | null)[] => {
    const session = open("conversation", "gpt-realtime");
    say(session, 1, update({ truncation: retention(limit) }));
    return session.only("error").map(({ error }) => error.code);
  };
  assert.deepEqual([codes(32_000), codes(32_001)], [[], ["integer_above_max_value"]]);
});

for (const event of [{ type: "response.create" }, { type: "response.cancel" }, userText, truncate({})]) {
  test(`a transcription session has no ${(event as { type: string }).type}, and says so`, () => {
    for (const event_id of ["mine", undefined]) {
      const session = open("transcription");
      say(session, 1, { ...event, event_id });
      const [error] = session.only("error");
      assert.deepEqual([error?.error.code, error?.error.param, error?.error.event_id], ["invalid_value", "type", event_id ?? null]);
      assert.deepEqual([session.types(), session.closes], [["session.created", "error"], []]);
    }
  });
}

test("a response over the rate limit fails by its own status, costs nothing, and there is no error event", () => {
  const limiter = createRateLimiter({ requestsPerMinute: 1 });
  assert.ok(limiter);
  const session = openSession({ profile: exact, speech: plainSpeech(exact), asked: { limiter } });
  for (const ms of [0, 2_000]) say(session, ms, { type: "response.create", event_id: "mine" });
  session.until(5_000);
  const failed = session.only("response.done")[1]?.response;
  assert.ok(failed?.status_details?.type === "failed" && failed.status_details.error.code === "rate_limit_exceeded");
  assert.deepEqual([failed?.status, failed?.usage?.total_tokens, session.only("error")], ["failed", 0, []]);
});

test("the session's hour ends in session_expired and a close with 1001 and the same text", () => {
  const session = open();
  session.until(3_600_000);
  const [error] = session.only("error");
  assert.deepEqual([error?.error.code, error?.error.param, error?.error.event_id], ["session_expired", null, null]);
  assert.deepEqual(session.closes, [{ code: 1001, reason: error?.error.message }]);
});

let target: TestTarget;
before(async () => void (target = await startTestTarget({ requireKey: "sk-good", models: "likely" })));
after(() => target.close());

/** Path and headers behind the target's address; the error's code; the close's code and what its reason adds to the type. */
const doors: readonly (readonly [what: string, path: string, headers: Record<string, string>, code: string | null, closeCode: number, reason: string])[] = [
  ["a wrong key", "?model=gpt-realtime-2", { authorization: "Bearer sk-bad" }, "invalid_api_key", 3000, ".invalid_api_key"],
  ["no key", "?model=gpt-realtime-2", {}, null, 3000, ""],
  ["an unknown model", "?model=gpt-5", good, "invalid_model", 4000, ".invalid_model"],
  ["a retired model", "?model=gpt-4o-realtime-preview", good, "model_not_found", 4004, ".model_not_found"],
  ["no model", "", good, "missing_model", 4000, ".missing_model"],
  ["the beta's header", "?model=gpt-realtime-2", { ...good, "openai-beta": "realtime=v1" }, "beta_api_shape_disabled", 4000, ".beta_api_shape_disabled"],
  ["an unknown intent", "?intent=translation", good, "invalid_value", 4000, ".invalid_value"],
  ["an intent and a model", "?intent=transcription&model=gpt-realtime-2", good, "invalid_value", 4000, ".invalid_value"],
  ["a second connection to a call", "?call_id=rtc_1", good, "invalid_value", 4000, ".invalid_value"],
];

for (const [what, path, headers, code, closeCode, reason] of doors) {
  test(`${what}: upgraded, one error event, then closed with ${closeCode}`, async () => {
    const client = openRawClient(`${target.url}${path}`, { headers });
    assert.deepEqual(await client.closed, { code: closeCode, reason: `invalid_request_error${reason}` });
    const errors = client.events.map(({ type, error }) => [type, (error as { code: unknown }).code, (error as { event_id: unknown }).event_id]);
    assert.deepEqual(errors, [["error", code, null]]);
  });
}
