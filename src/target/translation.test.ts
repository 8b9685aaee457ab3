import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import type { TranslationServerEvent } from "../protocol/translation-event.ts";
import { toneBetween } from "../testing/conversation-session.ts";
import { judge } from "../testing/event-judge.ts";
import type { Input } from "./conversation.ts";
import { createIds } from "./ids.ts";
import { readProfile } from "./profile.ts";
import { createTranslation } from "./translation.ts";
import { stampSent } from "./conversation-state.ts";
import type { Heard } from "./recogniser.ts";
import type { Translation, TranslationSpeech } from "./translation-speech.ts";
import type { TranslationRow } from "./translation-truth.ts";
import { translationLanguages } from "../protocol/translation-event.ts";

const word = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs });
/** Two clips of a second that lie 200 ms into what is asked about, in two languages. */
const heardClip = (clip: string, text: readonly [string, string]): Heard => ({
  clip,
  language: "en",
  clipStartMs: 200,
  clipEndMs: 1_200,
  text: text.join(" "),
  words: [word(text[0], 200, 700), word(text[1], 700, 1_150)],
  ahead: [],
});
const first = heardClip("first", ["one", "two"]);
const second = heardClip("second", ["three", "four"]);
const unknown: Heard = { text: "[unrecognised speech, 1.2 s]", words: [], ahead: [] };
const translations: Readonly<Record<string, Translation>> = {
  "first es": { clip: "first-es", audio: Buffer.alloc(48_000, 1), words: [word("uno", 0, 500), word("dos", 500, 1_000)] },
  "second es": { clip: "second-es", audio: Buffer.alloc(48_000, 2), words: [word("tres", 0, 500), word("cuatro", 500, 1_000)] },
  "second de": { clip: "second-de", audio: Buffer.alloc(19_200, 3), words: [word("drei vier", 0, 400)] },
};
const speech: TranslationSpeech = { translate: (clip, language) => translations[`${clip} ${language}`] };

interface Told {
  readonly atMs: number;
  readonly event: TranslationServerEvent;
}

/** `answers` are the recogniser's, one a question; the last one is given again and again. */
function open(answers: readonly (Heard | undefined)[] = [first], sessionMs = 60_000) {
  const profile = orThrow(readProfile("exact"));
  const key = { seed: 1, session: 0, call: 0 };
  const ids = createIds(0, stream(1, "ids"));
  const session = createTranslation({
    model: "gpt-realtime-translate",
    profile,
    speech,
    key,
    callName: "1/a/0/0",
    ids,
    openedAtUs: 0,
    openedAtS: 1_000,
    sessionMs,
  });
  const told: Told[] = [];
  const closes: unknown[] = [];
  const rows: TranslationRow[] = [];
  const held: Input[] = [];
  let isHeld = false;
  let asked = 0;
  function step(input: Input, atUs: number): void {
    for (const command of session.step(input, atUs)) {
      if (command.type === "send" && command.stamp) stampSent(command.stamp, atUs);
      if (command.type === "note" && command.row.type === "translation") rows.push(structuredClone(command.row));
      if (command.type === "recognise") held.push({ type: "recognised", itemId: command.itemId, heard: answers[Math.min(asked++, answers.length - 1)] });
      if (command.type === "send") {
        judge(command.event);
        told.push({ atMs: atUs / 1_000, event: command.event });
      }
      if (command.type === "close") closes.push([command.code, command.reason]);
    }
    if (!isHeld) for (const answer of held.splice(0)) step(answer, atUs);
  }
  function until(ms: number): void {
    for (let nextUs = session.nextUs; nextUs !== undefined && nextUs <= ms * 1_000; nextUs = session.nextUs) step({ type: "wake" }, nextUs);
  }
  const at = (ms: number, input: Input): void => {
    until(ms);
    step(input, ms * 1_000);
  };
  at(0, { type: "open" });
  return {
    told,
    closes,
    rows,
    asked: () => asked,
    /** From here on the recogniser takes its time, until it is released. */
    hold: () => void (isHeld = true),
    release(ms: number) {
      isHeld = false;
      for (const answer of held.splice(0)) at(ms, answer);
    },
    at,
    until,
    send: (ms: number, event: Record<string, unknown>) => at(ms, { type: "event", event }),
    /** In 20 ms frames, each when it is full; returns when the last one was. */
    speak(ms: number, audio: Uint8Array): number {
      let endMs = ms;
      for (let from = 0; from < audio.length; from += 960) at((endMs += 20), { type: "audio", bytes: audio.subarray(from, from + 960) });
      return endMs;
    },
    only: <Type extends TranslationServerEvent["type"]>(type: Type) =>
      told.flatMap(({ atMs, event }) => (event.type === type ? [{ ...(event as Extract<TranslationServerEvent, { readonly type: Type }>), atMs }] : [])),
  };
}

