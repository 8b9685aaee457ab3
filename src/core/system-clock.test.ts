import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { createSystemClock } from "./system-clock.ts";

for (const sharp of [false, true]) {
  const name = sharp ? "a sharp clock" : "a clock";

  test(`${name} fires in order and never early, whatever order deadlines were set in`, async () => {
    const clock = createSystemClock({ sharp });
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

  test(`${name} fires nothing that was cancelled, and goes on with what was not`, async () => {
    const clock = createSystemClock({ sharp });
    const startUs = clock.nowUs();
    let cancelledFired = false;
    const cancel = clock.at(startUs + 500, () => {
      cancelledFired = true;
    });
    cancel();
    await new Promise<void>((resolve) => void clock.at(startUs + 3_000, resolve));
    assert.equal(cancelledFired, false);
  });

  test(`${name} repeats until it is cancelled, wakes again after a rest, and lets a deadline in the past fire at once`, async () => {
    const clock = createSystemClock({ sharp });
    let beats = 0;
    await new Promise<void>((resolve) => {
      const cancel = clock.repeat(clock.nowUs(), 700, () => {
        if (++beats < 5) return;
        cancel();
        resolve();
      });
    });
    await new Promise<void>((resolve) => void clock.at(clock.nowUs() - 1_000, resolve));
    assert.equal(beats, 5);
  });
}

for (const sharp of [false, true]) {
  test(`a process whose last deadline was cancelled may end, ${sharp ? "a sharp clock's" : "a clock's"}`, () => {
    const program = `import { createSystemClock } from ${JSON.stringify(join(import.meta.dirname, "system-clock.ts"))};
      const clock = createSystemClock({ sharp: ${sharp} });
      clock.at(clock.nowUs() + 3_600_000_000, () => undefined)();`;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { timeout: 30_000, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });
}

test("what is due can be fired without waiting for the alarm", () => {
  const clock = createSystemClock();
  let fired = 0;
  clock.at(clock.nowUs() - 1, () => void fired++);
  const cancel = clock.at(clock.nowUs() + 60_000_000, () => void fired++);
  clock.fireDue();
  cancel();
  assert.equal(fired, 1);
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
