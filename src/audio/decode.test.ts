import assert from "node:assert/strict";
import { test } from "node:test";

import { limits } from "../core/limits.ts";
import { decodeAudio } from "./decode.ts";
import { encodeWav } from "./wav.ts";

/** Sixteen samples each, written by libFLAC: two channels of 16 bits, one of 24, one of 20; and one of 16 with a frame of silence after it. */
const flac = {
  stereo16:
    "ZkxhQwAAACIQABAAAAAAAAAAA+gC8AAAABAAAAAAAAAAAAAAAAAAAAAAhAAAKCAAAAByZWZlcmVuY2UgbGliRkxBQyAxLjMuNCAyMDIyMDIyMAAAAAD/+GUYAA96A8AAvd/3eOZru8tVfmaMRLd4rM/VWKIrM0pEfESIAIE//+5mjVWsRMsz6iKJEagAxu/l3oTNo7zCq+GagImfeIAEJg==",
  mono24:
    "ZkxhQwAAACIQABAAAAAAAAAAA+gBcAAAABAAAAAAAAAAAAAAAAAAAAAAhAAAKCAAAAByZWZlcmVuY2UgbGliRkxBQyAxLjMuNCAyMDIyMDIyMAAAAAD/+GUMAA9zAoAAAH///7yoqtr8//lRVBelqTX5/lROU3KiqJD2/a9LUs2fp+vz/ApIUSicpkbw+9mv",
  mono20:
    "ZkxhQwAAACIQABAAAAAAAAAAA+gBMAAAABAAAAAAAAAAAAAAAAAAAAAAhAAAKCAAAAByZWZlcmVuY2UgbGliRkxBQyAxLjMuNCAyMDIyMDIyMAAAAAD/+GUKAA8OAoAAB///Soqi/P8VFU+lqd+f7E5TqiqI9v10tSWfpz8/wkhRCcpu8Puu0w==",
  silentEnd:
    "ZkxhQwAAACIAEAAQAAAAAAAAA+gA8AAAACAAAAAAAAAAAAAAAAAAAAAAhAAAKCAAAAByZWZlcmVuY2UgbGliRkxBQyAxLjMuNCAyMDIyMDIyMAAAAAD/+GUIAA/YFIAAnu8IMP6AAAP/+AQACAAB4CUr//hlCAEPzQAAANqA",
};
const bytesOf = (name: keyof typeof flac): Buffer => Buffer.from(flac[name], "base64");

/** What was encoded: n-th value before the two extremes at the start were put in. */
const original = (index: number, bits: number): number => {
  const fullScale = 2 ** (bits - 1);
  if (index < 2) return index === 0 ? -1 : (fullScale - 1) / fullScale;
  return (((index * 7_919 * (bits === 16 ? 1 : 251)) % (2 * fullScale)) - fullScale) / fullScale;
};

async function faultOf(bytes: Uint8Array): Promise<string> {
  const result = await decodeAudio(bytes, "clip");
  assert.ok(!result.ok, "should have been refused");
  return result.issues.map((issue) => issue.message).join(" | ");
}

test("FLAC is decoded to the bit", async () => {
  const stereo = await decodeAudio(bytesOf("stereo16"), "clip");
  assert.ok(stereo.ok);
  assert.equal(stereo.value.sampleRateHz, 16_000);
  stereo.value.channels.forEach((channel, at) =>
    assert.deepEqual(
      [...channel],
      Array.from({ length: 16 }, (_, index) => original(index * 2 + at, 16)),
    ),
  );
  const mono = await decodeAudio(bytesOf("mono24"), "clip");
  assert.ok(mono.ok);
  assert.deepEqual(
    [...(mono.value.channels[0] ?? [])],
    Array.from({ length: 16 }, (_, index) => original(index, 24)),
  );
});

test("a last frame of digital silence, a dozen bytes, is not lost", async () => {
  const decoded = await decodeAudio(bytesOf("silentEnd"), "clip");
  assert.ok(decoded.ok);
  assert.equal(decoded.value.channels[0]?.length, 32);
  assert.ok(decoded.value.channels[0].subarray(16).every((sample) => sample === 0));
});

test("FLAC that is cut off, damaged or of a depth that is not read is refused", async () => {
  const whole = bytesOf("stereo16");
  assert.match(await faultOf(whole.subarray(0, 20)), /no complete FLAC header/);
  assert.match(await faultOf(whole.subarray(0, 42)), /no readable FLAC frame/);
  assert.match(await faultOf(whole.subarray(0, 90)), /no readable FLAC frame|cut off/);
  const promisesMore = Buffer.from(whole);
  promisesMore[25] = 17;
  assert.match(await faultOf(promisesMore), /promises 17 samples, 16 could be read/);
  assert.match(await faultOf(bytesOf("mono20")), /20 bits a sample at byte 20/);
});

test("FLAC whose header promises more than a clip may last is refused before it is decoded", async () => {
  const long = Buffer.from(bytesOf("stereo16"));
  long.writeUInt32BE(16_000 * (limits.clipMs / 1_000) + 1, 22);
  assert.match(await faultOf(long), /longer than 10 minutes/);
});

test("other files are told apart by their first bytes, and the readable formats are named", async () => {
  for (const [start, name] of [
    ["OggS", /Ogg/],
    ["ID3", /MP3/],
    ["\xff\xfb\x90", /MP3/],
    ["\0\0\0 ftypM4A", /MP4/],
    ["RF64", /64-bit WAV/],
    ["hello", /no audio file/],
    ["", /empty/],
  ] as const) {
    const fault = await faultOf(Buffer.from(start, "latin1"));
    assert.match(fault, name);
    assert.match(fault, /WAV .* and FLAC are read/);
  }
});

test("a recording with an absurd rate or a longer one than a clip may be is refused", async () => {
  assert.match(await faultOf(encodeWav(new Int16Array(4_000 * (limits.clipMs / 1_000) + 4_000), 1, 4_000)), /lasts 601 s; a clip may last 600 s/);
  assert.match(await faultOf(encodeWav(new Int16Array(10), 1, 100)), /sample rate of 100 Hz/);
});
