import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { quantile } from "../metrics/quantile.ts";
import { createSpread } from "./spread.ts";

test("quantiles so far are those of all samples within 0.1 %, and censored turns rank above all that were answered", () => {
  const random = stream(7, "spread");
  for (const censoredShare of [0, 0.05, 0.3, 1]) {
    const samples = Array.from({ length: 500 }, () => ({ value: 400 + 6_000 * random.uniform(), censored: random.uniform() < censoredShare }));
    const spread = createSpread();
    for (const sample of samples) spread.add(sample);
    for (const p of [0.01, 0.5, 0.9, 0.99, 1]) {
      const [exact, found] = [quantile(samples, p), spread.quantile(p)];
      assert.equal(found?.value === undefined, exact?.value === undefined, `p ${p} with ${censoredShare} censored`);
      const [expectedMs, ms] = [exact?.value ?? exact?.above ?? NaN, found?.value ?? found?.above ?? NaN];
      assert.ok(Math.abs(ms - expectedMs) <= expectedMs * 0.001, `${ms} for ${expectedMs}`);
    }
    spread.destroy();
  }
});

test("nothing has no quantile", () => {
  const spread = createSpread();
  assert.equal(spread.quantile(0.5), undefined);
  spread.destroy();
});
