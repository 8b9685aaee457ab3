import assert from "node:assert/strict";
import { test } from "node:test";
import { loadBetween, startMachineWatch, ticksOf } from "./machine-load.ts";

const stat = (line: string): string => `${line}\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 12\n`;

test("busy and stolen time are told apart, waiting for a disk is idle, and guests are not counted twice", () => {
  const before = ticksOf(stat("cpu  100 0 100 700 50 0 50 0 100 0"));
  const after = ticksOf(stat("cpu  140 0 120 1000 60 0 60 20 140 0"));
  assert.ok(before && after);
  // 400 ticks: user 40, system 20, idle 300, iowait 10, softirq 10, steal 20.
  const load = loadBetween(before, after);
  assert.ok(load && Math.abs(load.busyShare - 70 / 400) < 1e-9 && load.stolenShare === 20 / 400, JSON.stringify(load));
});

test("a file of another shape, or no time between two readings, is no load at all", () => {
  assert.equal(ticksOf("cpu0 1 2 3\n"), undefined);
  assert.equal(ticksOf("cpu  1 2 3\n"), undefined);
  const ticks = ticksOf(stat("cpu  1 1 1 1 1 1 1 1 1 1"));
  assert.ok(ticks);
  assert.equal(loadBetween(ticks, ticks), undefined);
});

test("this system's own account is read", { skip: process.platform === "linux" ? false : "only Linux has /proc/stat" }, () => {
  const watch = startMachineWatch();
  const until = process.hrtime.bigint() + 50_000_000n;
  while (process.hrtime.bigint() < until);
  const load = watch.stop();
  assert.ok(load && load.busyShare > 0 && load.busyShare <= 1 && load.stolenShare >= 0, JSON.stringify(load));
});
