import assert from "node:assert/strict";
import { test } from "node:test";

import { resample } from "./resample.ts";

const peakOf = (samples: Float32Array): number =>
  samples.reduce((best, sample, index) => (Math.abs(sample) > Math.abs(samples[best] as number) ? index : best), 0);

test("a click at one second stays at one second, whatever the rates", async () => {
  for (const [fromHz, toHz] of [
    [8_000, 24_000],
    [16_000, 24_000],
    [22_050, 16_000],
    [24_000, 8_000],
    [44_100, 24_000],
    [48_000, 24_000],
    [96_000, 8_000],
  ] as const) {
    const samples = new Float32Array(2 * fromHz);
    samples[fromHz] = 0.5;
    const result = await resample(samples, fromHz, toHz);
    assert.ok(Math.abs(peakOf(result) - toHz) <= 1, `${fromHz} to ${toHz}: at ${peakOf(result)}`);
    // Its energy lies evenly around that place: the delay is taken out whole, not to the next sample only.
    assert.ok(Math.abs((result[toHz - 1] as number) - (result[toHz + 1] as number)) < 1e-3, `${fromHz} to ${toHz} leans to one side`);
  }
});

test("the length is rounded to the nearest sample, and the last sound is not lost in the filter", async () => {
  for (const [length, fromHz, toHz, expected] of [
    [0, 8_000, 24_000, 0],
    [1, 24_000, 8_000, 0],
    [2, 24_000, 8_000, 1],
    [10_001, 44_100, 24_000, 5_443],
  ] as const) {
    assert.equal((await resample(new Float32Array(length), fromHz, toHz)).length, expected);
  }
  const tone = Float32Array.from({ length: 16_000 }, (_, index) => 0.5 * Math.sin((2 * Math.PI * 440 * index) / 16_000));
  const result = await resample(tone, 16_000, 24_000);
  const worst = result.reduce((most, sample, index) => {
    const isInside = index > 300 && index < result.length - 300;
    return isInside ? Math.max(most, Math.abs(sample - 0.5 * Math.sin((2 * Math.PI * 440 * index) / 24_000))) : most;
  }, 0);
  assert.ok(worst < 1e-3, `differs from the ideal tone by ${worst}`);
  assert.ok(Math.max(...result.subarray(-100).map(Math.abs)) > 0.4);
});

test("equal rates give the recording itself", async () => {
  const samples = Float32Array.of(0.1, 0.2);
  assert.equal(await resample(samples, 24_000, 24_000), samples);
});
