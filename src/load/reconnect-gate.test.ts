// The bound on how many callers connect again in a second, of one thread and of several.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createReconnectGate } from "./reconnect-gate.ts";

const passed = (gates: readonly ReturnType<typeof createReconnectGate>[], each: number, perS: number): readonly number[] =>
  gates.flatMap((gate) => Array.from({ length: each }, () => gate.next(1_000_000, perS))).toSorted((a, b) => a - b);

test("all who come at once pass one after another, no more of them in a second than are allowed", () => {
  const atUs = passed([createReconnectGate()], 100, 50);
  assert.equal(atUs[0], 1_000_000, "the first waits for nobody");
  assert.equal(atUs.filter((us) => us < 2_000_000).length, 50);
  assert.equal(atUs.at(-1), 1_000_000 + 99 * 20_000);
});

test("two threads share the number: together they let no more pass than one would", () => {
  const atUs = passed([createReconnectGate(2), createReconnectGate(2)], 50, 50);
  assert.equal(atUs.filter((us) => us < 2_000_000).length, 50);
  assert.equal(atUs.at(-1), 1_000_000 + 49 * 40_000);
});

test("what was not used is not saved up", () => {
  const gate = createReconnectGate();
  gate.next(0, 10);
  assert.deepEqual([gate.next(5_000_000, 10), gate.next(5_000_000, 10)], [5_000_000, 5_100_000]);
});