test("it begins with Spanish, no transcription and an expiry, and has all five fields of a session", () => {
  const [created] = open().only("session.created");
  const { id, ...session } = created?.session ?? { id: "" };
  assert.match(id, /^sess_/);
  const audio = { input: { transcription: null, noise_reduction: null }, output: { language: "es" } };
  assert.deepEqual(session, { type: "translation", model: "gpt-realtime-translate", expires_at: 1_060, audio });
});

test("a translation begins an ear-voice span after its utterance, in deltas of 400 ms at steps of 200 ms of the caller's audio", () => {
  const session = open();
  session.speak(0, toneBetween(4_000, 500, 1_500));
  const deltas = session.only("session.output_audio.delta");
  // The sound begins at 500 ms, its translation two seconds later: at the first step from 2,500 ms on.
  assert.deepEqual(
    deltas.map(({ atMs, elapsed_ms }) => [atMs, elapsed_ms]),
    [2_600, 2_800, 3_000].map((ms) => [ms, ms]),
  );
  const audio = Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, "base64")));
  assert.ok(audio.equals(Buffer.concat([Buffer.alloc(48_000, 1), Buffer.alloc(9_600)])));
  assert.deepEqual([deltas[0]?.sample_rate, deltas[0]?.channels, deltas[0]?.format], [24_000, 1, "pcm16"]);
  assert.deepEqual(
    session.only("session.output_transcript.delta").map(({ delta }) => delta),
    ["uno", " dos"],
  );
  assert.equal(session.only("session.input_transcript.delta").length, 0);
});

test("a client that stops sending stops the engine", () => {
  const session = open();
  const endMs = session.speak(0, toneBetween(2_000, 500, 1_500));
  session.until(endMs + 20_000);
  assert.equal(session.only("session.output_audio.delta").length, 0);
  session.speak(endMs + 20_000, new Uint8Array(1_000 * 48));
  assert.equal(session.only("session.output_audio.delta")[0]?.elapsed_ms, 2_600);
});

const texts = (session: ReturnType<typeof open>, type: "session.output_transcript.delta" | "session.input_transcript.delta"): string =>
  session
    .only(type)
    .map(({ delta }) => delta)
    .join("");
const soundOf = (session: ReturnType<typeof open>): Buffer =>
  Buffer.concat(session.only("session.output_audio.delta").map(({ delta }) => Buffer.from(delta, "base64")));

test("session.close says the rest faster than it plays, then session.closed and nothing after it, and hangs up on who stays", () => {
  const session = open([first, second]);
  session.send(0, { type: "session.update", session: { audio: { input: { transcription: { model: "gpt-realtime-whisper" } } } } });
  const endMs = session.speak(0, Buffer.concat([toneBetween(2_000, 200, 1_200), toneBetween(1_300, 200, 1_200)]));
  session.send(endMs, { type: "session.close" });
  session.until(endMs + 2_000);
  const deltas = session.only("session.output_audio.delta").filter(({ atMs }) => atMs >= endMs);
  assert.deepEqual(
    deltas.slice(1).map(({ atMs }, index) => atMs - (deltas[index]?.atMs ?? 0)),
    deltas.slice(1).map(() => 100),
  );
  assert.deepEqual(
    [texts(session, "session.output_transcript.delta"), texts(session, "session.input_transcript.delta")],
    ["uno dos tres cuatro", "one two three four"],
  );
  session.send(endMs + 2_100, { type: "session.update", session: {} });
  session.until(endMs + 10_000);
  assert.equal(session.told.at(-1)?.event.type, "session.closed");
  assert.deepEqual(session.closes, [[1000, ""]]);
});

test("what is said follows what was recognised, in whatever order it is spoken, and is known before it has to be said", () => {
  const session = open([unknown, second, first]);
  const endMs = session.speak(0, Buffer.concat([toneBetween(4_000, 500, 1_500), toneBetween(4_000, 500, 1_500)]));
  session.send(endMs, { type: "session.close" });
  session.until(endMs + 5_000);
  assert.deepEqual([...new Set(soundOf(session))], [2, 0, 1]);
  assert.equal(texts(session, "session.output_transcript.delta"), "tres cuatro uno dos");
  // Asked after 400 ms, again after 800, then no more about the first.
  assert.equal(session.asked(), 3);
  assert.equal(session.only("session.output_audio.delta")[0]?.elapsed_ms, 2_600);
});

