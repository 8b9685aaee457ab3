import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlannedCall } from "../plan/plan.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { runGroup } from "./executor.ts";

const calls = Array.from({ length: 5 }, (_, order) => ({ order, cell: { settings: { caller: {} } } }) as PlannedCall);
const group = { calls, concurrency: 2, startOffsetsUs: [0, 500] };

/** Lets what was resolved go on, and the clock to the next deadline, until nothing moves any more. */
async function settle(clock: ReturnType<typeof createVirtualClock>): Promise<void> {
  for (let round = 0; round < 50; round++) {
    await Promise.resolve();
    if (round % 5 === 4) clock.advanceTo(clock.nowUs() + 500);
  }
}

test("the first calls start when the plan wants them, later ones when their lane is free, and no more at once than asked", async () => {
  const clock = createVirtualClock();
  const made: (readonly [number, number])[] = [];
  let running = 0;
  let most = 0;
  const ended = runGroup({
    clock,
    group,
    startUs: clock.nowUs(),
    stopped: new AbortController().signal,
    skip: () => assert.fail("nothing is skipped"),
    async makeCall(call, plannedUs) {
      made.push([call.order, plannedUs]);
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => void clock.at(clock.nowUs() + 1_000, resolve));
      running--;
      return true;
    },
  });
  await settle(clock);
  await ended;
  assert.deepEqual(made.slice(0, 2), [
    [0, 0],
    [1, 500],
  ]);
  assert.deepEqual(
    made.map(([order]) => order),
    [0, 1, 2, 3, 4],
  );
  assert.ok(made.slice(2).every(([, plannedUs]) => plannedUs >= 1_000));
  assert.equal(most, 2);
});

test("once stopped no call starts, and what was left over is skipped", async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const skipped: number[] = [];
  const ended = runGroup({
    clock,
    group,
    startUs: clock.nowUs(),
    stopped: stop.signal,
    skip: (call) => void skipped.push(call.order),
    async makeCall() {
      stop.abort();
      await Promise.resolve();
      return true;
    },
  });
  await settle(clock);
  await ended;
  assert.deepEqual(skipped, [1, 2, 3, 4]);
});
