// What the target's log says of the beginning of a caller's turn: interruptions are measured from it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";

const profile = orThrow(readProfile("exact"));
const detection = (turn_detection: object | null) => ({ type: "session.update", session: { type: "realtime", audio: { input: { turn_detection } } } });
const vad = detection({ type: "server_vad", silence_duration_ms: 500 });

test("the truth of a turn says when speech_started left, and when the frame that the caller began in had come", () => {
  const session = openSession({ profile, speech: plainSpeech(profile) });
  session.send(0, vad);
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(2_300);
  const onset = session.truth[0]?.onset;
  const started = session.said.find(({ event }) => event.type === "input_audio_buffer.speech_started");
  assert.equal(onset?.sentUs, (started?.atMs ?? 0) * 1_000);
  assert.deepEqual(
    onset?.frames.find(({ audioEndMs }) => audioEndMs >= 510),
    { audioEndMs: 520, atUs: 520_000 },
  );
  // Nothing came after it was told.
  assert.ok(onset?.frames.every(({ atUs }) => atUs <= (onset.sentUs ?? 0)));
});

test("a turn by hand has no beginning that the target could know", () => {
  const session = openSession({ profile, speech: plainSpeech(profile) });
  session.send(0, detection(null));
  session.speak(0, toneBetween(1_000, 200, 900));
  session.send(1_000, { type: "input_audio_buffer.commit" });
  session.send(1_010, { type: "response.create" });
  session.until(3_000);
  assert.equal(session.truth[0]?.outcome, "answered");
  assert.equal(session.truth[0]?.onset, undefined);
});
