import assert from "node:assert/strict";
import { test } from "node:test";

import { stream } from "../core/random.ts";
import { speechLike } from "../testing/speech-like.ts";
import { audibleLevel } from "./energy.ts";
import type { SpeechSegment } from "./segments.ts";
import { findSegments } from "./segments.ts";

const spoken = (startMs: number, endMs: number): SpeechSegment => ({ startMs, endMs });

/** The same recording over white noise. */
function noisy(samples: Float32Array, deviation: number): Float32Array {
  const random = stream(1, "noise");
  return samples.map((sample) => sample + deviation * random.normal());
}

function assertNear(actual: readonly SpeechSegment[], expected: readonly SpeechSegment[], withinMs: number): void {
  assert.equal(actual.length, expected.length, JSON.stringify(actual));
  expected.forEach(({ startMs, endMs }, index) => {
    assert.ok(Math.abs((actual[index]?.startMs as number) - startMs) <= withinMs, JSON.stringify(actual));
    assert.ok(Math.abs((actual[index]?.endMs as number) - endMs) <= withinMs, JSON.stringify(actual));
  });
}

test("a segment goes from the first voiced sample to the last one, at any rate", () => {
  for (const sampleRateHz of [8_000, 16_000, 48_000]) {
    const samples = speechLike({
      sampleRateHz,
      lengthMs: 1_500,
      spans: [
        [100, 500],
        [900, 1_300],
      ],
    });
    assert.deepEqual(findSegments(samples, sampleRateHz), [spoken(100, 500), spoken(900, 1_300)]);
  }
});

test("short pauses are joined and short noises dropped", () => {
  const samples = speechLike({
    sampleRateHz: 8_000,
    lengthMs: 2_000,
    spans: [
      [100, 110],
      [400, 700],
      [880, 1_000],
      [1_201, 1_300],
    ],
  });
  assert.deepEqual(findSegments(samples, 8_000), [spoken(400, 1_000), spoken(1_201, 1_300)]);
});

test("a quiet recording is held to its own loudness, and a constant offset is no sound", () => {
  const samples = speechLike({ sampleRateHz: 8_000, lengthMs: 1_000, spans: [[200, 600]], amplitude: audibleLevel / 2 });
  assert.deepEqual(findSegments(samples, 8_000), [spoken(200, 600)]);
  const shifted = speechLike({ sampleRateHz: 8_000, lengthMs: 1_000, spans: [[200, 600]] }).map((sample) => sample + 0.05);
  assert.deepEqual(findSegments(shifted, 8_000), [spoken(200, 600)]);
});

test("speech is told from noise 25 dB below it", () => {
  const samples = noisy(
    speechLike({
      sampleRateHz: 8_000,
      lengthMs: 3_000,
      spans: [
        [500, 1_000],
        [1_800, 2_400],
      ],
    }),
    0.01,
  );
  assertNear(findSegments(samples, 8_000), [spoken(500, 1_000), spoken(1_800, 2_400)], 8);
});

test("silence, noise and a steady tone hold no speech", () => {
  assert.deepEqual(findSegments(new Float32Array(8_000), 8_000), []);
  assert.deepEqual(findSegments(new Float32Array(0), 8_000), []);
  assert.deepEqual(findSegments(noisy(new Float32Array(80_000), 0.1), 8_000), []);
  assert.deepEqual(
    findSegments(
      Float32Array.from({ length: 8_000 }, (_, index) => 0.3 * Math.sin(index)),
      8_000,
    ),
    [],
  );
});

test("a fixed level takes every sample that reaches it", () => {
  const samples = new Float32Array(8_000);
  samples.set([audibleLevel * 1.001, 0, audibleLevel * 1.001], 800);
  samples[7_999] = -audibleLevel * 0.99;
  assert.deepEqual(findSegments(samples, 8_000, { level: audibleLevel, minPieceMs: 0 }), [spoken(100, 100.25)]);
});
