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
  assert.deepEqual(transcribed(spoken({ model: "whisper-1", heard: whole, profile: failing })), [[2_300, "audio_unintelligible"]]);
  assert.deepEqual(transcribed(spoken({ model: "whisper-1" })), [[2_300, "audio_unintelligible"]]);
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

const logprobs = ["item.input_audio_transcription.logprobs"];

test("log probabilities come where they were asked for, of the models that give any, the same for the same seed", async () => {
  const completed = (model: string, include: unknown) => {
    const session = openSession({ profile: exact, speech: plainSpeech(exact), recognise: () => whole });
    session.send(0, { type: "session.update", session: { type: "realtime", include, audio: { input: { turn_detection: vad, transcription: { model } } } } });
    session.speak(0, toneBetween(2_500, 500, 1_500));
    session.until(6_000);
    const [end] = session.only("conversation.item.input_audio_transcription.completed");
    return { session, end, deltas: session.only("conversation.item.input_audio_transcription.delta") };
  };
  const { session, end, deltas } = completed("gpt-4o-transcribe", logprobs);
  assert.deepEqual(session.only("session.updated")[0]?.session.include, logprobs);
  assert.deepEqual(
    end?.logprobs?.map(({ token, bytes }) => [token, Buffer.from(bytes).toString("utf8")]),
    deltas.map(({ delta }) => [delta, delta]),
  );
  assert.ok(end?.logprobs?.every(({ logprob }) => logprob <= 0 && logprob >= -2.5));
  assert.deepEqual(
    deltas.flatMap(({ logprobs }) => logprobs),
    end?.logprobs,
  );
  assert.deepEqual(completed("gpt-4o-transcribe", logprobs).end?.logprobs, end?.logprobs);
  for (const [model, include] of [
    ["gpt-4o-transcribe", []],
    ["gpt-4o-transcribe", null],
    ["whisper-1", logprobs],
    ["gpt-4o-transcribe-diarize", logprobs],
  ] as const) {
    const other = completed(model, include);
    assert.ok(
      [other.end, ...other.deltas].every((event) => event && !("logprobs" in event)),
      model,
    );
  }
});

test("gpt-transcribe names the language it made out, none for speech it does not know; other models name none", () => {
  const languages = (model: string, heard: Heard) =>
    spoken({ model, heard })
      .only("conversation.item.input_audio_transcription.completed")
      .map((event) => event.languages);
  assert.deepEqual(languages("gpt-transcribe", { ...whole, language: "en" }), [[{ code: "en" }]]);
  assert.deepEqual(languages("gpt-transcribe", unknown), [[]]);
  assert.deepEqual(languages("gpt-4o-transcribe", { ...whole, language: "en" }), [undefined]);
});

test("the model that tells speakers apart says each sentence with its speaker and its place in the item's audio", async () => {
  const two: Heard = {
    ...whole,
    voice: "en-gb",
    words: [
      { text: "Where", startMs: 300, endMs: 600 },
      { text: "is", startMs: 600, endMs: 800 },
      { text: "it?", startMs: 800, endMs: 1_000 },
      { text: "I", startMs: 1_050, endMs: 1_100 },
      { text: "waited", startMs: 1_400, endMs: 1_800 },
    ],
  };
  const voices = ["en-gb", "en-us", "en-gb"];
  let turn = 0;
  const session = openSession({ profile: exact, speech: plainSpeech(exact), recognise: () => ({ ...two, voice: voices[turn++] as string }) });
  session.send(0, input({ turn_detection: vad, transcription: { model: "gpt-4o-transcribe-diarize" } }));
  for (const _ of voices) session.until(session.speak((session.said.at(-1)?.atMs ?? 0) + 1_000, toneBetween(2_500, 500, 1_500)) + 5_000);
  const segments = session.only("conversation.item.input_audio_transcription.segment");
  assert.deepEqual(
    segments.slice(0, 3).map(({ text, speaker, start, end }) => [text, speaker, start, end]),
    [
      ["Where is it?", "A", 0.3, 1],
      ["I", "A", 1.05, 1.1],
      ["waited", "A", 1.4, 1.8],
    ],
  );
  assert.deepEqual(
    segments.map(({ speaker }) => speaker),
    ["A", "A", "A", "B", "B", "B", "A", "A", "A"],
  );
  assert.equal(new Set(segments.map(({ id }) => id)).size, 9);
  const [completed] = session.only("conversation.item.input_audio_transcription.completed");
  assert.deepEqual([completed?.transcript, completed?.usage.type], ["Where is it? I waited", "tokens"]);
});
