import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { usageFaults } from "../protocol/usage.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { bedOf } from "../testing/noise-bed.ts";
import { readProfile } from "./profile.ts";

const exact = orThrow(readProfile("exact"));
const realtime2 = orThrow(readProfile("realtime-2"));
const open = (profile = exact): ConversationSession => openSession({ profile, speech: plainSpeech(profile) });

const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const vad500 = update({ audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 500 } } } });
const manual = update({ audio: { input: { turn_detection: null } } });
const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);
const userText = { type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "Where is my order?" }] } };

/** Runs of the same event are written once, with a star. */
const order = (session: ConversationSession, from = 0): string[] => {
  const types = session.types().slice(from);
  const delta = (type: string | undefined): boolean => type?.endsWith(".delta") ?? false;
  const kept = types.filter((type, index) => !(delta(type) && types.slice(0, index).includes(type)));
  return kept.map((type) => (delta(type) ? `${type}*` : type));
};

const itemLadder = ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"];
const opening = ["response.output_item.added", "conversation.item.added", "response.content_part.added"];
const closing = ["response.content_part.done", "conversation.item.done", "response.output_item.done", "response.done"];
const audioDeltas = ["response.output_audio_transcript.delta*", "response.output_audio.delta*"];
const audioDone = ["response.output_audio.done", "response.output_audio_transcript.done"];
const audioLadder = ["response.created", ...opening, ...audioDeltas, ...audioDone, ...closing, "rate_limits.updated"];

test("an audio turn under server VAD is told in the order of the live server, each part when it is due", () => {
  const session = open();
  send(session, 0, vad500);
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(5_000);
  assert.deepEqual(order(session), [
    "session.created",
    "session.updated",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    ...itemLadder,
    ...audioLadder,
  ]);
  const at = (type: string): number | undefined => session.said.find(({ event }) => event.type === type)?.atMs;
  const times = [
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "response.created",
    "response.output_audio.delta",
    "response.done",
    "rate_limits.updated",
  ].map(at);
  // Speech from 500 to 1,500; VAD wants 100 ms of voice that swings and 500 ms of silence, in 20 ms frames; think 300; four deltas 25 ms apart, 6 ms to close, 43 to the limits.
  assert.deepEqual(times, [620, 2_000, 2_000, 2_300, 2_381, 2_424]);
  const [started] = session.only("input_audio_buffer.speech_started");
  const [stopped] = session.only("input_audio_buffer.speech_stopped");
  const [committed] = session.only("input_audio_buffer.committed");
  assert.deepEqual([started?.audio_start_ms, stopped?.audio_end_ms], [200, 2_000]);
  assert.equal(new Set([started?.item_id, stopped?.item_id, committed?.item_id]).size, 1);
  const [done] = session.only("response.done");
  assert.equal(done?.response.status, "completed");
  assert.deepEqual(done && usageFaults(done.response.usage as NonNullable<typeof done.response.usage>), []);
  // 1.8 s of caller are 18 tokens; 450 ms of answer are 9; 4 words are 6.
  assert.deepEqual(
    [done?.response.usage?.input_token_details.audio_tokens, done?.response.usage?.output_token_details],
    [18, { text_tokens: 6, audio_tokens: 9 }],
  );
});

test("a caller's item carries the key transcript with null, and items are chained", () => {
  const session = open();
  send(session, 0, vad500);
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(5_000);
  const [user, assistant] = session.only("conversation.item.added");
  assert.deepEqual(user?.item.type === "message" && user.item.content, [{ type: "input_audio", transcript: null }]);
  assert.equal(user?.previous_item_id, null);
  assert.equal(assistant?.previous_item_id, user?.item.id);
  const finished = session.only("conversation.item.done")[1];
  assert.deepEqual(finished?.item.type === "message" && finished.item.content, [{ type: "output_audio", transcript: "Your order has shipped." }]);
  assert.equal(
    session
      .only("response.output_audio_transcript.delta")
      .map(({ delta }) => delta)
      .join(""),
    session.only("response.output_audio_transcript.done")[0]?.transcript,
  );
});

