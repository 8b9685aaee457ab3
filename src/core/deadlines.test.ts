import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { Deadlines } from "./deadlines.ts";

test("deadlines fire in order of time, equal ones in the order they were added, and only when due", () => {
  const times = fc.array(fc.record({ dueUs: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }), { maxLength: 40 });
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 20 }), (entries, nowUs) => {
      const deadlines = new Deadlines();
      const fired: number[] = [];
      entries.forEach(({ dueUs, cancelled }, index) => {
        const cancel = deadlines.add(dueUs, () => fired.push(index));
        if (cancelled) cancel();
      });
      const kept = entries.map((entry, index) => ({ ...entry, index })).filter((entry) => !entry.cancelled);
      const due = kept.filter((entry) => entry.dueUs <= nowUs).toSorted((a, b) => a.dueUs - b.dueUs || a.index - b.index);
      assert.equal(deadlines.fireDue(nowUs), due.length);
      assert.deepEqual(
        fired,
        due.map((entry) => entry.index),
      );
      assert.equal(deadlines.size, kept.length - due.length);
    }),
  );
});

test("what a callback adds for now fires in the same round, and cancelling twice or too late does nothing", () => {
  const deadlines = new Deadlines();
  const fired: string[] = [];
  const cancel = deadlines.add(5, () => {
    fired.push("first");
    deadlines.add(5, () => fired.push("added"));
  });
  assert.equal(deadlines.nextUs(), 5);
  deadlines.fireDue(5);
  cancel();
  cancel();
  assert.deepEqual(fired, ["first", "added"]);
  assert.equal(deadlines.size, 0);
  assert.equal(deadlines.nextUs(), undefined);
});

test("whoever has had enough gets the rest next time, in the same order", () => {
  const deadlines = new Deadlines();
  const fired: number[] = [];
  for (const dueUs of [3, 1, 2]) deadlines.add(dueUs, () => fired.push(dueUs));
  assert.equal(
    deadlines.fireDue(5, () => fired.length === 2),
    2,
  );
  assert.deepEqual([fired, deadlines.nextUs()], [[1, 2], 3]);
  assert.equal(deadlines.fireDue(5), 1);
  assert.deepEqual(fired, [1, 2, 3]);
});

test("a virtual clock shows every callback its own instant and ends where it was sent", () => {
  const clock = createVirtualClock(100);
  const seen: number[] = [];
  clock.at(300, () => seen.push(clock.nowUs()));
  clock.at(200, () => clock.at(250, () => seen.push(clock.nowUs())));
  clock.advanceTo(260);
  assert.deepEqual([seen, clock.nowUs()], [[250], 260]);
  clock.runAll();
  assert.deepEqual([seen, clock.nowUs()], [[250, 300], 300]);
});

test("a repetition is due by its plan, makes up for what a stall missed in order with the rest, and stops when cancelled", () => {
  const deadlines = new Deadlines();
  const fired: string[] = [];
  const cancel = deadlines.repeat(10, 20, () => fired.push("beat"));
  deadlines.add(40, () => fired.push("once"));
  assert.equal(deadlines.fireDue(9), 0);
  assert.equal(deadlines.fireDue(55), 4);
  assert.deepEqual(fired, ["beat", "beat", "once", "beat"]);
  assert.deepEqual([deadlines.nextUs(), deadlines.size], [70, 1]);
  cancel();
  assert.deepEqual([deadlines.fireDue(1_000), deadlines.nextUs(), deadlines.size], [0, undefined, 0]);
  assert.throws(() => deadlines.repeat(0, 0, () => undefined), /period above 0/);
});

test("a repetition may cancel itself while it fires, and others beside it go on", () => {
  const deadlines = new Deadlines();
  let [own, other] = [0, 0];
  const cancel = deadlines.repeat(5, 10, () => (++own === 2 ? cancel() : undefined));
  deadlines.repeat(5, 10, () => void other++);
  deadlines.fireDue(45);
  assert.deepEqual([own, other, deadlines.size], [2, 5, 1]);
});
