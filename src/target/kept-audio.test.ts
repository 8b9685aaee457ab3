import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { ConversationItem } from "../protocol/conversation-item.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import type { ConversationOptions } from "./conversation-state.ts";
import { readProfile } from "./profile.ts";

const profile = orThrow(readProfile("exact"));
const open = (asked: Partial<ConversationOptions> = {}): ConversationSession => openSession({ profile, speech: plainSpeech(profile), asked });
const vad = { type: "server_vad", silence_duration_ms: 500 };
const listening = { type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: vad } } } };
const byHand = { type: "session.update", session: { type: "realtime", audio: { input: { turn_detection: null } } } };

/** The audio of the item's first part; undefined where none came. */
function retrieved(session: ConversationSession, ms: number, item_id: unknown): Buffer | undefined {
  session.send(ms, { type: "conversation.item.retrieve", item_id });
  const item = session.only("conversation.item.retrieved").at(-1)?.item as ConversationItem & { readonly content: readonly { readonly audio?: string }[] };
  const audio = item.content[0]?.audio;
  return audio === undefined ? undefined : Buffer.from(audio, "base64");
}

test("a turn that VAD found is retrieved with its window of the audio, and the answer with what was sent of it", async () => {
  const session = open();
  session.send(0, listening);
  const audio = toneBetween(3_000, 1_000, 2_000);
  session.speak(0, audio);
  session.until(10_000);
  const [turn] = session.only("input_audio_buffer.committed");
  const started = session.only("input_audio_buffer.speech_started")[0]?.audio_start_ms ?? 0;
  const stopped = session.only("input_audio_buffer.speech_stopped")[0]?.audio_end_ms ?? 0;
  assert.deepEqual(retrieved(session, 10_000, turn?.item_id), Buffer.from(audio.subarray(started * 48, stopped * 48)));
  const said = session.only("response.output_audio.delta").map(({ delta }) => Buffer.from(delta, "base64"));
  const answer = session.only("response.output_item.done")[0]?.item.id;
  assert.deepEqual(retrieved(session, 10_000, answer), Buffer.concat(said));
  session.send(10_000, { type: "conversation.item.truncate", item_id: answer, content_index: 0, audio_end_ms: 123 });
  assert.deepEqual(retrieved(session, 10_000, answer), Buffer.concat(said).subarray(0, 123 * 48));
});

test("an answer that was interrupted holds what was sent of it and no more", () => {
  const session = open();
  session.send(0, { type: "response.create" });
  session.until(70_000);
  const sent = (): Buffer => Buffer.concat(session.only("response.output_audio.delta").map(({ delta }) => Buffer.from(delta, "base64")));
  const whole = sent().length;
  session.send(70_000, { type: "response.create" });
  for (let ms = 70_000; sent().length === whole; ms += 1) session.until(ms);
  session.send(70_000 + 1, { type: "response.cancel" });
  const part = sent().subarray(whole);
  assert.ok(part.length > 0 && part.length < whole);
  assert.deepEqual(retrieved(session, 80_000, session.only("response.output_item.done").at(-1)?.item.id), part);
});

test("audio of a created item comes back in its own part, in the session's format", () => {
  const session = open();
  const bytes = Buffer.alloc(9_600, 7);
  const content = [
    { type: "input_text", text: "Listen." },
    { type: "input_audio", audio: bytes.toString("base64") },
  ];
  session.send(0, { type: "conversation.item.create", item: { id: "mine", type: "message", role: "user", content } });
  session.send(0, { type: "conversation.item.retrieve", item_id: "mine" });
  const retrieved = session.only("conversation.item.retrieved")[0]?.item;
  assert.deepEqual(retrieved?.type === "message" && retrieved.content, [content[0], { ...content[1], transcript: null }]);
  // What is told as added carries no audio.
  assert.ok(!JSON.stringify(session.only("conversation.item.added")).includes('audio":"'));
});

/** Commits `count` turns of ten seconds each, of which the first byte tells which. */
function commitTurns(session: ConversationSession, count: number, fromMs: number): number {
  let ms = fromMs;
  for (let turn = 0; turn < count; turn++) {
    session.at(ms, { type: "audio", bytes: Buffer.alloc(480_000, turn) });
    session.send(ms, { type: "input_audio_buffer.commit" });
    session.until((ms += 1_000));
  }
  return ms;
}

test("a session keeps ten megabytes, drops the oldest first and says so once for each", () => {
  const session = open();
  session.send(0, byHand);
  const ms = commitTurns(session, 25, 0);
  const ids = session.only("input_audio_buffer.committed").map(({ item_id }) => item_id);
  const kept = ids.map((id) => retrieved(session, ms, id));
  const room = Math.floor(limits.keptAudioBytes / 480_000);
  assert.deepEqual(
    kept.map((audio) => audio?.[0]),
    ids.map((_, turn) => (turn < 25 - room ? undefined : turn)),
  );
  assert.ok(kept.reduce((sum, audio) => sum + (audio?.length ?? 0), 0) <= limits.keptAudioBytes);
  const row = {
    v: 1,
    type: "audio_dropped",
    sessionId: session.only("session.created")[0]?.session.id,
    call: "1/low/0/0",
    audioBytes: 480_000,
    full: "session",
  };
  assert.deepEqual(
    session.notes,
    ids.slice(0, 25 - room).map((itemId) => ({ ...row, itemId })),
  );
});

test("a deleted item makes room, and audio that is too much by itself is not kept", () => {
  const session = open();
  session.send(0, byHand);
  let ms = commitTurns(session, 20, 0);
  const [first, second] = session.only("input_audio_buffer.committed").map(({ item_id }) => item_id);
  session.send(ms, { type: "conversation.item.delete", item_id: first });
  ms = commitTurns(session, 1, ms);
  assert.ok(retrieved(session, ms, second));
  assert.deepEqual(session.notes, []);
  const audio = Buffer.alloc(limits.keptAudioBytes + 2).toString("base64");
  session.send(ms, { type: "conversation.item.create", item: { id: "long", type: "message", role: "user", content: [{ type: "input_audio", audio }] } });
  assert.equal(retrieved(session, ms, "long"), undefined);
  assert.equal(retrieved(session, ms, second), undefined);
});

test("all sessions of a target share one bound, and a session that ends gives back what it kept", () => {
  const audioTotal = { bytes: limits.keptAudioOfAllBytes - 1_000_000 };
  const others = audioTotal.bytes;
  const session = open({ audioTotal });
  session.send(0, byHand);
  const ms = commitTurns(session, 4, 0);
  assert.equal(audioTotal.bytes, others + 2 * 480_000);
  assert.deepEqual(
    session.notes.map((row) => row.type === "audio_dropped" && row.full),
    ["target", "target"],
  );
  session.at(ms, { type: "closed" });
  assert.equal(audioTotal.bytes, others);
});

test("of a turn longer than a minute the last minute is kept", () => {
  const session = open();
  session.send(0, byHand);
  for (let second = 0; second < 90; second++) session.at(second, { type: "audio", bytes: Buffer.alloc(48_000, second) });
  session.send(100, { type: "input_audio_buffer.commit" });
  session.until(2_000);
  const audio = retrieved(session, 2_000, session.only("input_audio_buffer.committed")[0]?.item_id);
  assert.deepEqual([audio?.length, audio?.[0], audio?.at(-1)], [60 * 48_000, 30, 89]);
});
