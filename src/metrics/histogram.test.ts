import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import hdr from "hdr-histogram-js";
import { createRecorder, restoreRecorder, type Recorder, type TimeUnit } from "./histogram.ts";

function filled(unit: TimeUnit, values: readonly number[]): Recorder {
  const recorder = createRecorder(unit);
  for (const value of values) recorder.record(value);
  return recorder;
}

const exactQuantile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(values.length * p - 1e-9)) - 1] as number;

test("a quantile is within 0.1 % of the exact one, and the extremes are exact", () => {
  const times = fc.array(fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 3_600_000_000 })), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, fc.constantFrom("us" as const, "ns" as const), fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99, 1), (values, unit, p) => {
      const recorder = filled(unit, values);
      const exact = exactQuantile(values, p);
      const found = recorder.quantile(p) as number;
      assert.ok(Math.abs(found - exact) <= exact * 0.001, `p${p * 100}: ${found} for ${exact}`);
      assert.equal(recorder.min, Math.min(...values));
      assert.equal(recorder.max, Math.max(...values));
      recorder.destroy();
    }),
    { numRuns: 150 },
  );
});

test("adding two recorders is recording everything in one", () => {
  const left = filled("us", [10, 2_000, 77]);
  const right = filled("us", [1_999_999, 3]);
  const all = filled("us", [10, 2_000, 77, 1_999_999, 3]);
  left.add(right);
  assert.equal(left.count, 5);
  assert.equal(left.encode(), all.encode());
  assert.deepEqual([left.min, left.max, left.quantile(0.5)], [3, 1_999_999, 77]);
});

test("an empty recorder has no quantile and no extremes, and adding it changes nothing", () => {
  const empty = createRecorder("ns");
  assert.deepEqual([empty.count, empty.min, empty.max, empty.quantile(0.5)], [0, undefined, undefined, undefined]);
  const one = filled("ns", [5]);
  one.add(empty);
  assert.deepEqual([one.count, one.min, one.max], [1, 5, 5]);
});

for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY, 7_200_000_001]) {
  test(`${value} is refused by name and leaves no trace`, () => {
    const recorder = createRecorder("us");
    assert.throws(() => recorder.record(value), RangeError);
    assert.equal(recorder.count, 0);
  });
}

test("a fraction is rounded, not cut", () => {
  assert.equal(filled("us", [1.6]).max, 2);
});

test("unlike units are never added", () => {
  assert.throws(() => createRecorder("us").add(createRecorder("ns")), TypeError);
});

test("what it encodes, HdrHistogram decodes", () => {
  const decoded = hdr.decodeFromCompressedBase64(filled("ns", [1_512_000_000, 1_940_000_000]).encode());
  assert.equal(decoded.totalCount, 2);
  assert.ok(Math.abs(decoded.getValueAtPercentile(50) - 1_512_000_000) < 1_512_000);
});

test("a recorder that went to another thread as a snapshot holds the same there, its exact extremes and an empty one included", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 7_000_000_000 }), { maxLength: 50 }), (values) => {
      const recorder = filled("us", values);
      const restored = restoreRecorder(structuredClone(recorder.snapshot()));
      assert.deepEqual(restored.snapshot(), recorder.snapshot());
      for (const p of [0.1, 0.5, 0.99]) assert.equal(restored.quantile(p), recorder.quantile(p));
      recorder.destroy();
      restored.destroy();
    }),
    { numRuns: 50 },
  );
});
