import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf } from "./event-judge.ts";

const item = {
  id: "item_1",
  object: "realtime.item",
  type: "message",
  role: "user",
  status: "completed",
  content: [{ type: "input_audio", transcript: null }],
};
const added = { type: "conversation.item.added", event_id: "event_1", item, previous_item_id: null };
const content = (...parts: readonly object[]): object => ({ ...added, item: { ...item, content: parts } });
const done = (output: object): object => ({
  type: "response.done",
  event_id: "event_1",
  response: { id: "resp_1", object: "realtime.response", output: [output] },
});

const sound: readonly object[] = [
  added,
  content({ type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "low" }, { type: "input_text", text: "What is this?" }),
  done(item),
  { type: "input_audio_buffer.timeout_triggered", event_id: "event_1", item_id: "item_1", audio_start_ms: 0, audio_end_ms: 10 },
  { type: "session.closed", event_id: "event_1" },
];

const foreign: readonly (readonly [string, object])[] = [
  ["no type", { event_id: "event_1" }],
  ["a name that the API does not have", { type: "response.finished", event_id: "event_1" }],
  ["a name of the beta", { type: "response.audio.delta", event_id: "event_1", delta: "" }],
  ["no id", { ...added, event_id: undefined }],
  ["a part's type in an item", content({ type: "audio", transcript: "x" })],
  ["audio of the caller without the key transcript", content({ type: "input_audio" })],
  ["the same beside a picture", content({ type: "input_image" }, { type: "input_audio" })],
  ["the same in a response's output", done({ ...item, content: [{ type: "input_audio" }] })],
  ["an item of no known type in a response's output", done({ ...item, type: "note" })],
  [
    "an item's type in a part",
    {
      type: "response.content_part.added",
      event_id: "e",
      item_id: "i",
      content_index: 0,
      output_index: 0,
      response_id: "r",
      part: { type: "output_text", text: "" },
    },
  ],
  ["a delta without its text", { type: "response.output_text.delta", event_id: "e", item_id: "i", content_index: 0, output_index: 0, response_id: "r" }],
  [
    "a failed transcript with an explicit null",
    { type: "conversation.item.input_audio_transcription.failed", event_id: "e", item_id: "i", content_index: 0, error: { param: null } },
  ],
];

for (const event of sound) test(`${JSON.stringify(event)} is taken`, () => assert.equal(faultOf(event), undefined));
for (const [what, event] of foreign) test(`an event with ${what} is foreign`, () => assert.notEqual(faultOf(event), undefined));
