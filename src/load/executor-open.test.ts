import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallGroup, PlannedCall } from "../plan/plan.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { runGroup, type Execution } from "./executor.ts";

async function settle(clock: ReturnType<typeof createVirtualClock>, rounds = 200): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await Promise.resolve();
    if (round % 5 === 4) clock.advanceTo(clock.nowUs() + 500);
  }
}

const callOf = (order: number, repeat?: "call"): PlannedCall =>
  ({ order, call: 0, session: order, turns: [], cell: { settings: { caller: repeat ? { repeat } : {} } } }) as unknown as PlannedCall;

function execution(group: CallGroup, lengthUs: number, more: Partial<Execution> = {}) {
  const clock = createVirtualClock();
  const made: (readonly [number, number, number])[] = [];
  const skipped: (readonly [number, string | undefined])[] = [];
  const ended = runGroup({
    clock,
    group,
    startUs: 0,
    stopped: new AbortController().signal,
    skip: (call, reason) => void skipped.push([call.order, reason]),
    async makeCall(call, plannedUs) {
      made.push([call.order, call.call, plannedUs]);
      await new Promise<void>((resolve) => void clock.at(clock.nowUs() + lengthUs, resolve));
      return true;
    },
    ...more,
  });
  return { clock, made, skipped, ended };
}

test("an open load calls when the plan says, and one call too many at once is dropped with its reason", async () => {
  const calls = [0, 1, 2, 3, 4].map((order) => callOf(order));
  const { clock, made, skipped, ended } = execution({ calls, startOffsetsUs: [0, 1_000, 2_000, 3_000, 9_000], concurrency: 2, maxSessions: 2 }, 4_500);
  await settle(clock);
  await ended;
  assert.deepEqual(made, [
    [0, 0, 0],
    [1, 0, 1_000],
    [4, 0, 9_000],
  ]);
  const reason = "as many calls as maxSessions allows (2) were in progress";
  assert.deepEqual(skipped, [
    [2, reason],
    [3, reason],
  ]);
});

test("an open load that is stopped makes no call any more, and skips each that is left", async () => {
  const calls = [0, 1, 2].map((order) => callOf(order));
  const stop = new AbortController();
  const { clock, made, skipped, ended } = execution({ calls, startOffsetsUs: [0, 5_000, 6_000], concurrency: 3, maxSessions: 3 }, 100, {
    stopped: stop.signal,
  });
  await settle(clock, 10);
  stop.abort();
  await settle(clock);
  await ended;
  assert.equal(made.length, 1);
  assert.deepEqual(
    skipped.map(([order]) => order),
    [1, 2],
  );
});

test("whoever calls again does so when their call has ended, until the time is over", async () => {
  const calls = [callOf(0, "call"), { ...callOf(1, "call"), untilUs: 3_000 }];
  const { clock, made, skipped, ended } = execution({ calls, startOffsetsUs: [0, 500], concurrency: 2, windowEndUs: 6_000 }, 2_000);
  await settle(clock);
  await ended;
  assert.deepEqual(
    made.map(([order, call]) => `${order}/${call}`),
    ["0/0", "1/0", "0/1", "1/1", "0/2"],
  );
  assert.deepEqual(skipped, []);
});

test("whose session broke waits a second before they call again", async () => {
  let tries = 0;
  const { clock, ended } = execution({ calls: [callOf(0, "call")], startOffsetsUs: [0], concurrency: 1, windowEndUs: 2_500_000 }, 0, {
    makeCall() {
      tries++;
      return Promise.resolve(false);
    },
  });
  await settle(clock, 40_000);
  await ended;
  assert.equal(tries, 3);
});
