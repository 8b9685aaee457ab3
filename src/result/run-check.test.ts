import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { syntheticCheck as check } from "../testing/check-result.ts";
import { checkFor, isSameMachine, tooTight, type RunLoad } from "./run-check.ts";
import { parseThreshold } from "./threshold.ts";

const load = (concurrency: number, frameMs = 20): RunLoad => ({ concurrency, frameMs, startedAtMs: check.startedAtMs + 3 * 3_600_000 });

const lookups: readonly (readonly [string, RunLoad, number, number | undefined])[] = [
  ["the level with as many callers", load(100), 100, 100],
  ["the next one above", load(2), 2, 100],
  ["also one that was not honest", load(101), 101, 1_000],
  ["none beyond the highest", load(1_001), 1_001, undefined],
  ["half the frame counts as twice the callers", load(60, 10), 120, 1_000],
  ["longer frames lighten nothing", load(100, 40), 100, 100],
];

for (const [what, asked, callers, level] of lookups) {
  test(`of a check, a run leans on ${what}`, () => {
    const found = checkFor(check, asked);
    assert.deepEqual([found.askedCallers, found.level?.callers, found.honestCallers, found.ageMs], [callers, level, 100, 3 * 3_600_000]);
  });
}

const gates: readonly (readonly [string, number, boolean])[] = [
  ["voice_to_voice p90 < 7.4ms", 100, true],
  ["voice_to_voice p90 < 7.5ms", 100, false],
  ["vad_end_error p50 > -7ms", 100, true],
  // At 1,000 callers there are turns enough for a p99: 29.3 ms, not the largest error of 30.
  ["first_audio p50 < 0.0878s", 1_000, true],
  ["first_audio p50 < 0.088s", 1_000, false],
  ["answered rate >= 99%", 100, false],
  ["cost mean < 0.01", 100, false],
  ["voice_to_voice p90 < 1ms", 5_000, false],
];

for (const [text, callers, isRefused] of gates) {
  test(`${text} with ${callers} callers is ${isRefused ? "refused" : "judged"}`, () => {
    const refusal = tooTight(orThrow(parseThreshold(text, "t")), checkFor(check, load(callers)));
    assert.equal(refusal !== undefined, isRefused, refusal ?? "judged");
    if (isRefused) assert.ok(refusal?.startsWith(`"${text}": check ${check.checkId} found earshot up to`), refusal ?? "");
  });
}

test("without a check nothing is refused", () => {
  assert.equal(tooTight(orThrow(parseThreshold("voice_to_voice p90 < 1ms", "t")), undefined), undefined);
});

test("another processor, number of cores or Node is another machine", () => {
  const { machine } = check;
  assert.ok(isSameMachine(machine, { ...machine }));
  for (const change of [{ cpu: "another" }, { cores: 4 }, { node: "v24.0.0" }]) assert.ok(!isSameMachine(machine, { ...machine, ...change }));
});
