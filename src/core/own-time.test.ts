import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";
import { afterOwnTime, type Strike } from "./own-time.ts";

/** A clock whose thread stands still: what falls into `standStillUntil` fires only then. */
function createStallingClock(): Pick<Clock, "nowUs" | "at"> & { run(toUs: number): void; standStillUntil(us: number): void } {
  const deadlines = new Deadlines();
  let nowUs = 0;
  return {
    nowUs: () => nowUs,
    at: (deadlineUs, fire) => deadlines.add(deadlineUs, fire),
    run(toUs) {
      for (let nextUs = deadlines.nextUs(); nextUs !== undefined && nextUs <= toUs; nextUs = deadlines.nextUs()) {
        nowUs = Math.max(nowUs, nextUs);
        deadlines.fireDue(nowUs);
      }
      nowUs = toUs;
    },
    standStillUntil(us) {
      nowUs = us;
      deadlines.fireDue(us);
    },
  };
}

/** A limit of 10 s and what came of it, with the instants of what is done to the clock. */
function strikeAfter(act: (clock: ReturnType<typeof createStallingClock>) => void): { readonly atS: number; readonly found: Strike } | undefined {
  const clock = createStallingClock();
  let struck: { readonly atS: number; readonly found: Strike } | undefined;
  afterOwnTime(clock as unknown as Clock, 10e6, (found) => {
    struck = { atS: clock.nowUs() / 1e6, found };
  });
  act(clock);
  clock.run(100e6);
  return struck;
}

test("a thread that listens is struck at the limit, and that is the other side's", () => {
  assert.deepEqual(
    strikeAfter(() => undefined),
    { atS: 10, found: { isOurs: false } },
  );
});

test("what the thread stood still for is given to the other side on top", () => {
  const struck = strikeAfter((clock) => {
    clock.run(4.5e6);
    clock.standStillUntil(8.5e6);
  });
  // The fifth beat, from 4 s on, was swallowed and is listened once more.
  assert.deepEqual(struck, { atS: 14.5, found: { isOurs: false } });
});

test("a stall over the limit's own instant lets what came in meanwhile be read first", () => {
  const struck = strikeAfter((clock) => {
    clock.run(9.5e6);
    clock.standStillUntil(13e6);
  });
  assert.deepEqual(struck, { atS: 14, found: { isOurs: false } });
});

test("a thread that stood still for longer than the limit blames itself", () => {
  const once = strikeAfter((clock) => clock.standStillUntil(12e6));
  assert.deepEqual(once, { atS: 12, found: { isOurs: true } });
  const often = strikeAfter((clock) => {
    for (let index = 1; index <= 20; index++) clock.standStillUntil(index * 3e6);
  });
  assert.equal(often?.found.isOurs, true);
});

test("what is cancelled never strikes", () => {
  const clock = createStallingClock();
  const cancel = afterOwnTime(clock as unknown as Clock, 10e6, () => assert.fail("it struck"));
  clock.run(3.5e6);
  cancel();
  clock.run(100e6);
});
