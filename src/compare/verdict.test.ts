import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultPolicy } from "./policy.ts";
import { judge, sessionsToTell } from "./verdict.ts";

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

test("what can't be told says how many sessions would tell it, if the change is what it looks like", () => {
  const reason = (low: number, high: number, policy = interleaved): string => judge(effect(low, high), 50, policy, 40).reason ?? "";
  assert.match(reason(-0.05, 0.12), /; about \d+ sessions a side would tell, if the change is what it looks like$/);
  assert.match(reason(0.02, 0.19), /; no sensible number of sessions would tell, so near to the limit is what was found$/);
  const limit = Math.log1p(0.1);
  // Half as wide is enough where the middle lies half of it away: four times the sessions. Either side of the limit alike.
  assert.equal(sessionsToTell([limit - 0.15, limit + 0.05], interleaved, 40), 160);
  assert.equal(sessionsToTell([limit - 0.05, limit + 0.15], interleaved, 40), 160);
  assert.equal(sessionsToTell([limit - 0.1, limit + 0.1], interleaved, 40), undefined);
  assert.ok((sessionsToTell([limit - 0.25, limit + 0.05], defaultPolicy, 40) ?? 0) > (sessionsToTell([limit - 0.25, limit + 0.05], interleaved, 40) ?? 0));
  assert.equal(sessionsToTell([limit - 0.09, limit + 0.03], defaultPolicy, 40), undefined, "a change within the drift that two runs may have");
});
