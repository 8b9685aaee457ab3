// The golden orders: what the target says in each kind of exchange, event by event, and how their ids hang together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ServerEvent } from "../protocol/server-event.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";
import type { Script } from "./script.ts";

const exact = orThrow(readProfile("exact"));
const script: Script = {
  version: 1,
  name: "s",
  about: "",
  rules: [{ when: { textContains: "order" }, preamble: "a", call: [{ name: "look", arguments: {} }], say: "b" }],
  otherwise: ["a"],
};
const heard = { clip: "c", text: "Hello there.", words: ["Hello", "there."].map((text) => ({ text, startMs: 0, endMs: 1 })), ahead: [] };
const open = (recognise?: () => typeof heard): ConversationSession =>
  openSession({ profile: exact, speech: plainSpeech(exact, script), ...(recognise ? { recognise } : {}) });

const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);
const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const input = (fields: object): object => update({ audio: { input: fields } });
const vad = (fields: object = {}): object => input({ turn_detection: { type: "server_vad", silence_duration_ms: 500, ...fields } });
const say = (text: string): object => ({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
const answer = { type: "response.create" };

/** Types from the `from`th on; a run of one type of delta is written once, as the two kinds of an audio answer are when they run side by side. */
const order = (session: ConversationSession, from = 1): string[] => {
  const kept: string[] = [];
  for (const type of session.types().slice(from)) {
    const isDelta = type.endsWith(".delta");
    const running = isDelta ? kept.slice(kept.findLastIndex((other) => !other.endsWith(".delta")) + 1) : [];
    if (!running.includes(type)) kept.push(type);
  }
  return kept;
};

const committed = ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"];
const spokenTurn = ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", ...committed];
const created = ["conversation.item.added", "conversation.item.done"];
const item = ["response.output_item.added", "conversation.item.added"];
const itemDone = ["conversation.item.done", "response.output_item.done"];
const audio = ["response.output_audio_transcript.delta", "response.output_audio.delta"];
const audioDone = ["response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done"];
const text = ["response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done"];
const spoken = [...item, "response.content_part.added", ...audio, ...audioDone, ...itemDone];
const call = [...item, "response.function_call_arguments.delta", "response.function_call_arguments.done", ...itemDone];
const end = ["response.done", "rate_limits.updated"];

/** Every event that names the item, which are all of one id; at least `count`. */
const naming = (session: ConversationSession, itemId: string | undefined): ServerEvent[] =>
  session.said
    .map(({ event }) => event)
    .filter((event) => ("item_id" in event && event.item_id === itemId) || ("item" in event && "id" in event.item && event.item.id === itemId));

/** The conversation's chain: each item names the one before it, the same when it is added and when it is done. */
function assertChain(session: ConversationSession): void {
  const added = session.only("conversation.item.added");
  assert.deepEqual(
    added.map((event) => event.previous_item_id),
    added.map((_, index) => added[index - 1]?.item.id ?? null),
  );
  const done = new Map(session.only("conversation.item.done").map((event) => [event.item.id, event.previous_item_id]));
  for (const event of added) assert.equal(done.get(event.item.id), event.previous_item_id);
}

/** Every event between response.created and response.done that names a response names one that is open. */
function assertResponses(session: ConversationSession): void {
  const open = new Set<string>();
  for (const { event } of session.said) {
    if (event.type === "response.created") open.add(event.response.id);
    if ("response_id" in event) assert.ok(open.has(event.response_id), event.type);
    if (event.type === "response.done") assert.ok(open.delete(event.response.id));
  }
  assert.equal(open.size, 0);
}

/** Also: no event has another's id, and nothing is an error. */
function assertSound(session: ConversationSession): void {
  assertChain(session);
  assertResponses(session);
  assert.equal(new Set(session.said.map(({ event }) => event.event_id)).size, session.said.length);
  assert.deepEqual(session.only("error"), []);
}

test("(a) connect: session.created, and an update that did not wait for it", () => {
  const session = open();
  send(session, 0, update({ instructions: "Be brief." }));
  send(session, 0, { type: "session.update", session: { type: "realtime", tracing: "auto" } });
  assert.deepEqual(order(session, 0), ["session.created", "session.updated", "session.updated"]);
  assert.equal(session.only("session.created")[0]?.session.id, session.only("session.updated")[1]?.session.id);
});

test("(b) a turn under server VAD: one item id from speech_started to the item, one from the answer's opening to its end", () => {
  const session = open();
  send(session, 0, vad());
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(5_000);
  assert.deepEqual(order(session, 2), [...spokenTurn, "response.created", ...spoken, ...end]);
  const [user, assistant] = session.only("conversation.item.added").map((event) => event.item.id);
  assert.deepEqual(
    naming(session, user).map(({ type }) => type),
    spokenTurn,
  );
  const ofAnswer = naming(session, assistant).map(({ type }) => type);
  assert.deepEqual([ofAnswer[0], ofAnswer.at(-1)], ["response.output_item.added", "response.output_item.done"]);
  assert.equal(session.only("response.done")[0]?.response.output[0]?.id, assistant);
  assertSound(session);
});

test("(c) a turn by hand: nothing before response.create, then as under VAD", () => {
  const session = open();
  send(session, 0, input({ turn_detection: null }));
  const endMs = session.speak(0, toneBetween(1_000, 0, 1_000));
  send(session, endMs, { type: "input_audio_buffer.commit" });
  session.until(endMs + 5_000);
  assert.deepEqual(order(session, 2), committed);
  send(session, endMs + 5_000, answer);
  session.until(endMs + 9_000);
  assert.deepEqual(order(session, 5), ["response.created", ...spoken, ...end]);
  assertSound(session);
});

test("(d) a written turn that is answered in text", () => {
  const session = open();
  send(session, 0, update({ output_modalities: ["text"] }));
  send(session, 1, say("Hello"));
  send(session, 1, answer);
  session.until(5_000);
  assert.deepEqual(order(session, 2), [...created, "response.created", ...item, ...text, ...itemDone, ...end]);
  assertSound(session);
});

test("(e) a function is called behind a preamble, its output given, its answer spoken", () => {
  const session = open();
  send(session, 0, update({ tools: [{ type: "function", name: "look" }] }));
  send(session, 1, say("Where is my order?"));
  send(session, 1, answer);
  session.until(3_000);
  assert.deepEqual(order(session, 2), [...created, "response.created", ...spoken, ...call, ...end]);
  const [preamble, called] = session.only("response.output_item.done");
  assert.deepEqual([preamble?.output_index, called?.output_index, called?.item.type === "function_call" && called.item.status], [0, 1, "completed"]);
  assert.deepEqual(
    session.only("response.done")[0]?.response.output.map(({ id }) => id),
    [preamble?.item.id, called?.item.id],
  );
  const asOf = session.said.length;
  const call_id = session.only("response.function_call_arguments.done")[0]?.call_id;
  send(session, 3_000, { type: "conversation.item.create", item: { type: "function_call_output", call_id, output: "{}" } });
  send(session, 3_001, answer);
  session.until(6_000);
  assert.deepEqual(order(session, asOf), [...created, "response.created", ...spoken, ...end]);
  assertSound(session);
});

test("(f) a cancelled answer closes what is open, as incomplete, with what was sent", () => {
  const session = open();
  send(session, 0, say("Hello"));
  send(session, 0, answer);
  send(session, 330, { type: "response.cancel" });
  session.until(5_000);
  assert.deepEqual(order(session), [...created, "response.created", ...spoken, ...end]);
  const [done] = session.only("response.done");
  assert.deepEqual(done?.response.status_details, { type: "cancelled", reason: "client_cancelled" });
  const sent = session
    .only("response.output_audio_transcript.delta")
    .map(({ delta }) => delta)
    .join("");
  assert.deepEqual(
    [session.only("response.output_audio_transcript.done")[0]?.transcript, session.only("response.output_item.done")[0]?.item],
    [sent, { ...session.only("response.output_item.added")[0]?.item, status: "incomplete", content: [{ type: "output_audio", transcript: sent }] }],
  );
  assert.ok(sent.length < "Your order has shipped.".length);
  assertSound(session);
});

test("(g) a caller who speaks into the answer ends it, the client truncates it, and the new turn is answered", () => {
  const session = open();
  send(session, 0, vad({ silence_duration_ms: 200 }));
  const endMs = session.speak(0, toneBetween(1_080, 500, 800));
  session.speak(endMs, toneBetween(1_300, 150, 500));
  const item_id = session.only("response.output_item.done")[0]?.item.id;
  const asOf = session.types().lastIndexOf("input_audio_buffer.speech_started");
  const before = order(session, 2);
  session.until(6_000);
  assert.deepEqual(before.slice(0, 14), [
    ...spokenTurn,
    "response.created",
    ...item,
    "response.content_part.added",
    ...audio,
    "input_audio_buffer.speech_started",
    ...audioDone.slice(0, 2),
  ]);
  assert.deepEqual(order(session, asOf), [
    "input_audio_buffer.speech_started",
    ...audioDone,
    ...itemDone,
    ...end,
    "input_audio_buffer.speech_stopped",
    ...committed,
    "response.created",
    ...spoken,
    ...end,
  ]);
  assert.deepEqual(session.only("response.done")[0]?.response.status_details, { type: "cancelled", reason: "turn_detected" });
  send(session, 6_001, { type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 50 });
  const last = session.said.at(-1)?.event;
  assert.deepEqual({ ...last, event_id: "" }, { type: "conversation.item.truncated", event_id: "", item_id, content_index: 0, audio_end_ms: 50 });
  assertSound(session);
});

test("(h) beside the conversation: the same ladder without its mirror, and no conversation's id", () => {
  const session = open();
  send(session, 0, { type: "response.create", response: { conversation: "none", metadata: { topic: "t" }, output_modalities: ["text"] } });
  session.until(5_000);
  const unmirrored = [...item, ...text, ...itemDone].filter((type) => !type.startsWith("conversation."));
  assert.deepEqual(order(session), ["response.created", ...unmirrored, ...end]);
  for (const { response } of [...session.only("response.created"), ...session.only("response.done")])
    assert.deepEqual([response.conversation_id, response.metadata], [null, { topic: "t" }]);
  assertSound(session);
});

test("(i) silence that lasts: timeout_triggered, then a turn as any other, of the same item", () => {
  const session = open();
  send(session, 0, vad({ idle_timeout_ms: 5_000 }));
  send(session, 0, answer);
  session.speak(0, toneBetween(8_000, 0, 0));
  assert.deepEqual(order(session, 2), [
    "response.created",
    ...spoken,
    ...end,
    "input_audio_buffer.timeout_triggered",
    ...committed,
    "response.created",
    ...spoken,
    ...end,
  ]);
  const [timeout] = session.only("input_audio_buffer.timeout_triggered");
  assert.deepEqual(
    naming(session, timeout?.item_id).map(({ type }) => type),
    ["input_audio_buffer.timeout_triggered", ...committed],
  );
  assertSound(session);
});

test("(j) the caller's words: deltas and their sum, of the committed item, after it and beside the answer", () => {
  const session = open(() => heard);
  send(session, 0, input({ turn_detection: { type: "server_vad" }, transcription: { model: "gpt-4o-mini-transcribe" } }));
  session.speak(0, toneBetween(2_000, 500, 1_000));
  session.until(9_000);
  const transcript = ["conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.completed"];
  const others = session
    .types()
    .slice(2)
    .filter((type) => !type.includes("input_audio_transcription"));
  assert.deepEqual([...new Set(others)], [...new Set([...spokenTurn, "response.created", ...spoken, ...end])]);
  const [user] = session.only("conversation.item.added");
  assert.deepEqual([...new Set(naming(session, user?.item.id).map(({ type }) => type))], [...spokenTurn, ...transcript]);
  const deltas = session.only("conversation.item.input_audio_transcription.delta").map(({ delta }) => delta);
  assert.equal(deltas.join(""), session.only("conversation.item.input_audio_transcription.completed")[0]?.transcript);
  assertSound(session);
});