test("a recogniser that takes its time holds the engine's clock and not its account of time", () => {
  const quick = open();
  const slow = open();
  slow.hold();
  for (const session of [quick, slow]) session.speak(0, toneBetween(4_000, 500, 1_500));
  assert.equal(slow.only("session.output_audio.delta").length, 0);
  slow.release(4_500);
  const elapsed = (session: typeof slow) => session.only("session.output_audio.delta").map(({ elapsed_ms, delta }) => [elapsed_ms, delta]);
  assert.deepEqual(elapsed(slow), elapsed(quick));
  const closing = open();
  closing.hold();
  const endMs = closing.speak(0, toneBetween(1_800, 500, 1_500));
  closing.send(endMs, { type: "session.close" });
  closing.until(endMs + 60);
  assert.equal(closing.only("session.closed").length, 0);
  closing.release(endMs + 3_000);
  closing.until(endMs + 6_000);
  assert.equal(texts(closing, "session.output_transcript.delta"), "uno dos");
  assert.equal(closing.told.at(-1)?.event.type, "session.closed");
});

test("two clips without a pause are two utterances, and a pause inside a clip begins none", () => {
  const joined = open([first, second]);
  let endMs = joined.speak(0, toneBetween(4_000, 500, 2_500));
  joined.send(endMs, { type: "session.close" });
  joined.until(endMs + 5_000);
  assert.equal(texts(joined, "session.output_transcript.delta"), "uno dos tres cuatro");
  const paused = open([{ ...first, clipEndMs: 2_700 }]);
  endMs = paused.speak(0, Buffer.concat([toneBetween(1_500, 500, 1_000), toneBetween(3_000, 300, 1_400)]));
  paused.send(endMs, { type: "session.close" });
  paused.until(endMs + 5_000);
  assert.equal(texts(paused, "session.output_transcript.delta"), "uno dos");
  assert.equal(paused.rows.length, 1);
});

test("another target language counts from the next utterance on", () => {
  const session = open([first, second]);
  session.speak(0, toneBetween(1_600, 500, 1_500));
  session.send(1_600, { type: "session.update", session: { audio: { output: { language: "de" } } } });
  const endMs = session.speak(1_600, toneBetween(5_000, 1_500, 2_500));
  session.send(endMs, { type: "session.close" });
  session.until(endMs + 5_000);
  assert.equal(texts(session, "session.output_transcript.delta"), "uno dos drei vier");
  assert.deepEqual(
    session.rows.map(({ language, said }) => [language, said.clip]),
    [
      ["es", "first-es"],
      ["de", "second-de"],
    ],
  );
});

const silent: readonly (readonly [string, Heard | undefined, string, string])[] = [
  ["speech that nobody knows", unknown, "es", unknown.text],
  ["a lost recogniser", undefined, "es", "[unrecognised speech]"],
  ["a language without clips", first, "fr", "[no translation of first into fr]"],
  ["the caller's own language", first, "en", ""],
];
for (const [name, heard, language, text] of silent) {
  test(`${name} is silence of the utterance's own length, and the transcript says why`, () => {
    const session = open([heard]);
    session.send(0, { type: "session.update", session: { audio: { output: { language } } } });
    const endMs = session.speak(0, toneBetween(6_000, 500, 1_500));
    const sound = soundOf(session);
    assert.ok(sound.equals(Buffer.alloc(3 * 19_200)), `${sound.length} bytes`);
    assert.equal(texts(session, "session.output_transcript.delta"), text);
    session.at(endMs, { type: "closed" });
    assert.deepEqual(
      session.rows.map(({ outcome, heard, said }) => [outcome, heard.clip, said.clip]),
      [["silent", heard?.clip, undefined]],
    );
  });
}

test("sound without speech in it is no utterance", () => {
  const session = open([{ text: "", words: [], ahead: [] }]);
  const endMs = session.speak(0, toneBetween(6_000, 500, 900));
  session.send(endMs, { type: "session.close" });
  session.until(endMs + 10);
  assert.deepEqual([session.only("session.output_audio.delta"), session.rows, session.told.at(-1)?.event.type], [[], [], "session.closed"]);
});