test("the path delays what the caller is told of the end of a turn, and the answer with it", () => {
  const session = open(realtime2);
  send(session, 0, vad500);
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(20_000);
  const [row] = session.truth;
  const stoppedMs = (row?.stoppedSentUs ?? 0) / 1_000;
  assert.ok(stoppedMs >= 2_130 && stoppedMs <= 2_150, `${stoppedMs}`);
  assert.ok(Math.abs((row?.firstDeltaSentUs ?? 0) / 1_000 - stoppedMs - (row?.planned.thinkMs ?? 0)) < 0.002);
});

test("a manual turn is committed and answered only when asked, and what follows a commit does not overtake it", () => {
  const session = open(realtime2);
  send(session, 0, manual);
  const endMs = session.speak(0, toneBetween(1_000, 0, 1_000));
  send(session, endMs, { type: "input_audio_buffer.commit" });
  send(session, endMs, { type: "response.create" });
  session.until(20_000);
  assert.deepEqual(order(session), ["session.created", "session.updated", ...itemLadder, ...audioLadder]);
  assert.equal(session.said.find(({ event }) => event.type === "response.created")?.atMs, endMs + 130);
  const unasked = open();
  send(unasked, 0, manual);
  unasked.speak(0, toneBetween(1_000, 0, 1_000));
  send(unasked, 2_000, { type: "input_audio_buffer.commit" });
  unasked.until(20_000);
  assert.equal(unasked.only("response.created").length, 0);
});

test("a text turn is told in text: item, answer, limits", () => {
  const session = open();
  send(session, 0, update({ output_modalities: ["text"] }));
  send(session, 10, userText);
  send(session, 10, { type: "response.create" });
  session.until(5_000);
  assert.deepEqual(order(session, 2), [
    "conversation.item.added",
    "conversation.item.done",
    "response.created",
    ...opening,
    "response.output_text.delta*",
    "response.output_text.done",
    ...closing,
    "rate_limits.updated",
  ]);
  const [part] = session.only("response.content_part.added");
  assert.deepEqual(part?.part, { type: "text", text: "" });
  const [done] = session.only("response.done");
  assert.deepEqual(done?.response.output[0]?.type === "message" && done.response.output[0].content, [{ type: "output_text", text: "Your order has shipped." }]);
});

test("a cancelled answer closes with what was sent of it, bills it, and the next cancel finds nothing", () => {
  const session = open();
  send(session, 0, userText);
  send(session, 0, { type: "response.create" });
  send(session, 330, { type: "response.cancel", event_id: "c1" });
  send(session, 331, { type: "response.cancel", event_id: "c2" });
  session.until(5_000);
  assert.deepEqual(order(session, 3), ["response.created", ...opening, ...audioDeltas, ...audioDone, ...closing, "error", "rate_limits.updated"]);
  const [done] = session.only("response.done");
  assert.deepEqual([done?.response.status, done?.response.status_details], ["cancelled", { type: "cancelled", reason: "client_cancelled" }]);
  // Two deltas, the first with 100 ms of silence: 300 ms.
  assert.equal(done?.response.usage?.output_token_details.audio_tokens, 6);
  assert.equal(done?.response.output[0]?.status, "incomplete");
  const [error] = session.only("error");
  assert.deepEqual([error?.error.code, error?.error.event_id], ["response_cancel_not_active", "c2"]);
});

test("a caller who speaks into the answer stops it, and may truncate it to what was heard", () => {
  const session = open();
  send(session, 0, vad500);
  const endMs = session.speak(0, toneBetween(2_250, 500, 1_500));
  session.speak(endMs, toneBetween(1_500, 0, 500));
  session.until(endMs + 1_000);
  const types = session.types();
  const interruption = types.lastIndexOf("input_audio_buffer.speech_started");
  assert.deepEqual(
    types.slice(interruption, interruption + 7),
    ["input_audio_buffer.speech_started", "response.output_audio.done", "response.output_audio_transcript.done", ...closing].slice(0, 7),
  );
  const [done] = session.only("response.done");
  assert.deepEqual(done?.response.status_details, { type: "cancelled", reason: "turn_detected" });
  const item_id = done?.response.output[0]?.id;
  send(session, endMs + 1_001, { type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 90 });
  send(session, endMs + 1_002, { type: "conversation.item.retrieve", item_id });
  send(session, endMs + 1_003, { type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 91, event_id: "t" });
  assert.equal(session.only("conversation.item.truncated")[0]?.audio_end_ms, 90);
  const [retrieved] = session.only("conversation.item.retrieved");
  const [part] = retrieved?.item.type === "message" ? retrieved.item.content : [];
  assert.deepEqual(part?.type === "output_audio" && [part.transcript, Buffer.from(part.audio ?? "", "base64").length], ["", 90 * 48]);
  assert.equal(session.only("error")[0]?.error.message, "Audio content of 90ms is already shorter than 91ms");
});

