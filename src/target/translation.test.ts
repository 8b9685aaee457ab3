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

/** Translates a second of sound at a time: 1,000 ms of a byte that tells which. */
const speech = {
  translate: (utterance: number, language: string) =>
    language === "es" ? { audio: Buffer.alloc(48_000, utterance + 1), words: ["uno", "dos"], sourceWords: ["one", "two"] } : undefined,
};

interface Told {
  readonly atMs: number;
  readonly event: TranslationServerEvent;
}

function open(sessionMs = 60_000) {
  const profile = orThrow(readProfile("exact"));
  const key = { seed: 1, session: 0, call: 0 };
  const ids = createIds(0, stream(1, "ids"));
  const session = createTranslation({ model: "gpt-realtime-translate", profile, speech, key, ids, openedAtUs: 0, openedAtS: 1_000, sessionMs });
  const told: Told[] = [];
  const closes: unknown[] = [];
  function step(input: Input, atUs: number): void {
    for (const command of session.step(input, atUs)) {
      if (command.type === "send") {
        judge(command.event);
        told.push({ atMs: atUs / 1_000, event: command.event });
      }
      if (command.type === "close") closes.push([command.code, command.reason]);
    }
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

test("session.close says the rest faster than it plays, then session.closed, and hangs up on who stays", () => {
  const session = open();
  session.send(0, { type: "session.update", session: { audio: { input: { transcription: { model: "gpt-realtime-whisper" } } } } });
  const endMs = session.speak(0, Buffer.concat([toneBetween(2_000, 200, 1_000), toneBetween(1_000, 200, 1_000)]));
  session.send(endMs, { type: "session.close" });
  session.until(endMs + 10_000);
  const deltas = session.only("session.output_audio.delta").filter(({ atMs }) => atMs >= endMs);
  assert.deepEqual(
    deltas.slice(1).map(({ atMs }, index) => atMs - (deltas[index]?.atMs ?? 0)),
    deltas.slice(1).map(() => 100),
  );
  const text = (type: "session.output_transcript.delta" | "session.input_transcript.delta"): string =>
    session
      .only(type)
      .map(({ delta }) => delta)
      .join("");
  assert.deepEqual([text("session.output_transcript.delta"), text("session.input_transcript.delta")], ["uno dos uno dos", "one two one two"]);
  assert.equal(session.told.at(-1)?.event.type, "session.closed");
  assert.deepEqual(session.closes, [[1000, ""]]);
});

test("a language without clips is silence of the utterance's own length, and no text", () => {
  const session = open();
  session.send(0, { type: "session.update", session: { audio: { output: { language: "fr" } } } });
  session.speak(0, toneBetween(6_000, 500, 1_700));
  const deltas = session.only("session.output_audio.delta");
  assert.equal(deltas.length, 3);
  assert.ok(deltas.every(({ delta }) => Buffer.from(delta, "base64").equals(Buffer.alloc(19_200))));
  assert.equal(session.only("session.output_transcript.delta").length, 0);
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
  const session = open(120_000);
  session.until(120_000);
  const reason = "Your session hit the maximum duration of 2 minutes.";
  assert.deepEqual(session.closes, [[1001, reason]]);
  assert.equal(session.only("error")[0]?.error.code, "session_expired");
});
