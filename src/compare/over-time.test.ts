import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { numberOf } from "./bootstrap.ts";
import type { SessionSamples } from "./comparable-run.ts";
import { overTime } from "./over-time.ts";

/** A caller every 2 s who says four things in 8 s; `slower` ms are added to what falls between the two instants. */
function arm(name: string, slowerMs = 0, [fromS, toS]: readonly [number, number] = [0, Infinity]): SessionSamples[] {
  const random = stream(1, "over time", name);
  return Array.from({ length: 60 }, (_, session) => {
    const atS = [0, 1, 2, 3].map((turn) => session * 2 + turn * 2);
    return { session, atS, samples: atS.map((at) => ({ value: 1_000 + 30 * random.normal() + (at >= fromS && at < toS ? slowerMs : 0), censored: false })) };
  });
}

const course = (candidate: readonly SessionSamples[], baseline = arm("a")) => overTime({ metric: "voice_to_voice", baseline, candidate, seed: 1 });

test("a bad half minute shows in its own slices, and in no other", () => {
  const slices = course(arm("b", 400, [40, 70]));
  assert.equal(slices.length, 12);
  const inside = slices.filter(({ fromS, toS }) => fromS >= 40 && toS <= 70);
  const outside = slices.filter(({ fromS, toS }) => toS <= 40 || fromS >= 70);
  assert.ok(inside.length >= 2 && outside.length >= 7);
  for (const { difference, change = 0 } of inside) assert.ok(numberOf(difference.low) > 300 && change > 350 && change < 450);
  for (const { difference } of outside) assert.ok(numberOf(difference.high) < 100 && numberOf(difference.low) > -100);
});

test("every turn is in one slice, and the slices are of one size", () => {
  const slices = course(arm("b"));
  assert.equal(
    slices.reduce((sum, { baselineTurns, candidateTurns }) => sum + baselineTurns + candidateTurns, 0),
    480,
  );
  for (const { baselineTurns } of slices) assert.ok(baselineTurns >= 12 && baselineTurns <= 28, `${baselineTurns}`);
});

test("a median among turns without an answer is unknown, not a number", () => {
  const lost = arm("b").map((session) => ({ ...session, samples: session.samples.map((sample) => ({ ...sample, censored: true })) }));
  for (const slice of course(lost)) assert.deepEqual([slice.change, slice.difference.high], [undefined, "above everything"]);
});

test("without times, or with few turns, there is no course", () => {
  const timeless = arm("b").map(({ session, samples }) => ({ session, samples }));
  assert.deepEqual(course(timeless), []);
  assert.deepEqual(course(arm("b").slice(0, 5), arm("a").slice(0, 5)), []);
});