test("a bed of noise that begins during an answer does not stop it", () => {
  const session = open();
  send(session, 0, vad500);
  const endMs = session.speak(0, toneBetween(2_250, 500, 1_500));
  session.speak(endMs, new Uint8Array(bedOf("pink", 3 * 24_000, 20 * Math.log10(32_768) - 40).buffer));
  session.until(endMs + 3_000);
  assert.equal(session.only("input_audio_buffer.speech_started").length, 1);
  assert.deepEqual(
    session.only("response.done").map(({ response }) => response.status),
    ["completed"],
  );
});

test("without interrupt_response the answer goes on, and the new turn's own answer is refused", () => {
  const session = open();
  send(session, 0, update({ audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 40, interrupt_response: false } } } }));
  const endMs = session.speak(0, toneBetween(300, 60, 220));
  session.speak(endMs, toneBetween(300, 0, 160));
  session.until(5_000);
  assert.equal(session.only("input_audio_buffer.committed").length, 2);
  assert.deepEqual(
    session.only("error").map(({ error }) => [error.code, error.event_id]),
    [["conversation_already_has_active_response", null]],
  );
  assert.deepEqual(
    session.only("response.done").map(({ response }) => response.status),
    ["completed"],
  );
});

test("a second response.create while one is active names the active one and begins nothing", () => {
  const session = open();
  send(session, 0, userText);
  send(session, 0, { type: "response.create" });
  send(session, 5, { type: "response.create", event_id: "again" });
  session.until(5_000);
  const [error] = session.only("error");
  assert.deepEqual([error?.error.code, error?.error.event_id], ["conversation_already_has_active_response", "again"]);
  assert.match(error?.error.message ?? "", new RegExp(session.only("response.created")[0]?.response.id ?? "none"));
  assert.equal(session.only("response.done").length, 1);
});

test("an answer longer than max_output_tokens is cut and says so", () => {
  const session = open();
  send(session, 0, userText);
  send(session, 0, { type: "response.create", response: { max_output_tokens: 8, metadata: { k: "v" }, instructions: "Be brief." } });
  session.until(5_000);
  const [done] = session.only("response.done");
  assert.deepEqual([done?.response.status, done?.response.status_details], ["incomplete", { type: "incomplete", reason: "max_output_tokens" }]);
  assert.deepEqual([done?.response.metadata, done?.response.max_output_tokens], [{ k: "v" }, 8]);
  assert.ok((done?.response.usage?.output_tokens ?? 99) <= 8);
});

test("a turn that the profile leaves unanswered stays silent for a minute, then fails", () => {
  const never = { ...exact, efforts: { ...exact.efforts, low: { ...exact.efforts.low, unansweredShare: { ...exact.efforts.low.unansweredShare, value: 1 } } } };
  const session = open(never);
  send(session, 0, userText);
  send(session, 0, { type: "response.create" });
  session.until(59_999);
  assert.deepEqual(order(session, 3), ["response.created"]);
  session.until(60_001);
  assert.equal(session.only("response.done")[0]?.response.status, "failed");
  assert.deepEqual(
    session.truth.map((row) => row.outcome),
    ["unanswered"],
  );
});

test("the truth of a turn is written when its first delta is sent, with the frames before its end", () => {
  const session = open();
  send(session, 0, vad500);
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(2_300);
  const [row] = session.truth;
  assert.deepEqual(
    { ...row, frames: row?.frames.length, onset: "", sessionId: "", itemId: "", responseId: "" },
    {
      v: 1,
      type: "turn",
      sessionId: "",
      onset: "",
      call: "1/low/0/0",
      itemId: "",
      responseId: "",
      cause: "vad",
      heard: { speechEndAudioMs: 1_500 },
      frames: 75,
      planned: { endOfUtteranceMs: 500, pathMs: 0, queueMs: 0, thinkMs: 300, leadingSilenceMs: 100 },
      stoppedSentUs: 2_000_000,
      firstDeltaSentUs: 2_300_000,
      firstAudibleOffsetMs: 100,
      effort: "low",
      outcome: "answered",
    },
  );
  assert.equal(row?.itemId, session.only("input_audio_buffer.committed")[0]?.item_id);
  assert.equal(row?.responseId, session.only("response.created")[0]?.response.id);
  assert.deepEqual(
    row?.frames.find(({ audioEndMs }) => audioEndMs >= 1_500),
    { audioEndMs: 1_500, atUs: 1_500_000 },
  );
});

