import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import type { Direction } from "./impairment.ts";
import { clearPath, createPath } from "./path.ts";
import { parseNetwork } from "./profile.ts";

interface Conditions {
  readonly seed?: number;
  readonly direction?: Direction;
  readonly originUs?: number;
}

function arrivals(text: string, sentUs: readonly number[], { seed = 1, direction = "up", originUs = 0 }: Conditions = {}): number[] {
  const path = createPath({ network: orThrow(parseNetwork(text)), direction, random: stream(seed, direction), originUs }) ?? clearPath;
  return sentUs.map((us) => path.arrivesAtUs(us, 100));
}

test("without impairments bytes arrive when they are sent", () => {
  assert.deepEqual(arrivals("none", [5, 7]), [5, 7]);
});

test("latency delays each chunk from its own arrival, in its own direction", () => {
  assert.deepEqual(arrivals("delay:80ms", [0, 1, 20_000]), [80_000, 80_001, 100_000]);
  assert.deepEqual(arrivals("delay-up:80ms", [0]), [80_000]);
  assert.deepEqual(arrivals("delay-up:80ms", [0], { direction: "down" }), [0]);
});

test("jitter stays within its range, uses all of it, and is the same for the same seed", () => {
  const sentUs = Array.from({ length: 2_000 }, (_, index) => index * 100_000);
  const delaysUs = (seed: number): number[] => arrivals("delay:50ms,jitter:10ms", sentUs, { seed }).map((us, index) => us - (sentUs[index] as number));
  const first = delaysUs(7).toSorted((a, b) => a - b);
  assert.ok((first[0] as number) >= 40_000 && (first[0] as number) < 40_100);
  assert.ok((first.at(-1) as number) <= 60_000 && (first.at(-1) as number) > 59_900);
  assert.ok(Math.abs((first[1_000] as number) - 50_000) < 1_000);
  assert.deepEqual(delaysUs(7), delaysUs(7));
  assert.notDeepEqual(delaysUs(7), delaysUs(8));
});

test("what is sent into a black hole is lost, and what was in flight arrives", () => {
  const sentUs = [999_999, 1_000_000, 1_500_000, 2_000_000];
  assert.deepEqual(arrivals("blackhole@1s+1s,delay:80ms", sentUs), [1_079_999, Infinity, Infinity, 2_080_000]);
  assert.deepEqual(arrivals("blackhole@1s+1s", [11_000_000], { originUs: 10_000_000 }), [Infinity]);
  assert.deepEqual(arrivals("blackhole@1s+1s,blackhole@2s+1s", [2_500_000, 3_000_000]), [Infinity, 3_000_000]);
  assert.deepEqual(arrivals("blackhole@1s,delay:80ms", [0, 1_000_000]), [80_000, Infinity]);
});

test("order is kept under any network", () => {
  const sends = fc.array(fc.nat(3_000_000), { minLength: 2, maxLength: 50 }).map((us) => us.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(fc.constantFrom("delay:50ms,jitter:50ms", "delay:9ms,jitter:9ms,blackhole@1s+1s", "none"), sends, fc.nat(), (text, sentUs, seed) => {
      const arrivedUs = arrivals(text, sentUs, { seed }).filter((us) => us !== Infinity);
      assert.deepEqual(
        arrivedUs,
        arrivedUs.toSorted((a, b) => a - b),
      );
    }),
  );
});
