import assert from "node:assert/strict";
import { test } from "node:test";
import { backedOffUs, RoundTrip } from "./round-trip.ts";

const MS = 1_000;
/** Segment after segment answered: with each sample another round trip. */
function measured(...roundTripsMs: readonly number[]) {
  const roundTrip = new RoundTrip();
  for (const [index, ms] of roundTripsMs.entries()) roundTrip.sample(ms * MS, { firstNumber: 2 * index, nextNumber: 2 * index + 1 });
  return roundTrip;
}

test("before the first answer it waits a second, and on a steady line 200 ms beyond the mean", () => {
  assert.equal(new RoundTrip().timeoutUs, 1_000 * MS);
  assert.equal(measured(60).timeoutUs, 260 * MS);
  assert.equal(measured(300).timeoutUs, 900 * MS);
  assert.equal(measured(60, 60, 60, 60).timeoutUs, 260 * MS);
});

test("one slow round trip makes it wait longer at once, and less again by a quarter a round trip", () => {
  const spike = [60, 60, 60, 1_060];
  const [mean, variation] = [60 + 1_000 / 8, 1_000 + 120 * 0.75 ** 3];
  const after = measured(...spike);
  assert.ok(Math.abs((after.meanUs ?? 0) - mean * MS) < 1);
  assert.ok(after.timeoutUs > (mean + 0.7 * variation) * MS && after.timeoutUs < (mean + 1.1 * variation) * MS, `${after.timeoutUs}`);
  const waits = [0, 1, 2, 3, 10, 40].map((more) => measured(...spike, ...Array.from({ length: more }, () => 60)).timeoutUs);
  for (const [index, us] of waits.slice(1).entries()) assert.ok(us < (waits[index] ?? 0), waits.join());
  assert.ok((waits.at(-1) ?? 0) < 265 * MS, waits.join());
});

test("a fast round trip is no reason to wait longer", () => {
  assert.ok(measured(500, 500, 500, 500, 500, 500, 10).timeoutUs <= measured(500, 500, 500, 500, 500, 500).timeoutUs);
});

test("time-outs double up to two minutes", () => {
  assert.deepEqual([backedOffUs(260 * MS, 3), backedOffUs(260 * MS, 30)], [2_080 * MS, 120_000 * MS]);
});
