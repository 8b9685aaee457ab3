import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createAudioDecoder } from "./append.ts";

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
