import assert from "node:assert/strict";
import { test } from "node:test";
import { summariseErrors } from "./error-summary.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 1 : -1) * (index + 1));

test("a quantile is there only where ten turns lie beyond it, the largest always", () => {
  const shown = (count: number): string[] => Object.keys(summariseErrors({ errorsMs: upTo(count), unmatched: 0 })).filter((key) => /^p\d/.test(key));
  assert.deepEqual([19, 20, 99, 100, 999, 1_000].map(shown), [[], ["p50"], ["p50"], ["p50", "p90"], ["p50", "p90"], ["p50", "p90", "p99"]]);
  assert.equal(summariseErrors({ errorsMs: [-7], unmatched: 0 }).max, 7);
});

test("quantiles are of the size, extremes keep their sign", () => {
  assert.deepEqual(summariseErrors({ errorsMs: upTo(20), unmatched: 3 }), {
    count: 20,
    unmatched: 3,
    p50: 10,
    max: 20,
    signedMedian: -2,
    signedMin: -20,
    signedMax: 19,
  });
});

test("of nothing nothing is said", () => {
  assert.deepEqual(summariseErrors({ errorsMs: [], unmatched: 0 }), { count: 0, unmatched: 0 });
});