test("a turn that was never asked for and one that the end of the session cut are in the truth too", () => {
  const session = open();
  send(session, 0, manual);
  session.speak(0, toneBetween(1_000, 0, 1_000));
  send(session, 1_000, { type: "input_audio_buffer.commit" });
  send(session, 1_001, userText);
  send(session, 1_002, { type: "response.create" });
  session.at(1_100, { type: "closed" });
  assert.deepEqual(
    session.truth.map((row) => row.outcome),
    ["cut"],
  );
  const silent = open();
  send(silent, 0, manual);
  silent.speak(0, toneBetween(1_000, 0, 1_000));
  send(silent, 1_000, { type: "input_audio_buffer.commit" });
  silent.at(1_100, { type: "closed" });
  assert.deepEqual(
    silent.truth.map((row) => row.outcome),
    ["unasked"],
  );
});

test("a conversation that grows is read again with every answer, the part already read at the cached price", () => {
  const session = open();
  for (let turn = 0; turn < 12; turn++) {
    send(session, turn * 2_000, userText);
    send(session, turn * 2_000, { type: "response.create" });
  }
  session.until(30_000);
  const usages = session.only("response.done").map(({ response }) => response.usage);
  const inputs = usages.map((usage) => usage?.input_tokens ?? 0);
  const cached = usages.map((usage) => usage?.input_token_details.cached_tokens ?? 0);
  assert.deepEqual(
    inputs,
    inputs.toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    cached,
    cached.toSorted((a, b) => a - b),
  );
  assert.equal(cached[0], 0);
  assert.ok((cached.at(-1) as number) >= 192);
  for (const usage of usages) assert.deepEqual(usage && usageFaults(usage), []);
});

test("the voice is fixed once it was heard", () => {
  const session = open();
  send(session, 0, update({ audio: { output: { voice: "cedar" } } }));
  send(session, 1, userText);
  send(session, 1, { type: "response.create" });
  session.until(2_000);
  send(session, 2_000, update({ audio: { output: { voice: "marin" } } }));
  assert.deepEqual(
    session.only("error").map(({ error }) => error.code),
    ["cannot_update_voice"],
  );
});

test("what is no event is an error that ends nothing, and an hour ends the session", () => {
  const session = open();
  session.at(1, { type: "unreadable", code: "invalid_json" });
  session.at(2, { type: "unreadable", code: "invalid_event" });
  session.at(3, { type: "bad_audio", eventId: "a" });
  send(session, 4, update({}));
  session.until(3_600_000);
  assert.deepEqual(
    session.only("error").map(({ error }) => error.code),
    ["invalid_json", "invalid_event", "invalid_value", "session_expired"],
  );
  assert.deepEqual(session.closes, [{ code: 1001, reason: "Your session hit the maximum duration of 60 minutes." }]);
});

test("deleting an item repairs the chain of those behind it", () => {
  const session = open();
  for (const [ms, id] of [
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ] as const)
    send(session, ms, { ...userText, item: { ...userText.item, id } });
  send(session, 4, { type: "conversation.item.delete", item_id: "c" });
  send(session, 5, { ...userText, item: { ...userText.item, id: "d" } });
  send(session, 6, { ...userText, previous_item_id: "root" });
  assert.deepEqual(
    session.only("conversation.item.added").map((event) => event.previous_item_id),
    [null, "a", "b", "b", null],
  );
});

test("clearing forgets the audio that was not committed", () => {
  const session = open();
  send(session, 0, manual);
  session.speak(0, toneBetween(1_000, 0, 1_000));
  send(session, 1_001, { type: "input_audio_buffer.clear" });
  send(session, 1_002, { type: "input_audio_buffer.commit" });
  assert.deepEqual(session.types().slice(2), ["input_audio_buffer.cleared", "error"]);
});
