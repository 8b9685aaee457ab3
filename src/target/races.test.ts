// What comes at the wrong moment: two things that meet in one session, and what each leaves of the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import type { Profile } from "./profile.ts";
import { readProfile } from "./profile.ts";
import { createRateLimiter } from "./rate-limit.ts";
import type { Script } from "./script.ts";

const exact = orThrow(readProfile("exact"));
const low = exact.efforts.low;
const profileOf = (changed: object): Profile => ({ ...exact, efforts: { ...exact.efforts, low: { ...low, ...changed } } });
const delayed: Profile = { ...exact, pathMs: { ...exact.pathMs, delay: { fixedMs: 200 } } };
const script: Script = {
  version: 1,
  name: "s",
  about: "",
  rules: [
    { when: { textContains: "order" }, call: [{ name: "look", arguments: { id: "A1", note: "a long note, for many deltas" } }], say: "b" },
    { when: { textContains: "chat" }, preamble: "a", call: [{ name: "look", arguments: {} }], say: "b" },
  ],
  otherwise: ["a"],
};
const open = (profile = exact, asked = {}): ConversationSession => openSession({ profile, speech: plainSpeech(profile, script), asked });
const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);
const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const detection = (turn_detection: object | null): object => update({ audio: { input: { turn_detection } } });
const say = (text: string): object => ({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
const output = (call_id: string | undefined): object => ({ type: "conversation.item.create", item: { type: "function_call_output", call_id, output: "{}" } });
const tools = update({ tools: [{ type: "function", name: "look" }] });
const answer = { type: "response.create" };
const cancel = { type: "response.cancel" };
const statuses = (session: ConversationSession): string[] => session.only("response.done").map(({ response }) => response.status);
const codes = (session: ConversationSession): (string | null)[] => session.only("error").map(({ error }) => error.code);

test("a cancel while it thinks ends a response that opened nothing, and the next one begins at once", () => {
  const session = open();
  send(session, 0, answer);
  send(session, 100, cancel);
  send(session, 101, answer);
  session.until(5_000);
  assert.deepEqual(session.types().slice(1, 4), ["response.created", "response.done", "response.created"]);
  assert.deepEqual([statuses(session), codes(session)], [["cancelled", "completed"], []]);
  assert.equal(session.only("rate_limits.updated").length, 2);
});

test("a cancel amid a function's arguments leaves an incomplete call with what was sent, and its late output is still answered", () => {
  const session = open();
  send(session, 0, tools);
  send(session, 1, say("Where is my order?"));
  send(session, 1, answer);
  send(session, 320, answer);
  send(session, 330, cancel);
  const [given] = session.only("response.function_call_arguments.done");
  const [done] = session.only("response.output_item.done");
  assert.equal(
    given?.arguments,
    session
      .only("response.function_call_arguments.delta")
      .map(({ delta }) => delta)
      .join(""),
  );
  assert.ok(done?.item.type === "function_call" && done.item.status === "incomplete" && done.item.arguments === given?.arguments && given.arguments.length > 3);
  assert.deepEqual(codes(session), ["conversation_already_has_active_response"]);
  send(session, 400, output(given.call_id));
  send(session, 401, answer);
  session.until(5_000);
  assert.deepEqual([statuses(session), codes(session).length, session.truth.at(-1)?.cause], [["cancelled", "completed"], 1, "tool"]);
});

test("what is finished of a response can be deleted while the rest is on its way, and the rest follows what is left", () => {
  const session = open();
  send(session, 0, tools);
  send(session, 1, { ...say("Let us chat."), item: { ...(say("Let us chat.") as { item: object }).item, id: "asked" } });
  send(session, 1, answer);
  session.until(384);
  const [preamble] = session.only("conversation.item.done").slice(-1);
  assert.equal(session.only("response.output_item.added").length, 2);
  send(session, 384, { type: "conversation.item.delete", item_id: preamble?.item.id });
  session.until(5_000);
  const call = session.only("conversation.item.done").at(-1);
  assert.deepEqual([call?.item.type, call?.previous_item_id, codes(session)], ["function_call", "asked", []]);
  assert.equal(session.only("response.done")[0]?.response.output.length, 2);
});

test("a commit amid speech takes the announced item, and speech that goes on is a turn of its own", () => {
  const session = open();
  send(session, 0, detection({ type: "server_vad", create_response: false }));
  const midMs = session.speak(0, toneBetween(1_000, 300, 1_000));
  send(session, midMs, { type: "input_audio_buffer.commit" });
  session.speak(midMs, toneBetween(1_000, 0, 300));
  session.until(4_000);
  const started = session.only("input_audio_buffer.speech_started").map((event) => event.item_id);
  assert.deepEqual(
    session.only("input_audio_buffer.committed").map((event) => event.item_id),
    started,
  );
  assert.deepEqual(
    session.only("input_audio_buffer.speech_stopped").map((event) => event.item_id),
    started.slice(1),
  );
  assert.equal(new Set(started).size, 2);
});

test("a clear amid speech forgets it; speech that goes on is announced anew", () => {
  const session = open();
  send(session, 0, detection({ type: "server_vad", create_response: false }));
  const midMs = session.speak(0, toneBetween(1_000, 300, 1_000));
  send(session, midMs, { type: "input_audio_buffer.clear" });
  session.speak(midMs, toneBetween(1_000, 0, 300));
  session.until(4_000);
  const started = session.only("input_audio_buffer.speech_started").map((event) => event.item_id);
  assert.deepEqual([started.length, session.only("input_audio_buffer.committed").map((event) => event.item_id)], [2, started.slice(1)]);
  assert.ok((session.only("input_audio_buffer.speech_started")[1]?.audio_start_ms ?? 0) >= 1_000);
});

test("a commit or a clear behind a commit on its path means the audio before it, not what came since", () => {
  const session = open(delayed);
  send(session, 0, detection(null));
  let ms = session.speak(0, toneBetween(500, 0, 500));
  send(session, ms, { type: "input_audio_buffer.commit" });
  ms = session.speak(ms, toneBetween(120, 0, 120));
  send(session, ms, { type: "input_audio_buffer.clear" });
  session.speak(ms, toneBetween(140, 0, 140));
  session.until(ms + 500);
  send(session, ms + 500, { type: "input_audio_buffer.commit" });
  send(session, ms + 500, answer);
  session.until(ms + 5_000);
  assert.deepEqual([session.only("input_audio_buffer.committed").length, codes(session)], [2, []]);
  // 500 ms and 140 ms of the caller's audio.
  assert.equal(session.only("response.done")[0]?.response.usage?.input_token_details.audio_tokens, 5 + 1);
});

test("a tenth of a second in 120 small pieces is enough to commit", () => {
  const session = open();
  send(session, 0, detection(null));
  for (let sent = 0; sent < 4_800; sent += 40) session.at(1, { type: "audio", bytes: new Uint8Array(40) });
  send(session, 2, { type: "input_audio_buffer.commit" });
  assert.deepEqual(codes(session), []);
});

test("an update amid an answer changes the next one, and without turn detection nobody interrupts this one", () => {
  const session = open();
  send(session, 0, answer);
  send(session, 310, update({ output_modalities: ["text"], audio: { input: { turn_detection: null } } }));
  session.speak(310, toneBetween(500, 0, 500));
  send(session, 1_000, answer);
  session.until(5_000);
  assert.deepEqual(
    session.only("response.done").map(({ response }) => [response.status, response.output_modalities[0]]),
    [
      ["completed", "audio"],
      ["completed", "text"],
    ],
  );
});

test("an answer and one beside it speak at once, each whole, and a barge-in ends only the conversation's", () => {
  const session = open();
  send(session, 0, detection({ type: "server_vad" }));
  send(session, 1, answer);
  send(session, 5, { type: "response.create", response: { conversation: "none" } });
  session.speak(0, toneBetween(1_000, 230, 600));
  session.until(450);
  const speaking = new Set(session.only("response.output_audio.delta").map((event) => event.response_id));
  assert.equal(speaking.size, 2);
  session.until(5_000);
  const [first, second] = session.only("response.done").map(({ response }) => [response.conversation_id === null, response.status]);
  assert.deepEqual(
    [first, second],
    [
      [false, "cancelled"],
      [true, "completed"],
    ],
  );
});

test("two interruptions before the first truncation: each answer is truncated by its own id", () => {
  const session = open();
  for (const ms of [0, 1_000]) {
    send(session, ms, answer);
    send(session, ms + 340, cancel);
  }
  session.until(2_000);
  const ids = session.only("response.output_item.done").map((event) => event.item.id);
  for (const item_id of ids) send(session, 2_000, { type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 100 });
  assert.deepEqual([session.only("conversation.item.truncated").map((event) => event.item_id), codes(session)], [ids, []]);
});

test("a caller who interrupts and speaks on is not silent, however long the turn", () => {
  const session = open();
  send(session, 0, detection({ type: "server_vad", idle_timeout_ms: 5_000, silence_duration_ms: 500 }));
  send(session, 0, answer);
  session.speak(0, toneBetween(8_000, 220, 7_000));
  session.until(8_000);
  assert.equal(statuses(session)[0], "cancelled");
  assert.deepEqual([session.only("input_audio_buffer.timeout_triggered").length, session.only("input_audio_buffer.committed").length], [0, 1]);
});

test("the transcript of a caller's silence is empty and no failure", () => {
  const session = open();
  send(session, 0, update({ audio: { input: { turn_detection: { type: "server_vad", idle_timeout_ms: 5_000 }, transcription: { model: "whisper-1" } } } }));
  send(session, 0, answer);
  session.speak(0, toneBetween(9_000, 0, 0));
  assert.equal(session.only("input_audio_buffer.timeout_triggered").length, 1);
  assert.deepEqual(
    session.only("conversation.item.input_audio_transcription.completed").map(({ transcript }) => transcript),
    [""],
  );
  assert.equal(session.only("conversation.item.input_audio_transcription.failed").length, 0);
});

test("a response that fails costs nothing, whether it was left unanswered or refused, and the tools' outputs can be answered again", () => {
  const silent = open(profileOf({ unansweredShare: { ...low.unansweredShare, value: 1 } }));
  send(silent, 0, say("Hello"));
  send(silent, 0, answer);
  silent.until(61_000);
  const limiter = createRateLimiter({ requestsPerMinute: 1 });
  const refused = open(exact, { limiter });
  send(refused, 0, tools);
  send(refused, 1, say("Where is my order?"));
  send(refused, 1, answer);
  refused.until(3_000);
  send(refused, 3_000, output(refused.only("response.function_call_arguments.done")[0]?.call_id));
  send(refused, 3_001, answer);
  send(refused, 70_000, answer);
  refused.until(75_000);
  assert.deepEqual([statuses(silent), statuses(refused)], [["failed"], ["completed", "failed", "completed"]]);
  for (const response of [silent.only("response.done")[0]?.response, refused.only("response.done")[1]?.response]) {
    const zero = { text_tokens: 0, audio_tokens: 0 };
    assert.deepEqual(response?.usage, {
      total_tokens: 0,
      input_tokens: 0,
      output_tokens: 0,
      input_token_details: { ...zero, image_tokens: 0, cached_tokens: 0, cached_tokens_details: { ...zero, image_tokens: 0 } },
      output_token_details: zero,
    });
  }
  assert.equal(refused.truth.at(-1)?.cause, "tool");
});

test("the answer after a tool's output thinks as long as the profile says of such answers", () => {
  const session = open(profileOf({ toolThinkMs: { ...low.thinkMs, delay: { fixedMs: 777 } } }));
  send(session, 0, tools);
  send(session, 1, say("Where is my order?"));
  send(session, 1, answer);
  session.until(3_000);
  send(session, 3_000, output(session.only("response.function_call_arguments.done")[0]?.call_id));
  send(session, 3_000, answer);
  session.until(9_000);
  assert.deepEqual(
    session.truth.map((row) => row.planned.thinkMs),
    [300, 777],
  );
  assert.equal(session.said.find(({ event }) => event.type === "response.output_audio.delta")?.atMs, 3_777);
});
