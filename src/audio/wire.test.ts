import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { speechLike } from "../testing/speech-like.ts";
import { audibleLevel, audibleRuns, firstAudibleSample, gapMs } from "./energy.ts";
import type { AudioFormat } from "./format.ts";
import { formats } from "./format.ts";
import { bytesToInt16, floatToPcm16, mixToMono, pcm16ToFloat, toInt16 } from "./pcm.ts";
import { fromWire, toWire } from "./wire.ts";

const all = Object.keys(formats) as AudioFormat[];

test("samples are rounded, clipped, and read back on the same scale", () => {
  assert.deepEqual([...toInt16(Float32Array.of(-2, -1, 0, 0.5, 1, 1.5 / 32_768))], [-32_768, -32_768, 0, 16_384, 32_767, 2]);
  assert.deepEqual([...pcm16ToFloat(floatToPcm16(Float32Array.of(-1, 0.25)))], [-1, 0.25]);
});

test("bytes at an odd address are read like aligned ones", () => {
  const bytes = Buffer.from([0xee, 0x34, 0x12, 0xff, 0x7f, 0x01]).subarray(1);
  const odd = new Uint8Array(new ArrayBuffer(8), 1, 5);
  odd.set(bytes);
  assert.deepEqual([...bytesToInt16(odd)], [0x1234, 0x7fff]);
});

test("mono is the mean of the channels", () => {
  assert.deepEqual([...mixToMono({ sampleRateHz: 8_000, channels: [Float32Array.of(1, 0), Float32Array.of(0, -0.5)] })], [0.5, -0.25]);
});

test("a recording of any rate has its length and its first sound in place in every format", async () => {
  for (const sampleRateHz of [8_000, 16_000, 24_000, 44_100]) {
    const mono = speechLike({ sampleRateHz, lengthMs: 600, spans: [[250, 400]] });
    for (const format of all) {
      const wire = await toWire({ sampleRateHz, channels: [mono, mono] }, format);
      assert.equal(wire.length, 600 * formats[format].bytesPerMs, `${sampleRateHz} ${format}`);
      const firstMs = (firstAudibleSample(wire, format) / formats[format].sampleRateHz) * 1_000;
      // The filter rings for some samples before a sound that starts at full amplitude.
      assert.ok(firstMs <= 250.1 && firstMs > 245, `${sampleRateHz} ${format}: first sound at ${firstMs} ms`);
      assert.equal(fromWire(wire, format).length, 600 * (formats[format].sampleRateHz / 1_000));
    }
  }
});

test("what comes back from the wire is what was sent, to the format's resolution", async () => {
  const mono = speechLike({ sampleRateHz: 8_000, lengthMs: 100, spans: [[0, 100]] });
  for (const [format, worst] of [
    ["pcmu", 0.02],
    ["pcma", 0.02],
  ] as const) {
    const back = fromWire(await toWire({ sampleRateHz: 8_000, channels: [mono] }, format), format);
    mono.forEach((sample, index) => assert.ok(Math.abs((back[index] as number) / 32_768 - sample) < worst));
  }
});

test("the first audible sample is the first that reaches the level, of either sign, and -1 in silence", () => {
  const level = Math.ceil(audibleLevel * 32_768);
  for (const [samples, expected] of [
    [[0, level - 1, 1 - level], -1],
    [[0, 0, level], 2],
    [[0, -level, level], 1],
    [[], -1],
    [[-32_768], 0],
  ] as const) {
    assert.equal(firstAudibleSample(floatToPcm16(Float32Array.from(samples, (sample) => sample / 32_768)), "pcm24k"), expected, String(samples));
  }
  for (const format of all) {
    const { silenceByte } = formats[format];
    assert.equal(firstAudibleSample(Buffer.alloc(100, silenceByte), format), -1);
  }
  for (const [format, loud] of [
    ["pcmu", 0x00],
    ["pcmu", 0x80],
    ["pcma", 0x2a],
    ["pcma", 0xaa],
  ] as const) {
    assert.equal(firstAudibleSample(Buffer.from([formats[format].silenceByte, loud]), format), 1);
  }
});

test("where wire audio is heard is what looking at every sample finds", () => {
  const gap = gapMs * 24;
  const plainly = (samples: readonly number[]): number[] => {
    const heard = samples.flatMap((sample, index) => (Math.abs(sample) >= audibleLevel ? [index] : []));
    return heard.flatMap((index, place) => {
      const before = heard[place - 1];
      const after = heard[place + 1];
      const isFirst = before === undefined || index - before > gap;
      const isLast = after === undefined || after - index > gap;
      return [...(isFirst ? [index] : []), ...(isLast ? [index + 1] : [])];
    });
  };
  const stretch = fc.record({ length: fc.integer({ min: 0, max: 600 }), level: fc.constantFrom(0, 0, 0.001, 0.3, -0.3) });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 8 }), (stretches) => {
      const samples = stretches.flatMap(({ length, level }) => Array.from({ length }, (_, index) => (index % 3 === 0 ? level : 0)));
      assert.deepEqual(audibleRuns(floatToPcm16(Float32Array.from(samples)), "pcm24k"), plainly(samples));
    }),
  );
  const silent = formats.pcmu.silenceByte;
  const tone = Buffer.from([...Array.from({ length: 100 }, () => silent), 0x00, ...Array.from({ length: 81 }, () => silent), 0x00, 0x80]);
  assert.deepEqual(audibleRuns(tone, "pcmu"), [100, 101, 182, 184]);
});
