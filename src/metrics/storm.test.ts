import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { neverBack, recoveryRow } from "../testing/recovery-rows.ts";
import { peakPerSecond, stormsOf } from "./storm.ts";

/** Twenty callers, all dropped at second ten, back one every 100 ms. */
const dropped = Array.from({ length: 20 }, (_, session) =>
  recoveryRow({
    session,
    detectedUs: 10_000_000,
    dialledUs: 10_500_000 + session * 100_000,
    sessionUs: 10_550_000 + session * 100_000,
    firstAudibleUs: 11_000_000 + session * 100_000,
    turn: 0,
  }),
);

test("all callers dropped at once are one storm: how hard they knock, and when 95 % and all may speak and hear again", () => {
  assert.deepEqual(stormsOf(dropped, 20), [
    {
      startedUs: 10_000_000,
      callers: 20,
      recovered: 20,
      peakConnectsPerS: 10,
      ready95: { value: 2_350 },
      readyAll: { value: 2_450 },
      heard95: { value: 2_800 },
      heardAll: { value: 2_900 },
    },
  ]);
});

test("where one never came back, all is longer than what was waited", () => {
  const [storm] = stormsOf([...dropped.slice(1), neverBack({ cause: "reset", session: 0 })], 20);
  assert.equal(storm?.recovered, 19);
  assert.deepEqual(storm?.ready95, { value: 2_450 });
  assert.deepEqual(storm?.readyAll, { above: 12_100 });
  assert.deepEqual(storm?.heardAll, { above: 12_100 });
});

test("a caller who was silent when it broke need not hear anything to be back", () => {
  const { firstAudibleUs: _, turn: _t, ...quiet } = dropped[0] ?? recoveryRow();
  assert.deepEqual(stormsOf([quiet, ...dropped.slice(1)], 20)[0]?.heardAll, { value: 2_900 });
});

test("two callers, a small share of many, and replacements on purpose are no storm", () => {
  assert.deepEqual(stormsOf(dropped.slice(0, 2), 2), []);
  assert.deepEqual(stormsOf(dropped, 200), []);
  assert.deepEqual(
    stormsOf(
      dropped.map((row) => ({ ...row, cause: "rollover", planned: true })),
      20,
    ),
    [],
  );
});

test("what was quiet for long before it was closed broke when it was closed; what went silent broke at its last sign of life", () => {
  const closed = dropped.map((row, index) => ({ ...row, cause: "closed" as const, lostUs: 10_000_000 - index * 2_000_000 }));
  assert.equal(stormsOf(closed, 20)[0]?.callers, 20);
  const silent = dropped.map((row, index) => ({ ...row, cause: "half_open" as const, detectedUs: 20_000_000 + index * 2_000_000 }));
  assert.equal(stormsOf(silent, 20)[0]?.callers, 20);
});

test("two waves are two storms", () => {
  const later = dropped.map((row) => ({ ...row, n: 1, lostUs: row.lostUs + 60e6, detectedUs: row.detectedUs + 60e6 }));
  assert.deepEqual(
    stormsOf([...later, ...dropped], 20).map(({ startedUs }) => startedUs),
    [10_000_000, 70_000_000],
  );
});

test("the peak is what a plain count of every second that begins with an instant finds", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5_000_000 }), { maxLength: 60 }), (instants) => {
      const counts = instants.map((fromUs) => instants.filter((atUs) => atUs >= fromUs && atUs < fromUs + 1_000_000).length);
      assert.equal(peakPerSecond(instants), Math.max(0, ...counts));
    }),
  );
});
