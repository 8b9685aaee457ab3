import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import type { Sample } from "../metrics/measure.ts";
import { emptyTally, isMissedForSure, tallied } from "./missed-for-sure.ts";
import { parseThreshold, type Threshold } from "./threshold.ts";

function threshold(text: string): Threshold {
  const parsed = parseThreshold(text, "test");
  assert.ok(parsed.ok, text);
  return parsed.value;
}

const seen = (value: number): Sample => ({ value, censored: false });
const times = (count: number, sample: Sample): readonly Sample[] => Array.from({ length: count }, () => sample);
const isMissed = (text: string, samples: readonly Sample[]): boolean => {
  const asked = threshold(text);
  return isMissedForSure(
    asked,
    samples.reduce((tally, sample) => tallied(tally, sample, asked), emptyTally),
  );
};
const censored: Sample = { value: 8_000, censored: true };

const table: readonly (readonly [string, readonly Sample[], boolean])[] = [
  ["voice_to_voice p95 < 1000ms", [], false],
  ["voice_to_voice p95 < 1000ms", times(3, seen(5_000)), false],
  ["voice_to_voice p95 < 1000ms", times(4, seen(5_000)), true],
  ["voice_to_voice p50 < 1000ms", times(2, seen(5_000)), false],
  ["voice_to_voice p50 < 1000ms", times(30, seen(5_000)), true],
  ["voice_to_voice p50 < 1000ms", [...times(15, seen(5_000)), ...times(15, seen(500))], false],
  ["voice_to_voice p50 < 9s", times(30, censored), true],
  ["voice_to_voice p50 > 1000ms", times(30, seen(500)), true],
  ["voice_to_voice p50 > 9s", times(30, censored), false],
  ["voice_to_voice max < 1000ms", [seen(1_001)], true],
  ["voice_to_voice max > 1000ms", [seen(1)], false],
  ["voice_to_voice min > 1000ms", [seen(999)], true],
  ["answered rate >= 0.99", [...times(99, seen(1)), seen(0)], false],
  ["answered rate >= 0.99", [...times(50, seen(1)), ...times(50, seen(0))], true],
  ["answered rate >= 1", [...times(50, seen(1)), seen(0)], true],
  ["early_endpoint rate <= 1%", times(3, seen(1)), true],
  ["voice_to_voice mean < 1s", times(29, seen(5_000)), false],
  ["voice_to_voice mean < 1s", times(30, seen(5_000)), true],
  ["cost per turn < 0.01", times(30, seen(0.02)), true],
  ["cost total < 1", times(10, seen(0.2)), true],
  ["cost total > 1", times(10, seen(0.01)), false],
  ["cost per minute < 0.01", times(10, seen(0.2)), false],
];

for (const [text, samples, missed] of table)
  test(`${text} is ${missed ? "" : "not "}missed for sure with ${samples.length} samples such as ${samples.at(-1)?.value}`, () =>
    assert.equal(isMissed(text, samples), missed));

test("a threshold that just holds ends hardly any run, however often it is looked at", () => {
  const asked = threshold("voice_to_voice p90 < 1000ms");
  let ended = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = stream(seed, "abort");
    let tally = emptyTally;
    let isEnded = false;
    for (let turn = 0; turn < 500; turn++) {
      tally = tallied(tally, seen(random.uniform() < 0.09 ? 2_000 : 500), asked);
      isEnded ||= isMissedForSure(asked, tally);
    }
    if (isEnded) ended++;
  }
  assert.ok(ended <= 4, `${ended} of 200 runs`);
});
