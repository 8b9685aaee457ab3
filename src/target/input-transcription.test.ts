import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";
import type { Profile } from "./profile.ts";
import type { Heard } from "./recogniser.ts";

const exact = orThrow(readProfile("exact"));
const words = [
  { text: "Where", startMs: 0, endMs: 300 },
  { text: "is", startMs: 300, endMs: 500 },
  { text: "it?", startMs: 500, endMs: 900 },
];
const whole: Heard = { clip: "where", clipStartMs: 0, clipEndMs: 1_000, text: "Where is it?", words, ahead: [] };
const unknown: Heard = { text: "[unrecognised speech, 1.8 s]", words: [], ahead: [] };

const input = (settings: object): Record<string, unknown> => ({ type: "session.update", session: { type: "realtime", audio: { input: settings } } });
const vad = { type: "server_vad", silence_duration_ms: 500 };

function spoken(options: {
  readonly model: string;
  readonly heard?: Heard | undefined;
  readonly profile?: Profile;
  readonly extra?: object;
}): ConversationSession {
  const profile = options.profile ?? exact;
  const session = openSession({ profile, speech: plainSpeech(profile), recognise: () => options.heard });
  session.send(0, input({ turn_detection: vad, transcription: { model: options.model, ...options.extra } }));
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(6_000);
  return session;
}

const transcribed = (session: ConversationSession): unknown[] =>
  session.said.flatMap(({ atMs, event }): unknown[] => {
    if (event.type === "conversation.item.input_audio_transcription.delta") return [[atMs, event.delta]];
    if (event.type === "conversation.item.input_audio_transcription.completed") return [[atMs, event.transcript, event.usage]];
    return event.type === "conversation.item.input_audio_transcription.failed" ? [[atMs, event.error.code]] : [];
  });

test("deltas come word by word as long after the commit as the profile says, and the item then holds the transcript", () => {
  const session = spoken({ model: "gpt-4o-transcribe", heard: whole, extra: { prompt: "two words" } });
  // Committed at 2,000 with a window from 200 to 2,000: 18 tokens of audio, 3 of the prompt; 3 words are 4 tokens.
  const usage = { type: "tokens", total_tokens: 25, input_tokens: 21, input_token_details: { text_tokens: 3, audio_tokens: 18 }, output_tokens: 4 };
  assert.deepEqual(transcribed(session), [
    [2_300, "Where"],
    [2_333.333, " is"],
    [2_366.667, " it?"],
    [2_400, "Where is it?", usage],
  ]);
  const item_id = session.only("input_audio_buffer.committed")[0]?.item_id;
  session.send(6_000, { type: "conversation.item.retrieve", item_id });
  const [retrieved] = session.only("conversation.item.retrieved");
  assert.deepEqual(retrieved?.item.type === "message" && retrieved.item.content.map((part) => "transcript" in part && part.transcript), ["Where is it?"]);
  assert.equal(session.truth[0]?.heard?.clip, "where");
});

test("whisper-1 writes one delta and costs seconds, unknown speech is named by its length, silence is an empty transcript", () => {
  const duration = { type: "duration", seconds: 2 };
  assert.deepEqual(transcribed(spoken({ model: "whisper-1", heard: whole })), [
    [2_300, "Where is it?"],
    [2_400, "Where is it?", duration],
  ]);
  assert.deepEqual(transcribed(spoken({ model: "gpt-transcribe", heard: unknown })), [
    [2_300, unknown.text],
    [2_400, unknown.text, duration],
  ]);
  assert.deepEqual(transcribed(spoken({ model: "gpt-transcribe", heard: { ...unknown, text: "" } })), [[2_300, "", duration]]);
});

test("it fails as often as the profile says, and where the recogniser is lost", () => {
  const model = {
    ...exact.transcription.models["whisper-1"],
    failedShare: { origin: "assumed", source: "test", value: 1 },
  } as Profile["transcription"]["models"][string];
  const failing = { ...exact, transcription: { ...exact.transcription, models: { ...exact.transcription.models, "whisper-1": model } } };
  assert.deepEqual(transcribed(spoken({ model: "whisper-1", heard: whole, profile: failing })), [[2_300, "transcription_failed"]]);
  assert.deepEqual(transcribed(spoken({ model: "whisper-1" })), [[2_300, "transcription_failed"]]);
});

test("nobody is asked what was said until a session or its script wants to know", () => {
  const asked: string[] = [];
  const recognise = (_: Uint8Array, format: string): Heard => {
    asked.push(format);
    return whole;
  };
  const session = openSession({ profile: exact, speech: plainSpeech(exact), recognise });
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(5_000);
  assert.deepEqual([asked, session.truth[0]?.heard?.clip], [[], undefined]);
  const listening = openSession({ profile: exact, speech: plainSpeech(exact), recognise, scriptListens: true });
  listening.speak(0, toneBetween(2_500, 500, 1_500));
  listening.until(5_000);
  assert.deepEqual([asked, listening.truth[0]?.heard?.clip], [["pcm24k"], "where"]);
});

test("a script's answer is chosen by what was heard, and is as soon as if nobody had waited for that", () => {
  const chosen: string[] = [];
  const rules = [
    { when: { textContains: "refund" }, say: "answer-refund" },
    { when: { textContains: "where is" }, say: "answer-order-status" },
  ];
  const plain = plainSpeech(exact, { version: 1, name: "listening", about: "", rules, otherwise: ["answer-no"] });
  const speech: typeof plain = {
    ...plain,
    say: (clip, format) => {
      chosen.push(clip);
      return plain.say(clip, format);
    },
  };
  const session = openSession({ profile: exact, speech, recognise: () => whole, scriptListens: true });
  session.send(0, input({ turn_detection: vad }));
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(5_000);
  assert.deepEqual(chosen, ["answer-order-status"]);
  assert.equal(session.said.find(({ event }) => event.type === "response.output_audio.delta")?.atMs, 2_300);
});

test("gpt-realtime-whisper writes each word the asked-for delay after its audio while the caller still speaks, under the item's later id", () => {
  for (const [delay, lagMs] of [
    ["minimal", 100],
    ["low", 200],
  ] as const) {
    // Asked after 400 ms of audio: one word is over, two are to come.
    const early: Heard = { ...whole, text: "Where", words: words.slice(0, 1), ahead: words.slice(1) };
    const session = openSession({ profile: exact, speech: plainSpeech(exact), recognise: () => early });
    session.send(0, input({ turn_detection: null, transcription: { model: "gpt-realtime-whisper", delay } }));
    session.speak(0, toneBetween(1_000, 0, 900));
    session.send(1_000, { type: "input_audio_buffer.commit" });
    session.until(3_000);
    assert.deepEqual(transcribed(session), [
      [400 + lagMs, "Where"],
      [500 + lagMs, " is"],
      [900 + lagMs, " it?"],
      [Math.max(1_100, 900 + lagMs), "Where is it?", { type: "duration", seconds: 1 }],
    ]);
    const [committed] = session.only("input_audio_buffer.committed");
    const ids = session.only("conversation.item.input_audio_transcription.delta").map(({ item_id }) => item_id);
    assert.deepEqual([...new Set(ids)], [committed?.item_id]);
  }
});
