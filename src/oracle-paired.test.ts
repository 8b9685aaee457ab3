// The oracle's paired cases: the same packets lost in the kernel's world and in the model's.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Segment } from "./faults/scoreboard.ts";
import { drawsOf, keyed } from "../tools/oracle/keyed-chance.ts";
import { modelDelaysUs } from "../tools/oracle/model.ts";
import { ownLosses } from "../tools/oracle/own-losses.ts";
import { readPacketLog } from "../tools/oracle/packet-log.ts";
import { createPairedPaths } from "../tools/oracle/paired-path.ts";
import { betweenRunsUs, differenceText } from "../tools/oracle/paired.ts";
import type { Heard } from "../tools/oracle/traffic.ts";

const segment = (number: number): Segment => ({
  number,
  sizeBytes: 1_350,
  isPushed: true,
  sentUs: 0,
  state: "flying",
  isResent: false,
  isOnItsWay: false,
  isReceived: false,
});

test("draws are SplitMix64's, as the emulator's are, and a key's order of words counts", () => {
  // Its first output from state 0, as published with it.
  assert.equal(drawsOf(0n)(), (Number(0xe220a8397b1dcdafn >> 11n) + 1) / 2 ** 53);
  assert.notEqual(keyed(1n, 2, 3), keyed(1n, 3, 2));
});

test("a packet's fate is what it says, whenever it is sent, and another one each time it is said", () => {
  const fates = (at: (index: number) => number): boolean[][] => {
    const { up } = createPairedPaths({ link: { delayMs: 10, lossPercent: 50 }, seed: 1, connection: 3 });
    return Array.from({ length: 60 }, (_, index) => {
      const one = segment(index);
      return [0, 1, 2].map((copy) => up.arrivesAtUs(at(index) + copy, 1_400, one) === Infinity);
    });
  };
  const seen = fates((index) => index * 20_000);
  assert.deepEqual(
    fates((index) => index * 33_000 + 7),
    seen,
  );
  const lost = seen.flat().filter(Boolean).length;
  assert.ok(lost > 60 && lost < 120, `${lost}`);
  assert.ok(seen.some(([first, second]) => first !== second));
});

test("bursts of loss come as often and last as long as they are asked to", () => {
  const { up } = createPairedPaths({ link: { delayMs: 10, bursts: { toBadPercent: 2.5, toGoodPercent: 50 } }, seed: 1, connection: 0 });
  const lost = Array.from({ length: 40_000 }, (_, index) => up.arrivesAtUs(index, 1_400, segment(index)) === Infinity);
  const share = lost.filter(Boolean).length / lost.length;
  const bursts = lost.filter((isLost, index) => isLost && !lost[index - 1]).length;
  assert.ok(Math.abs(share - 0.0476) < 0.006, `${share}`);
  assert.ok(Math.abs((share * lost.length) / bursts - 2) < 0.2, `${bursts}`);
});

test("the model sends what the kernel was given to send, at the same instants", () => {
  const log = readPacketLog("5000 up 0 4294967295 0 0 0 2 0\n105000 up 0 0 164 0 0 24 0\n155000 down 0 0 129 164 164 24 0\n160000 up 0 0 0 0 0 16 0\n");
  assert.deepEqual(
    log[0]?.map(({ way, sizeBytes }) => [way, sizeBytes]),
    [
      ["up", 164],
      ["down", 129],
    ],
  );
  const heard = Array.from({ length: 50 }, (_, index) => ({ n: index + 1, sentUs: 300_000 + index * 20_000, receivedUs: 0, counts: true }));
  const { up, down } = modelDelaysUs({ link: { delayMs: 50 }, seed: 1, connection: 0, heard: { up: heard, down: heard }, log: log[0] ?? [] });
  // The delay, and what writing and two machines take.
  for (const us of [...up, ...down]) assert.ok(us !== undefined && us >= 50_000 && us < 50_500, `${us}`);
  const lossy = modelDelaysUs({ link: { delayMs: 50, lossPercent: 5 }, seed: 1, connection: 0, heard: { up: heard, down: heard }, log: log[0] ?? [] });
  assert.ok(lossy.up.some((us) => us !== undefined && us > 100_000));
});

test("frames of two runs are held against each other by number, and those that do not count are left out", () => {
  const heard = (n: number, us: number, counts = true) => ({ n, sentUs: 0, receivedUs: us, counts });
  const first = { up: [[heard(1, 9, false), heard(2, 50_000), heard(3, 60_000)]], down: [[]] };
  const second = { up: [[heard(1, 1, false), heard(3, 65_000), heard(4, 1)]], down: [[]] };
  assert.deepEqual(betweenRunsUs(first, second), { up: [5_000], down: [] });
  assert.match(differenceText("up", [-20_000, 0, 5_000, 90_000]), /^up: 50\.0 % of 4 frames within 5 ms; p1 -20\.0, .*p99 90\.0 ms$/);
});

test("losses of the shaper's own draws make sessions stall as those of the oracle's draws do", () => {
  const sessions = 150;
  const longest = (samples: readonly (readonly number[])[]): number => samples.filter((values) => Math.max(...values) > 1_000_000).length;
  const network = "delay:30ms,jitter:5ms,burst-loss:2.5%/50%";
  const own = ownLosses({ network, frames: 1_500, sessions, limitSeconds: 50, seed: 1 });
  const link = { delayMs: 30, jitterMs: 5, bursts: { toBadPercent: 2.5, toGoodPercent: 50 } };
  const frames = (offsetUs: number): Heard[] => Array.from({ length: 1_500 }, (_, n) => ({ n, sentUs: n * 20_000 + offsetUs, receivedUs: 0, counts: true }));
  const heard = { up: frames(0), down: frames(7_000) };
  const paired = Array.from({ length: sessions }, (_, connection) => modelDelaysUs({ link, seed: 1, connection, heard, log: [] }).up.flatMap((us) => us ?? []));
  // About three of ten sessions each way: 45 of 150, and two samples of it differ by 3 sigma (24) once in 400 times.
  const [ours, theirs] = [longest(own["up"] ?? []), longest(paired)];
  assert.ok(Math.abs(ours - theirs) <= 24 && Math.min(ours, theirs) > 20, `${ours} and ${theirs}`);
});
