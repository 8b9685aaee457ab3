import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatCount,
  formatDuration,
  formatInterval,
  formatLogRatio,
  formatMs,
  formatQuantile,
  formatShare,
  formatUsd,
  oneLine,
  precisionMs,
} from "./format.ts";

const table: readonly (readonly [string, string, string])[] = [
  ["whole ms with separators", formatMs(1_512.4), "1,512"],
  ["an absent time is not zero", formatMs(undefined), "–"],
  ["a coarse instrument's time", formatMs(1_512, precisionMs(37)), "1,510"],
  ["a quantile among unanswered turns", formatQuantile({ above: 8_000 }), "> 8,000"],
  ["an interval with an open end", formatInterval({ low: { value: 2_900 }, high: { above: 8_000 } }), "2,900 - > 8,000"],
  ["no interval", formatInterval(undefined), ""],
  ["all", formatShare(1), "100 %"],
  ["nearly all is not all", formatShare(0.9999), "99.9 %"],
  ["nearly none is not none", formatShare(0.0001), "0.1 %"],
  ["none", formatShare(0), "0 %"],
  ["a fraction of a cent", formatUsd(0.007213), "$0.0072"],
  ["dollars", formatUsd(1_234.5), "$1,234.50"],
  ["an unknown price", formatUsd(undefined), "unpriced"],
  ["a count", formatCount(10_000), "10,000"],
  ["seconds", formatDuration(24_300), "24 s"],
  ["minutes", formatDuration(200_000), "3 min 20 s"],
  ["less than half a second", formatDuration(300), "300 ms"],
  ["a slowdown", formatLogRatio(Math.log(1.4)), "+40 %"],
  ["a small speed-up", formatLogRatio(Math.log(0.95)), "-5.0 %"],
  ["a terminal escape", oneLine("a\u001b[31m\nb"), "a [31m b"],
];
for (const [name, found, expected] of table) test(`${name}: ${expected || "nothing"}`, () => assert.equal(found, expected));
