import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultPolicy } from "./policy.ts";
import { judge } from "./verdict.ts";

const effect = (low: number, high: number) => ({
  logRatio: { low: Math.log1p(low), high: Math.log1p(high) },
  difference: { low: low * 1_000, high: high * 1_000 },
  pValue: 0.01,
});
const interleaved = { ...defaultPolicy, driftAllowance: 0 };

const table: readonly (readonly [string, Parameters<typeof judge>, string])[] = [
  ["certainly above 10 % and 20 ms", [effect(0.15, 0.25), 200, interleaved], "regression"],
  ["certainly below 10 %", [effect(-0.05, 0.08), 20, interleaved], "ok"],
  ["certainly faster", [effect(-0.3, -0.2), -250, interleaved], "improved"],
  ["open", [effect(-0.05, 0.2), 80, interleaved], "inconclusive"],
  ["certain, but within three times an instrument's error of 180 ms", [effect(0.19, 0.23), 210, { ...interleaved, absoluteMs: 540 }], "inconclusive"],
  ["certain interleaved, but not after drift", [effect(0.11, 0.2), 150, defaultPolicy], "inconclusive"],
];
for (const [name, args, verdict] of table) test(`a change that is ${name} is ${verdict}`, () => assert.equal(judge(...args).verdict, verdict));
