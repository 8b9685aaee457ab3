import assert from "node:assert/strict";
import { test } from "node:test";

import { failed, InputError, ok } from "../core/issues.ts";
import { appendMessage, createFrameStore, cutFrames } from "./frame.ts";

test("frames have equal length, and the last one is filled up with the format's silence", () => {
  for (const [format, frameMs, bytes, silence] of [
    ["pcm24k", 20, 960, 0],
    ["pcmu", 20, 160, 0xff],
    ["pcma", 30, 240, 0xd5],
  ] as const) {
    const wire = Buffer.alloc(bytes * 2 + 2, 0x11);
    const frames = cutFrames(wire, format, frameMs);
    assert.deepEqual(
      frames.map((frame) => frame.length),
      [bytes, bytes, bytes],
    );
    assert.equal(frames[2]?.[1], 0x11);
    assert.ok(frames[2]?.subarray(2).every((byte) => byte === silence));
    assert.equal(cutFrames(wire.subarray(0, bytes), format, frameMs).length, 1);
    assert.deepEqual(cutFrames(Buffer.alloc(0), format, frameMs), []);
  }
});

test("an append message is the event's JSON with the frame in base64", () => {
  const frame = Buffer.from([0, 1, 250]);
  assert.deepEqual(JSON.parse(appendMessage(frame).toString("utf8")), { type: "input_audio_buffer.append", audio: frame.toString("base64") });
});

test("a set is made once per clip, format and length, even when asked for at the same time", async () => {
  let reads = 0;
  const store = createFrameStore({
    wire: async () => {
      reads++;
      return ok(Buffer.alloc(480, 0x22));
    },
  });
  const [one, same, longer] = await Promise.all([store.prepare("a", "pcmu", 20), store.prepare("a", "pcmu", 20), store.prepare("a", "pcmu", 40)]);
  assert.equal(one, same);
  assert.equal(reads, 2);
  assert.deepEqual([one.messages.length, longer.messages.length], [3, 2]);
  assert.deepEqual(one.silence, appendMessage(Buffer.alloc(160, 0xff)));
});

test("a clip that cannot be read is thrown as the user's mistake", async () => {
  const store = createFrameStore({ wire: async () => failed({ source: "clips", message: 'there is no clip "a"' }) });
  await assert.rejects(store.prepare("a", "pcmu", 20), InputError);
});
