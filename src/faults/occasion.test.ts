import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../core/random.ts";
import { formatOccasion, lastsUntilUs, nextBeginningUs, parseOccasion, settleOccasion, type Occasion } from "./occasion.ts";

const read = (text: string, lasts = true): Occasion => {
  const occasion = parseOccasion(text, { lasts });
  assert.ok(typeof occasion !== "string", `${text} is an occasion`);
  return occasion;
};

const messageOf = (text: string, lasts: boolean): string => {
  const read = parseOccasion(text, { lasts });
  return typeof read === "string" ? read : "";
};

test("an occasion is read back as it is written", () => {
  for (const text of ["20s", "20s+3s", "20s+8s/28s", "5s..25s+10s..30s", "0ms+1500ms"]) assert.equal(formatOccasion(read(text)), text);
  assert.equal(formatOccasion(read("0.5s+2000ms")), "500ms+2s");
  assert.equal(formatOccasion(read("20s/30s", false)), "20s/30s");
});

const wrong: Readonly<Record<string, RegExp>> = {
  "": /needs durations/,
  "20": /needs durations/,
  "20s+": /needs durations/,
  "20s+3s+4s": /needs durations/,
  "25s..5s": /needs durations/,
  "2h": /needs durations/,
  "2s/1s/1s": /needs durations/,
  "7200s": /longest a session lives/,
  "1s+0s": /lasts no time/,
  "1s/10s": /say how long it lasts/,
  "1s+5s/5s": /before it is over/,
};
for (const [text, message] of Object.entries(wrong)) {
  test(`"${text}" is no occasion`, () => assert.match(messageOf(text, true), message));
}

test("what takes no time has no length", () => assert.match(messageOf("1s+2s", false), /needs durations/));

test("it lasts from its beginning to just before its end, in the call's own time", () => {
  const occasion = settleOccasion(read("1s+2s"), stream(1));
  const at = (us: number): number | undefined => lastsUntilUs(occasion, 500_000, us);
  assert.deepEqual([at(1_499_999), at(1_500_000), at(3_499_999), at(3_500_000)], [undefined, 3_500_000, 3_500_000, undefined]);
  assert.equal(lastsUntilUs(settleOccasion(read("1s"), stream(1)), 0, 9_000_000), Infinity);
});

test("what comes again does so for ever", () => {
  const occasion = settleOccasion(read("20s+8s/28s"), stream(1));
  const at = (s: number): number | undefined => lastsUntilUs(occasion, 0, s * 1_000_000);
  assert.deepEqual([at(19), at(20), at(28), at(47), at(48), at(55), at(56)], [undefined, 28e6, undefined, undefined, 56e6, 56e6, undefined]);
  assert.deepEqual(
    [0, 20e6, 20e6 + 1, 100e6].map((us) => nextBeginningUs(occasion, 0, us)),
    [20e6, 20e6, 48e6, 104e6],
  );
});

test("what happens once has no next beginning after it", () => {
  assert.equal(nextBeginningUs(settleOccasion(read("5s", false), stream(1)), 0, 5_000_001), undefined);
});

test("a range is drawn once, evenly, and equal seeds draw alike", () => {
  const drawn = Array.from({ length: 2_000 }, (_, seed) => settleOccasion(read("5s..25s+10s..30s"), stream(seed, "timeline")));
  for (const { atMs, forMs = 0 } of drawn) assert.ok(atMs >= 5_000 && atMs < 25_000 && forMs >= 10_000 && forMs < 30_000);
  const mean = drawn.reduce((sum, { atMs }) => sum + atMs, 0) / drawn.length;
  assert.ok(Math.abs(mean - 15_000) < 500, `the mean of 2,000 draws is ${mean}`);
  const [first] = drawn;
  assert.deepEqual(settleOccasion(read("5s..25s+10s..30s"), stream(0, "timeline")), first);
  assert.deepEqual(first && settleOccasion(first, stream(5)), first, "nothing is left to draw");
});
