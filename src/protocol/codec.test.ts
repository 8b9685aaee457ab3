import assert from "node:assert/strict";
import { test } from "node:test";
import { audioByteLength, decodeAudioDelta, readServerMessage } from "./codec.ts";

const samples = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);
const fields = { event_id: "event_1", response_id: "resp_1", item_id: "item_1", output_index: 0, content_index: 0 };

const shapes: readonly (readonly [string, string])[] = [
  ["as the API writes it", JSON.stringify({ type: "response.output_audio.delta", ...fields, delta: samples.toString("base64") })],
  ["with spaces, as Python writes it", JSON.stringify({ type: "response.output_audio.delta", ...fields, delta: samples.toString("base64") }, null, 1)],
  ["by its beta name", JSON.stringify({ type: "response.audio.delta", ...fields, delta: samples.toString("base64") })],
  [
    "with its type after a long delta",
    JSON.stringify({ delta: samples.toString("base64"), pad: "x".repeat(900), ...fields, type: "response.output_audio.delta" }),
  ],
  ["with slashes escaped, as PHP writes it", JSON.stringify({ type: "response.output_audio.delta", ...fields, delta: "/+//" }).replaceAll("/", "\\/")],
];

for (const [name, message] of shapes) {
  test(`an audio delta is read ${name}`, () => {
    const received = readServerMessage(Buffer.from(message));
    assert.equal(received.kind, "audio");
    if (received.kind !== "audio") return;
    const expected = Buffer.from((JSON.parse(message) as { delta: string }).delta, "base64");
    assert.deepEqual(decodeAudioDelta(received, Buffer.alloc(expected.length)), expected);
    assert.equal(decodeAudioDelta(received, Buffer.alloc(expected.length - 1)), undefined);
    assert.equal(audioByteLength(received), expected.length);
    assert.equal(received.responseId, "resp_1");
    assert.equal(received.itemId, "item_1");
  });
}

test("a transcript that quotes an audio delta is not taken for one", () => {
  const quoted = JSON.stringify({
    type: "response.output_audio_transcript.delta",
    ...fields,
    delta: 'say "type":"response.output_audio.delta","delta":"AAAA"',
  });
  const received = readServerMessage(Buffer.from(quoted));
  assert.equal(received.kind, "event");
});

const unreadable: readonly string[] = ["", "{", "[]", "null", "7", '{"type":1}', '{"type":"response.output_audio.delta","delta":"AAAA'];
for (const message of unreadable) {
  test(`an unreadable message is a value, not a throw: ${JSON.stringify(message)}`, () => {
    assert.equal(readServerMessage(Buffer.from(message)).kind, "unreadable");
  });
}
