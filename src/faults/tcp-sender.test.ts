// The simulated sender against what kernel TCP with Reno does, measured with a packet emulator between two namespaces.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { simulateTcp, type Written } from "../testing/simulated-tcp.ts";
import type { Direction } from "./impairment.ts";

const FRAME_BYTES = 1_350;
const FRAME_US = 20_000;

/** 20 ms frames of PCM both ways, the answers seven milliseconds behind. */
function talk(frames: number): Written[] {
  return Array.from({ length: frames }, (_, index) => index * FRAME_US + 1_000_000).flatMap((atUs): Written[] => [
    { atUs, sizeBytes: FRAME_BYTES, direction: "up" },
    { atUs: atUs + 7_000, sizeBytes: FRAME_BYTES, direction: "down" },
  ]);
}

const burst = (atMs: number): Written => ({ atUs: atMs * 1_000, sizeBytes: 135_000, direction: "up" });

function delaysMs(network: string, seed: number, writes: readonly Written[], direction: Direction = "up"): number[] {
  const arrivedUs = simulateTcp(network, seed, writes);
  return writes.flatMap((write, index) => (write.direction === direction ? [((arrivedUs[index] as number) - write.atUs) / 1_000] : []));
}

/** Of several sessions together. */
function quantilesMs(network: string, { sessions, frames, direction }: { readonly sessions: number; readonly frames: number; readonly direction: Direction }) {
  const sorted = Array.from({ length: sessions }, (_, seed) => delaysMs(network, seed, talk(frames), direction))
    .flat()
    .toSorted((a, b) => a - b);
  const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] as number;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

test("a burst starts slowly on a cold connection and after a pause, and not on a warm one", () => {
  // Ten segments, then twice as many each round trip: 94 take four flights. Reno measured: 351, 53 and 351 ms.
  assert.deepEqual(delaysMs("delay:50ms", 1, [burst(1_000), burst(1_420), burst(4_820)]), [350, 50, 350]);
});

test("half the window is left after a pause of little more than a time-out", () => {
  // Reno measured: 152 ms.
  assert.deepEqual(delaysMs("delay:50ms", 1, [burst(1_000), burst(1_000 + 300 + 350)]), [350, 150]);
});

test("voice over a link with delay alone is delayed by just that", () => {
  assert.ok(delaysMs("delay:50ms", 1, talk(500)).every((ms) => ms === 50));
});

test("a rate below what is offered drains at the rate, headers included", () => {
  // 1,350 and 52 bytes take 16.02 ms of 700 kbit/s.
  const { p50, max } = quantilesMs("delay:20ms,rate:700kbit", { sessions: 1, frames: 500, direction: "up" });
  assert.ok(p50 > 36 && p50 < 36.1, `${p50}`);
  assert.ok(max < 40, `${max}`);
});

test("a long transfer goes at the rate of the link, although TCP must find that out by filling its queue", () => {
  for (const kbit of [64, 700, 5_000]) {
    // Full segments: 1,500 bytes with their headers.
    const segments = Math.round((kbit * 1_000 * 13) / 8 / 1_500);
    const [tookMs = 0] = delaysMs(`delay:5ms,rate:${kbit}kbit`, 1, [{ atUs: 1_000_000, sizeBytes: segments * 1_448, direction: "up" }]);
    const kbitSeen = (segments * 1_500 * 8) / tookMs;
    assert.ok(kbitSeen <= kbit && kbitSeen > kbit * 0.95, `${kbit}: ${kbitSeen}`);
  }
});

test("random loss shows as stalls of a round trip and more, as Reno measured", () => {
  for (const direction of ["up", "down"] as const) {
    const { p50, p95, p99, max } = quantilesMs("delay:50ms,loss:2%", { sessions: 16, frames: 1_200, direction });
    assert.ok(p50 === 50, `p50 ${p50}`);
    assert.ok(p95 > 150 && p95 < 360, `p95 ${p95}`);
    assert.ok(p99 > 250 && p99 < 660, `p99 ${p99}`);
    assert.ok(max < 2_000, `max ${max}`);
  }
});

test("loss in runs stalls far longer than the same loss at random", () => {
  const conditions = { sessions: 24, frames: 1_500, direction: "up" } as const;
  const runs = quantilesMs("delay:30ms,jitter:5ms,burst-loss:2.5%/50%", conditions);
  const random = quantilesMs("delay:30ms,jitter:5ms,loss:2%", conditions);
  assert.ok(runs.p50 > 30 && runs.p50 < 36, `p50 ${runs.p50}`);
  assert.ok(runs.p99 > 700 && runs.p99 < 9_500, `p99 ${runs.p99}`);
  assert.ok(runs.p99 > 2 * random.p99, `${runs.p99} and ${random.p99}`);
});

test("a lone request that is lost comes a time-out later, and twice that when it is lost again", () => {
  const requests = Array.from({ length: 600 }, (_, index): Written => ({ atUs: 1_000_000 + index * 2_000_000, sizeBytes: 1_350, direction: "up" }));
  const stalls = delaysMs("delay:20ms,loss:5%", 1, requests).filter((ms) => ms > 20);
  assert.ok(stalls.length > 15 && stalls.length < 50, `${stalls.length}`);
  // The least time-out is 200 ms beyond the round trip, and the receiver may hold its answer back for 40.
  for (const ms of stalls) assert.ok(ms >= 259 && ms < 2_000, `${ms}`);
  assert.ok(stalls.filter((ms) => ms < 320).length > stalls.length * 0.8);
});

test("after an outage the first byte comes with the next time TCP tries, not at its end", () => {
  const frames = talk(700);
  const arrivedUs = simulateTcp("delay:50ms,blackhole@5s+3s", 1, frames);
  const firstUs = Math.min(...arrivedUs.filter((us, index) => frames[index]?.direction === "up" && us > 5_060_000));
  assert.ok(firstUs > 8_050_000 + 300_000 && firstUs < 11_100_000, `${firstUs}`);
  const lastMs = ((arrivedUs.at(-2) as number) - (frames.at(-2) as Written).atUs) / 1_000;
  assert.equal(lastMs, 50);
});

test("whatever is lost, all bytes arrive, in order, no earlier than the delay, and the same for the same seed", () => {
  const networks = fc.constantFrom(
    "delay:20ms,loss:10%",
    "loss:20%",
    "delay-up:30ms,loss-down:20%",
    "delay:30ms,jitter:30ms/pareto,burst-loss:5%/60%",
    "delay:10ms,rate:100kbit,loss:3%,blackhole@1s+2s",
    "rate-up:64kbit,delay-down:200ms",
  );
  const writes = fc.array(
    fc.record({ atUs: fc.nat(4_000_000), sizeBytes: fc.integer({ min: 1, max: 60_000 }), direction: fc.constantFrom<Direction>("up", "down") }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(networks, writes, fc.nat(1_000), (network, unsorted, seed) => {
      const sorted = unsorted.toSorted((a, b) => a.atUs - b.atUs);
      const arrivedUs = simulateTcp(network, seed, sorted);
      for (const direction of ["up", "down"] as const) {
        const own = arrivedUs.filter((_, index) => sorted[index]?.direction === direction);
        assert.deepEqual(
          own,
          own.toSorted((a, b) => a - b),
        );
      }
      for (const [index, us] of arrivedUs.entries()) assert.ok(us >= (sorted[index] as Written).atUs);
      assert.deepEqual(simulateTcp(network, seed, sorted), arrivedUs);
    }),
    { numRuns: 40 },
  );
});
