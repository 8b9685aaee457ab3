import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlannedCall } from "../plan/plan.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createPool, POOL_SPREAD_US } from "./pool.ts";

const calls = Array.from({ length: 5 }, (_, order) => ({ order }) as PlannedCall);

function pool(size: number) {
  const clock = createVirtualClock();
  const dialled: number[] = [];
  const broken = new Set<number>();
  const hungUp: number[] = [];
  const made = createPool<number>({
    clock,
    calls,
    size,
    dial: ({ order }) => (dialled.push(order), order),
    isOpen: (held) => !broken.has(held),
    hangUp: (held) => void hungUp.push(held),
  });
  return { clock, dialled, broken, hungUp, made, take: (order: number) => made.take(calls[order] as PlannedCall) };
}

test("so many connections as its size are dialled ahead, one after the other, and one more for each that is taken", () => {
  const { clock, dialled, take } = pool(2);
  clock.advanceTo(POOL_SPREAD_US);
  assert.deepEqual(dialled, [0]);
  clock.advanceTo(POOL_SPREAD_US * 10);
  assert.deepEqual(dialled, [0, 1]);
  assert.equal(take(0), 0);
  clock.runAll();
  assert.deepEqual(dialled, [0, 1, 2]);
});

test("a call that comes before its connection is dialled, or whose connection broke, dials for itself", () => {
  const { clock, broken, dialled, take } = pool(2);
  assert.equal(take(0), undefined);
  clock.runAll();
  assert.deepEqual(dialled, [1, 2]);
  broken.add(1);
  assert.equal(take(1), undefined);
  assert.equal(take(2), 2);
});

test("what nobody wanted is hung up, and nothing more is dialled", () => {
  const { clock, dialled, hungUp, made } = pool(3);
  clock.advanceTo(POOL_SPREAD_US * 2);
  made.close();
  clock.runAll();
  assert.deepEqual(
    [dialled, hungUp],
    [
      [0, 1],
      [0, 1],
    ],
  );
});
