// Every event that the target can say at all, said at least once and judged (testing/event-judge.ts).

import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import type { ServerEvent } from "../protocol/server-event.ts";
import type { TranslationServerEvent } from "../protocol/translation-event.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { judge, judged } from "../testing/event-judge.ts";
import { openRawClient, startTestTarget } from "../testing/target-server.ts";
import { createIds } from "./ids.ts";
import { readProfile } from "./profile.ts";
import type { Heard } from "./recogniser.ts";
import { createTranslation } from "./translation.ts";

const profile = orThrow(readProfile("exact"));
const update = (session: object): Record<string, unknown> => ({ type: "session.update", session: { type: "realtime", ...session } });
const create = (item: object): Record<string, unknown> => ({ type: "conversation.item.create", item });
const asked = { type: "message", role: "user", content: [{ type: "input_text", text: "My order?" }] };

test("a conversation of spoken and written turns, of tools, silence and mistakes", () => {
  const rules = [{ when: { textContains: "order" }, call: [{ name: "look", arguments: { id: "A1" } }] }];
  const speech = plainSpeech(profile, { version: 1, name: "s", about: "", rules, otherwise: ["plain"] });
  const heard: Heard = { text: "Where is it?", words: [{ text: "Where is it?", startMs: 0, endMs: 900 }], ahead: [] };
  let isHeard = true;
  const session = openSession({ profile, speech, recognise: () => (isHeard ? heard : undefined) });
  const input = { transcription: { model: "gpt-4o-transcribe" }, turn_detection: { type: "server_vad", idle_timeout_ms: 5_000 } };
  session.send(0, update({ audio: { input } }));
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.speak(2_500, toneBetween(12_000, 0, 0));
  isHeard = false;
  session.speak(15_000, toneBetween(2_500, 500, 1_500));
  session.until(30_000);
  const item_id = session.only("response.output_item.done")[0]?.item.id;
  session.send(30_000, { type: "conversation.item.truncate", item_id, content_index: 0, audio_end_ms: 60 });
  session.send(30_000, { type: "conversation.item.retrieve", item_id });
  session.send(30_000, { type: "conversation.item.delete", item_id });
  session.send(30_000, { type: "input_audio_buffer.clear" });
  session.send(30_000, { type: "nonsense" });
  const tools = [
    { type: "function", name: "look" },
    { type: "mcp", server_label: "docs", server_url: "https://example.com/mcp" },
  ];
  session.send(30_000, update({ output_modalities: ["text"], tools }));
  session.send(30_000, create(asked));
  session.send(30_000, { type: "response.create" });
  session.until(35_000);
  session.send(35_000, create({ type: "function_call_output", call_id: session.only("response.function_call_arguments.done")[0]?.call_id, output: "{}" }));
  session.send(35_000, { type: "response.create" });
  session.until(40_000);
});

test("a turn whose speakers are told apart", () => {
  const heard: Heard = { text: "Where is it?", words: [{ text: "Where is it?", startMs: 0, endMs: 900 }], ahead: [] };
  const session = openSession({ profile, speech: plainSpeech(profile), recognise: () => heard });
  session.send(0, update({ audio: { input: { transcription: { model: "gpt-4o-transcribe-diarize" } } } }));
  session.speak(0, toneBetween(2_500, 500, 1_500));
  session.until(10_000);
});

test("a translation", () => {
  const key = { seed: 1, session: 0, call: 0 };
  const speech = { translate: () => ({ clip: "uno", audio: Buffer.alloc(48_000, 1), words: [{ text: "uno", startMs: 0, endMs: 900 }] }) };
  const translation = createTranslation({
    model: "gpt-realtime-translate",
    profile,
    speech,
    key,
    ids: createIds(0, stream(1, "ids")),
    openedAtUs: 0,
    openedAtS: 0,
  });
  const heard: Heard = {
    clip: "one",
    language: "en",
    clipStartMs: 0,
    clipEndMs: 900,
    text: "one",
    words: [{ text: "one", startMs: 0, endMs: 900 }],
    ahead: [],
  };
  const step = (input: Parameters<typeof translation.step>[0], atUs: number): void => {
    for (const command of translation.step(input, atUs)) {
      if (command.type === "send") judge(command.event);
      if (command.type === "recognise") step({ type: "recognised", itemId: command.itemId, heard }, atUs);
    }
  };
  step({ type: "open" }, 0);
  step({ type: "event", event: { type: "session.update", session: { audio: { input: { transcription: { model: "gpt-realtime-whisper" } } } } } }, 0);
  step({ type: "audio", bytes: toneBetween(3_000, 500, 1_500) }, 0);
  step({ type: "event", event: { type: "session.close" } }, 0);
  while ((translation.nextUs ?? Infinity) < 60_000_000) step({ type: "wake" }, translation.nextUs ?? 0);
});

test("what goes over a real socket is judged too, refusals included", async () => {
  const before = judged.get("error") ?? 0;
  const target = await startTestTarget({ requireKey: "sk-good" });
  await openRawClient(`${target.url}?model=gpt-realtime-2`).closed;
  await target.close();
  assert.equal(judged.get("error"), before + 1);
});

const conversation: Readonly<Record<ServerEvent["type"], true>> = {
  "conversation.item.added": true,
  "conversation.item.deleted": true,
  "conversation.item.done": true,
  "conversation.item.input_audio_transcription.completed": true,
  "conversation.item.input_audio_transcription.delta": true,
  "conversation.item.input_audio_transcription.failed": true,
  "conversation.item.input_audio_transcription.segment": true,
  "conversation.item.retrieved": true,
  "conversation.item.truncated": true,
  error: true,
  "input_audio_buffer.cleared": true,
  "input_audio_buffer.committed": true,
  "input_audio_buffer.speech_started": true,
  "input_audio_buffer.speech_stopped": true,
  "input_audio_buffer.timeout_triggered": true,
  "mcp_list_tools.failed": true,
  "mcp_list_tools.in_progress": true,
  "rate_limits.updated": true,
  "response.content_part.added": true,
  "response.content_part.done": true,
  "response.created": true,
  "response.done": true,
  "response.function_call_arguments.delta": true,
  "response.function_call_arguments.done": true,
  "response.output_audio.delta": true,
  "response.output_audio.done": true,
  "response.output_audio_transcript.delta": true,
  "response.output_audio_transcript.done": true,
  "response.output_item.added": true,
  "response.output_item.done": true,
  "response.output_text.delta": true,
  "response.output_text.done": true,
  "session.created": true,
  "session.updated": true,
};
const translated: Readonly<Record<TranslationServerEvent["type"], true>> = {
  error: true,
  "session.closed": true,
  "session.created": true,
  "session.input_transcript.delta": true,
  "session.output_audio.delta": true,
  "session.output_transcript.delta": true,
  "session.updated": true,
};

test("so that each of its events was judged, and none that it is not known to say", (context) => {
  assert.deepEqual([...judged.keys()].toSorted(), [...new Set([...Object.keys(conversation), ...Object.keys(translated)])].toSorted());
  const events = [...judged.values()].reduce((sum, count) => sum + count, 0);
  context.diagnostic(`${events} events of ${judged.size} types were judged here`);
});
