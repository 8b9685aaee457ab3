import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { encodeWav } from "./encode-wav.ts";
import { toInt16 } from "./pcm.ts";
import { decodeWav } from "./wav.ts";

const left = Int16Array.from([0, 1, -1, 32_767, -32_768]);
const right = Int16Array.from([256, -256, 0, -32_768, 32_767]);
const sound = { sampleRateHz: 24_000, channels: [left, right] };

test("what is written in 16 bits is read back to the sample, each channel on its side", () => {
  const read = orThrow(decodeWav(encodeWav(sound, 16), "x.wav"));
  assert.equal(read.sampleRateHz, 24_000);
  assert.deepEqual(read.channels.map(toInt16), [left, right]);
});

test("in 8 bits no sample is off by more than a step of 256, also where the bytes are odd in number", () => {
  const read = orThrow(decodeWav(encodeWav({ sampleRateHz: 8_000, channels: [left] }, 8), "x.wav"));
  const samples = toInt16(read.channels[0] ?? new Float32Array());
  assert.equal(samples.length, left.length);
  assert.ok(samples.every((sample, index) => Math.abs(sample - (left[index] as number)) < 256));
});

test("no samples are a file all the same", () => {
  assert.equal(encodeWav({ sampleRateHz: 8_000, channels: [new Int16Array(0)] }, 16).length, 44);
});
