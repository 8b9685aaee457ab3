import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stream } from "../core/random.ts";
import type { Arrivals } from "../scenario/load.ts";
import { arrivalInstantsUs, expectedCalls, stairEndsMs } from "./arrivals.ts";

const instants = (arrivals: Arrivals, { durationMs = 60_000, warmUpMs = 0, seed = 1 } = {}): readonly number[] =>
  arrivalInstantsUs({ arrivals, durationMs, warmUpMs, random: stream(seed, "arrivals") });

test("a constant rate is even, from the first instant to before the end", () => {
  assert.deepEqual(instants({ constant: { ratePerS: 2 } }, { durationMs: 2_000 }), [0, 500_000, 1_000_000, 1_500_000]);
});

const rates: Readonly<Record<string, Arrivals>> = {
  poisson: { poisson: { ratePerS: 40 } },
  ramp: { ramp: { fromPerS: 0, toPerS: 80, overMs: 40_000 } },
  "a ramp downwards": { ramp: { fromPerS: 80, toPerS: 1, overMs: 40_000 } },
  stairs: { stairs: { fromPerS: 10, stepPerS: 20, everyMs: 12_000, steps: 3 } },
  spike: { spike: { basePerS: 0, peakPerS: 100, atMs: 20_000, forMs: 15_000 } },
};

/** The rate that the words promise, at `ms`. */
function rateAt(arrivals: Arrivals, ms: number): number {
  if ("constant" in arrivals) return arrivals.constant.ratePerS;
  if ("poisson" in arrivals) return arrivals.poisson.ratePerS;
  if ("ramp" in arrivals) {
    const { fromPerS, toPerS, overMs } = arrivals.ramp;
    return ms >= overMs ? toPerS : fromPerS + ((toPerS - fromPerS) * ms) / overMs;
  }
  if ("stairs" in arrivals)
    return arrivals.stairs.fromPerS + arrivals.stairs.stepPerS * Math.min(arrivals.stairs.steps, Math.floor(ms / arrivals.stairs.everyMs));
  const { basePerS, peakPerS, atMs, forMs } = arrivals.spike;
  return ms >= atMs && ms < atMs + forMs ? peakPerS : basePerS;
}

for (const [name, arrivals] of Object.entries(rates)) {
  test(`${name}: as many calls come in every part of the time as the rate says`, () => {
    for (let fromMs = 0; fromMs < 60_000; fromMs += 6_000) {
      const expected = Array.from({ length: 6_000 }, (_, ms) => rateAt(arrivals, fromMs + ms + 0.5) / 1_000).reduce((sum, each) => sum + each, 0);
      const found = instants(arrivals).filter((us) => us >= fromMs * 1_000 && us < (fromMs + 6_000) * 1_000).length;
      assert.ok(Math.abs(found - expected) <= 4 * Math.sqrt(expected), `${found} calls from ${fromMs} ms on, ${expected} expected`);
    }
    const whole = Array.from({ length: 60_000 }, (_, ms) => rateAt(arrivals, ms + 0.5) / 1_000).reduce((sum, each) => sum + each, 0);
    assert.ok(Math.abs(expectedCalls({ arrivals, durationMs: 60_000, warmUpMs: 0 }) - whole) < 0.01 * whole);
  });
}

test("a warm-up holds the first rate before all else, and moves the rest", () => {
  const spike: Arrivals = { spike: { basePerS: 5, peakPerS: 100, atMs: 1_000, forMs: 1_000 } };
  const found = instants(spike, { warmUpMs: 10_000, durationMs: 3_000 });
  assert.ok(found.filter((us) => us < 11_000_000).length < 90);
  assert.ok(found.filter((us) => us >= 11_000_000 && us < 12_000_000).length > 60);
});

test("whatever the rates, instants are in order, in time, and the same for a seed", () => {
  const rate = fc.double({ min: 0.1, max: 50, noNaN: true });
  const any = fc.oneof(
    fc.record({ ramp: fc.record({ fromPerS: rate, toPerS: rate, overMs: fc.integer({ min: 1_000, max: 20_000 }) }) }),
    fc.record({
      stairs: fc.record({ fromPerS: rate, stepPerS: rate, everyMs: fc.integer({ min: 1_000, max: 5_000 }), steps: fc.integer({ min: 1, max: 5 }) }),
    }),
  );
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 1_000 }), (arrivals, seed) => {
      const found = instants(arrivals, { durationMs: 15_000, seed });
      assert.deepEqual(found, instants(arrivals, { durationMs: 15_000, seed }));
      found.forEach((us, index) => assert.ok(us >= (found[index - 1] ?? 0) && us < 15_000_001));
    }),
    { numRuns: 50 },
  );
});

test("stairs have steps that end", () => {
  assert.deepEqual(stairEndsMs({ stairs: { fromPerS: 1, stepPerS: 1, everyMs: 5_000, steps: 2 } }), [5_000, 10_000]);
});
