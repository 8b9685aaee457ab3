import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interval } from "../compare/bootstrap.ts";
import type { Arm, PairComparison, Verdict } from "../compare/comparison.ts";
import { defaultPolicy } from "../compare/policy.ts";
import { intervalLines } from "./interval-lines.ts";

const arm = (value: number): Arm => ({ cell: "all", turns: 100, sessions: 50, censored: 0, effectiveTurns: 80, quantile: { value } });
const pairOf = (logRatio: Interval, ratio: number, verdict: Verdict): PairComparison => ({
  baselineCell: "all",
  candidateCell: "all",
  verdict,
  incomparable: [],
  declared: [],
  distributions: [],
  quantiles: [
    { metric: "voice_to_voice", p: 0.5, baseline: arm(1_000), candidate: arm(1_000 * ratio), logRatio, difference: logRatio, gated: true, verdict },
    { metric: "server_think", p: 0.5, baseline: arm(1_000), candidate: arm(1_000), gated: false },
  ],
});
const policy = { ...defaultPolicy, driftAllowance: 0 };

/** Where each mark stands in the line of voice_to_voice, counted from the line of no change. */
function marks(logRatio: Interval, ratio: number): Readonly<Record<string, number>> {
  const [, line = ""] = intervalLines(pairOf(logRatio, ratio, "ok"), policy);
  const drawn = line.slice("voice_to_voice p50  ".length);
  const [, second = ""] = intervalLines(pairOf({ low: 0.2, high: 0.3 }, 1.28, "ok"), policy);
  assert.equal(line.length, second.length, "every line is as wide");
  return Object.fromEntries(Array.from(drawn).flatMap((mark, at) => (/[├┤●│┼◀▶]/.test(mark) ? [[mark, at]] : [])));
}

test("an interval beyond what counts as a change lies right of both lines", () => {
  const [head = "", line = "", legend = ""] = intervalLines(pairOf({ low: 0.2, high: 0.3 }, 1.28, "regression"), policy);
  assert.match(head, /-9\.1 % +0 +\+10 %$/);
  assert.match(line, /^voice_to_voice p50 +┊ +│ +┊ +├─+●─+┤ +regression$/);
  assert.match(legend, /95 % interval .* no change .* 10 % either way/);
});

test("an interval around no change crosses its line", () => {
  const found = marks({ low: -0.05, high: 0.05 }, 0.97);
  const [low = 0, point = 0, zero = 0, high = 0] = ["├", "●", "┼", "┤"].map((mark) => found[mark]);
  assert.ok(low < point && point < zero && zero < high, JSON.stringify(found));
  assert.ok(Math.abs(zero - low - (high - zero)) <= 1, "both sides are as long");
});

test("an end among turns without an answer, or far out, is an arrow and stretches nothing", () => {
  assert.ok("▶" in marks({ low: 0.05, high: "above everything" }, 1.2));
  assert.ok("◀" in marks({ low: "below everything", high: 0.05 }, 1));
  const far = marks({ low: 0.05, high: 9 }, 1.2);
  assert.ok("▶" in far && (far["●"] ?? 0) > (far["│"] ?? 0), JSON.stringify(far));
});

test("where nothing has an interval nothing is drawn", () => {
  const { quantiles, ...pair } = pairOf({ low: 0, high: 0 }, 1, "ok");
  assert.deepEqual(intervalLines({ ...pair, quantiles: quantiles.slice(1) }, policy), []);
});
