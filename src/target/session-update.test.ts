import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import type { ConversationSession } from "../testing/conversation-session.ts";
import { openSession, plainSpeech } from "../testing/conversation-session.ts";
import { readProfile } from "./profile.ts";

const exact = orThrow(readProfile("exact"));
const open = (): ConversationSession => openSession({ profile: exact, speech: plainSpeech(exact) });
const update = (session: object): object => ({ type: "session.update", session: { type: "realtime", ...session } });
const send = (session: ConversationSession, ms: number, event: object): void => session.send(ms, event as Record<string, unknown>);

test("a refused update changes nothing, not even its right parts; another model is ignored; the rest is kept", () => {
  const session = open();
  send(session, 1, update({ instructions: "new", audio: { output: { voice: "nobody" } } }));
  send(session, 2, update({ model: "other", max_output_tokens: 100, audio: { input: { turn_detection: { type: "server_vad", threshold: 0.7 } } } }));
  const [updated] = session.only("session.updated");
  const created = session.only("session.created")[0]?.session;
  assert.deepEqual(updated?.session, {
    ...created,
    max_output_tokens: 100,
    audio: { ...created?.audio, input: { ...created?.audio.input, turn_detection: { ...created?.audio.input.turn_detection, threshold: 0.7 } } },
  });
  assert.deepEqual(created?.audio.input.turn_detection, {
    type: "server_vad",
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 200,
    create_response: true,
    interrupt_response: true,
    idle_timeout_ms: null,
  });
  assert.equal(created?.expires_at, 4_600);
});
