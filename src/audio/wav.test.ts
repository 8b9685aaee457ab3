import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { decodeWav, encodeWav } from "./wav.ts";

interface Shape {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits: number;
  readonly block?: number;
  readonly data: Uint8Array;
  readonly riffBytes?: number;
  readonly dataBytes?: number;
  readonly extensible?: boolean;
  readonly before?: Uint8Array;
}

function wav({ tag = 1, channels = 1, rate = 16_000, bits, data, extensible = false, before = new Uint8Array(), ...rest }: Shape): Buffer {
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt16LE(rest.block ?? (channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) format.writeUInt16LE(tag, 24);
  const body = Buffer.concat([Buffer.from("WAVE"), before, chunk("fmt ", format), chunk("data", data, rest.dataBytes)]);
  return chunk("RIFF", body, rest.riffBytes);
}

function chunk(id: string, body: Uint8Array, declaredBytes = body.length): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(declaredBytes >>> 0);
  return Buffer.concat([Buffer.from(id), size, body]);
}

const samplesOf = (bytes: Uint8Array): number[][] => {
  const result = decodeWav(bytes, "x.wav");
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.issues));
  return result.value.channels.map((channel) => [...channel]);
};
const faultOf = (bytes: Uint8Array): string => {
  const result = decodeWav(bytes, "x.wav");
  assert.ok(!result.ok, "should have been refused");
  return result.issues.map((issue) => issue.message).join(" | ");
};
const doubles = (...values: readonly number[]): Uint8Array => new Uint8Array(new Float64Array(values).buffer);
const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(new Float32Array(values).buffer);
const half16 = new Uint8Array(new Int16Array([-32_768, 16_384, 0]).buffer);

test("every sample format comes out on the same scale", () => {
  const cases: readonly (readonly [Shape, number[]])[] = [
    [{ bits: 8, data: Uint8Array.of(0, 192, 128) }, [-1, 0.5, 0]],
    [{ bits: 16, data: half16 }, [-1, 0.5, 0]],
    [{ bits: 24, data: Uint8Array.of(0, 0, 0x80, 0, 0, 0x40, 0, 0, 0) }, [-1, 0.5, 0]],
    [{ bits: 32, data: new Uint8Array(new Int32Array([-(2 ** 31), 2 ** 30, 0]).buffer) }, [-1, 0.5, 0]],
    [{ bits: 32, tag: 3, data: floats(-1, 0.5, 0) }, [-1, 0.5, 0]],
    [{ bits: 64, tag: 3, data: doubles(-1, 0.5, 0) }, [-1, 0.5, 0]],
    [{ bits: 16, extensible: true, data: half16 }, [-1, 0.5, 0]],
    [{ bits: 32, tag: 3, extensible: true, data: floats(-1, 0.5, 0) }, [-1, 0.5, 0]],
  ];
  for (const [shape, expected] of cases) assert.deepEqual(samplesOf(wav(shape)), [expected], JSON.stringify(shape));
});

test("channels are taken apart and the rate is the header's", () => {
  const result = decodeWav(wav({ bits: 8, channels: 2, rate: 44_101, data: Uint8Array.of(0, 128, 192, 64) }), "x.wav");
  assert.ok(result.ok);
  assert.equal(result.value.sampleRateHz, 44_101);
  assert.deepEqual(
    result.value.channels.map((channel) => [...channel]),
    [
      [-1, 0.5],
      [0, -0.5],
    ],
  );
});

test("an odd chunk before the samples is followed by its padding byte", () => {
  const odd = Buffer.concat([chunk("LIST", Buffer.from("abc")), Buffer.alloc(1)]);
  assert.deepEqual(samplesOf(wav({ bits: 16, data: half16, before: odd })), [[-1, 0.5, 0]]);
});

test("a recording written to a pipe has no length and is read to its end, without a half block", () => {
  for (const dataBytes of [0xffff_ffff, 0x7fff_f000]) assert.deepEqual(samplesOf(wav({ bits: 16, data: half16, dataBytes })), [[-1, 0.5, 0]]);
  assert.deepEqual(samplesOf(wav({ bits: 16, data: half16, dataBytes: 0, riffBytes: 0 })), [[-1, 0.5, 0]]);
  assert.deepEqual(samplesOf(wav({ bits: 16, data: half16.subarray(0, 5), dataBytes: 0xffff_ffff })), [[-1, 0.5]]);
});

test("every fault is named with the byte it is at", () => {
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.from("RIFF"), /4 bytes long/],
    [Buffer.from("OggSxxxxWAVEfmt "), /bytes 0 and 8/],
    [chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), chunk("data", half16)])), /no "fmt " chunk.*"data"/],
    [chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), chunk("fmt ", Buffer.alloc(4))])), /at byte 20 has 4 bytes.*|.*no "data" chunk/],
    [wav({ bits: 16, data: half16, dataBytes: 60 }), /cut off.*byte 44 should have 60 bytes and has 6/],
    [wav({ bits: 16, data: half16, block: 3 }), /3 bytes a block at byte 32/],
    [wav({ bits: 16, data: half16.subarray(0, 5) }), /5 bytes, which is no whole number of blocks of 2/],
    [wav({ bits: 12, data: half16, block: 2 }), /12 bits a sample at byte 34/],
    [wav({ bits: 8, tag: 7, data: half16 }), /G.711 mu-law/],
    [wav({ bits: 16, channels: 0, rate: 0, data: half16 }), /no channels at byte 22.*0 Hz at byte 24/],
    [wav({ bits: 16, data: new Uint8Array() }), /holds no samples/],
    [wav({ bits: 32, tag: 3, data: floats(0, Number.NaN) }), /sample 1 at byte 48 is not a finite number/],
  ];
  for (const [bytes, expected] of cases) assert.match(faultOf(bytes), expected);
});

test("no bytes make the decoder throw, and what it accepts has equal channels of finite samples", () => {
  const valid = wav({ bits: 24, channels: 2, extensible: true, data: new Uint8Array(60) });
  const mutation = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(mutation, fc.nat(valid.length), (changes, length) => {
      const bytes = Buffer.from(valid);
      for (const [at, byte] of changes) bytes[at] = byte;
      const result = decodeWav(bytes.subarray(0, length), "x.wav");
      if (!result.ok) return result.issues.length > 0;
      const { channels } = result.value;
      return channels.length > 0 && channels.every((channel) => channel.length === channels[0]?.length && channel.every(Number.isFinite));
    }),
    { numRuns: 500 },
  );
});

test("what is encoded is decoded to the same samples", () => {
  assert.deepEqual(samplesOf(encodeWav(Int16Array.of(-32_768, 32_767, 0, 1), 2, 8_000)), [
    [-1, 0],
    [32_767 / 32_768, 1 / 32_768],
  ]);
});
