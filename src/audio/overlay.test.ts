import assert from "node:assert/strict";
import { test } from "node:test";
import { overlay } from "./overlay.ts";

const MS = 1_000;
const ones = (count: number): Int16Array => new Int16Array(count).fill(1);
const ramp = (count: number): Int16Array => Int16Array.from({ length: count }, (_, index) => index * 30);
/** A channel of ten samples a millisecond apart, which begins at 100 ms, with that piece on it. */
function channelWith(piece: { readonly samples: Int16Array; readonly sampleRateHz: number; readonly fromMs: number; readonly toMs?: number }): number[] {
  const samples = new Int16Array(10);
  const { fromMs, toMs = Infinity, ...sound } = piece;
  overlay({ samples, sampleRateHz: 1_000, fromUs: 100 * MS }, { ...sound, fromUs: fromMs * MS, toUs: toMs * MS });
  return [...samples];
}

test("a piece lies at its instant, to the nearest sample, and what reaches beyond the channel is left out", () => {
  assert.deepEqual(channelWith({ samples: ones(3), sampleRateHz: 1_000, fromMs: 102.4 }), [0, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
  assert.deepEqual(channelWith({ samples: ones(3), sampleRateHz: 1_000, fromMs: 98 }), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(channelWith({ samples: ones(3), sampleRateHz: 1_000, fromMs: 108 }), [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  assert.deepEqual(channelWith({ samples: ones(3), sampleRateHz: 1_000, fromMs: 50 }), Array(10).fill(0));
});

test("what the player threw away is not heard", () => {
  assert.deepEqual(channelWith({ samples: ones(8), sampleRateHz: 1_000, fromMs: 101, toMs: 103 }), [0, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(channelWith({ samples: ones(8), sampleRateHz: 1_000, fromMs: 101, toMs: 101 }), Array(10).fill(0));
});

test("another rate keeps its place and its length", () => {
  assert.deepEqual(channelWith({ samples: ramp(4), sampleRateHz: 500, fromMs: 101 }), [0, 0, 15, 30, 45, 60, 75, 90, 90, 0]);
  assert.deepEqual(channelWith({ samples: ramp(6), sampleRateHz: 3_000, fromMs: 101 }), [0, 0, 90, 0, 0, 0, 0, 0, 0, 0]);
});
