import assert from "node:assert/strict";
import { test } from "node:test";
import { createSystemClock } from "./system-clock.ts";

test("a clock fires in order and never early, whatever order deadlines were set in", async () => {
  const clock = createSystemClock();
  const startUs = clock.nowUs();
  const wanted = [9_000, 1_000, 5_100, 5_000, 0, 300].map((afterUs) => startUs + afterUs);
  const fired: number[] = [];
  const waits = wanted.map(
    (deadlineUs) =>
      new Promise<void>((resolve) => {
        clock.at(deadlineUs, () => {
          assert.ok(clock.nowUs() >= deadlineUs);
          fired.push(deadlineUs);
          resolve();
        });
      }),
  );
  await Promise.all(waits);
  assert.deepEqual(
    fired,
    wanted.toSorted((a, b) => a - b),
  );
});

test("a clock fires nothing that was cancelled, and goes on with what was not", async () => {
  const clock = createSystemClock();
  const startUs = clock.nowUs();
  let cancelledFired = false;
  const cancel = clock.at(startUs + 500, () => {
    cancelledFired = true;
  });
  cancel();
  await new Promise<void>((resolve) => void clock.at(startUs + 3_000, resolve));
  assert.equal(cancelledFired, false);
});

test("two clocks of one machine show the same time", () => {
  const [one, other] = [createSystemClock(), createSystemClock()];
  const beforeUs = one.nowUs();
  const betweenUs = other.nowUs();
  const afterUs = one.nowUs();
  assert.ok(beforeUs - 5 <= betweenUs && betweenUs <= afterUs + 5);
});

test("deadlines that fall together let sockets have their turn in between", async () => {
  const clock = createSystemClock();
  const dueUs = clock.nowUs() + 1_000;
  const order: string[] = [];
  const busyUntil = (atUs: number): void => {
    while (clock.nowUs() < atUs);
  };
  clock.at(dueUs, () => {
    setImmediate(() => order.push("socket"));
    busyUntil(clock.nowUs() + 5_000);
    order.push("first");
  });
  await new Promise<void>((resolve) => {
    clock.at(dueUs, () => order.push("second"));
    clock.at(dueUs, resolve);
  });
  assert.deepEqual(order, ["first", "socket", "second"]);
});