test("the account says when each word had arrived and where in which delta each of its translation left", () => {
  const session = open();
  const endMs = session.speak(100, toneBetween(4_000, 500, 1_500));
  session.at(endMs, { type: "closed" });
  const [row] = session.rows;
  assert.ok(row);
  const { sessionId, ...rest } = row;
  assert.match(sessionId, /^sess_/);
  const startMs = rest.heard.start.audioMs;
  assert.ok(startMs >= 480 && startMs <= 520, `${startMs}`);
  // Frames of 20 ms that began to be sent at 100 ms of the clock: audio up to n * 20 ms had arrived at 100 + n * 20.
  const arrived = (audioMs: number) => ({ audioMs, arrivedUs: (100 + Math.ceil(audioMs / 20) * 20) * 1_000 });
  assert.deepEqual(rest, {
    v: 1,
    type: "translation",
    call: "1/a/0/0",
    utterance: 0,
    language: "es",
    heard: {
      start: arrived(startMs),
      end: arrived(startMs + 1_000),
      clip: "first",
      words: [
        { text: "one", end: arrived(startMs + 500) },
        { text: "two", end: arrived(startMs + 950) },
      ],
    },
    planned: { earVoiceSpanMs: 2_000 },
    said: {
      clip: "first-es",
      deltas: [2_600, 2_800, 3_000].map((ms, index) => ({ offsetMs: index * 400, elapsedMs: ms, sentUs: (ms + 100) * 1_000 })),
      words: [
        { text: "uno", delta: 0, deltaOffsetMs: 0 },
        { text: "dos", delta: 1, deltaOffsetMs: 100 },
      ],
    },
    outcome: "said",
  });
});

test("an utterance that a lost connection cut is accounted for as far as it was said", () => {
  const session = open();
  session.speak(0, toneBetween(2_700, 500, 1_500));
  session.at(2_700, { type: "closed" });
  assert.deepEqual(
    session.rows.map(({ outcome, said }) => [outcome, said.deltas.length, said.words.map(({ text }) => text)]),
    [["cut", 1, ["uno"]]],
  );
});

test("every target language opens and is told back, spoken here or not", () => {
  const session = open();
  for (const language of translationLanguages) session.send(0, { type: "session.update", session: { audio: { output: { language } } } });
  assert.deepEqual(
    session.only("session.updated").map(({ session: { audio } }) => audio.output.language),
    [...translationLanguages],
  );
});

test("what a client may not say is an error each, changes nothing and ends nothing", () => {
  const session = open();
  const update = (audio: unknown): Record<string, unknown> => ({ type: "session.update", session: { audio } });
  const table: readonly (readonly [Record<string, unknown>, string, string | null])[] = [
    [update({ output: { language: "zho" } }), "invalid_value", "session.audio.output.language"],
    [update({ output: { language: "tlh" } }), "invalid_value", "session.audio.output.language"],
    [update({ output: { voice: "alloy" } }), "unknown_parameter", "session.audio.output.voice"],
    [update({ input: { format: { type: "audio/pcmu" } } }), "unknown_parameter", "session.audio.input.format"],
    [update({ input: { transcription: {} } }), "missing_required_parameter", "session.audio.input.transcription.model"],
    [update({ input: { noise_reduction: { type: "none" } } }), "invalid_value", "session.audio.input.noise_reduction.type"],
    [{ type: "session.update", session: { type: "translation" } }, "unknown_parameter", "session.type"],
    [{ type: "session.update" }, "missing_required_parameter", "session"],
    [{ type: "response.create" }, "invalid_value", "type"],
    [{ type: "nonsense" }, "invalid_value", "type"],
    [{}, "invalid_event", null],
  ];
  table.forEach(([event], index) => session.send(0, { ...event, event_id: `e${index}` }));
  session.at(0, { type: "bad_audio" });
  const errors = session.only("error").map(({ error }) => error);
  assert.deepEqual(
    errors.map(({ code, param, event_id }) => [code, param, event_id]),
    [...table.map(([, code, param], index) => [code, param, `e${index}`]), ["invalid_value", "audio", null]],
  );
  assert.match(errors[0]?.message ?? "", /'es', 'pt', 'fr', 'ja', 'ru', 'zh', 'de', 'ko', 'hi', 'id', 'vi', 'it', 'en'/);
  for (const language of ["de", "deu", "zh"]) session.send(1, update({ output: { language } }));
  assert.deepEqual(
    session.only("session.updated").map(({ session: { audio } }) => audio.output.language),
    ["de", "deu", "zh"],
  );
});

test("its time runs out as that of a conversation does", () => {
  const session = open([first], 120_000);
  session.until(120_000);
  const reason = "Your session hit the maximum duration of 2 minutes.";
  assert.deepEqual(session.closes, [[1001, reason]]);
  assert.equal(session.only("error")[0]?.error.code, "session_expired");
});
