import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firesAtUs } from "./timer-wheel.ts";

const waits: readonly (readonly [waitMs: number, slotMs: number])[] = [
  [8, 4],
  [248, 4],
  [252, 32],
  [2_000, 32],
  [2_016, 256],
  [16_000, 256],
];

for (const [waitMs, slotMs] of waits)
  test(`a timer of ${waitMs} ms fires at the end of a slot of ${slotMs} ms, never early and at most a slot and a tick late`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (fromUs) => {
        const firesUs = firesAtUs(fromUs, waitMs * 1_000);
        assert.equal(firesUs % (slotMs * 1_000), 0);
        const lateUs = firesUs - fromUs - waitMs * 1_000;
        assert.ok(lateUs > 0 && lateUs <= slotMs * 1_000, `${lateUs}`);
      }),
    );
  });

test("what is due already fires with the next tick", () => assert.equal(firesAtUs(10_001, -5_000), 12_000));
