import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createAudioDecoder, usualAppend } from "./append.ts";

test("an append as clients write it gives its base64 without parsing, any other message does not", () => {
  const audio = Buffer.from([1, 2, 3, 4]).toString("base64");
  assert.equal(usualAppend(Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio }))), audio);
  for (const other of [
    JSON.stringify({ event_id: "e", type: "input_audio_buffer.append", audio }),
    JSON.stringify({ type: "input_audio_buffer.append", audio, event_id: "e" }),
    '{"type":"input_audio_buffer.append","audio":"AAAA"} ',
    '{"type":"input_audio_buffer.append","audio":"',
    "",
  ])
    assert.equal(usualAppend(Buffer.from(other)), undefined, other);
});

test("audio comes back byte for byte, whatever was decoded before", () => {
  const decoder = createAudioDecoder();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (bytes) =>
      assert.deepEqual(Uint8Array.from(decoder.decode(Buffer.from(bytes).toString("base64")) ?? []), bytes),
    ),
  );
  const long = Buffer.alloc(200_000, 7);
  assert.ok(long.equals(decoder.decode(long.toString("base64")) ?? Buffer.alloc(0)));
});

test("what is not base64, or is empty, is refused", () => {
  const decoder = createAudioDecoder();
  for (const wrong of ["", "=", "====", "A", "AAA", "AA!A", "AAAA AAA", "A\u0000AA", "AA\\n"])
    assert.equal(decoder.decode(wrong), undefined, JSON.stringify(wrong));
});
