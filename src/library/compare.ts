// Comparisons and thresholds from a program.

import { compareCells, compareRuns, type CompareOptions as Options } from "../compare/compare-runs.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { Variable } from "../compare/pair.ts";
import { failed, InputError, ok, orThrow, type Result } from "../core/issues.ts";
import { judgeThresholds } from "../result/assemble.ts";
import type { RunRecord, ThresholdResult } from "../result/run-result.ts";
import { parseThreshold, thresholdFault } from "../result/threshold.ts";
import { readSide } from "./read-runs.ts";

/** A run as `run` gives it, its folder, or the file of a baseline that `earshot compare --save` kept. */
export type RunSource = RunRecord | string;

export interface CompareOptions extends Options {
  /** What differs between the two on purpose. */
  readonly vary?: readonly Variable[];
  /** Compare the cells of one run along this axis, against its value `base`; leave the candidate out. */
  readonly by?: string;
  readonly base?: string;
}

/**
 * Whether the candidate is slower than the baseline: its `verdict` is regression, incomparable, inconclusive, improved or ok.
 * Three runs a side or more tell drift from a change. Throws an InputError where there is no such run or axis.
 */
export function compare(
  baseline: RunSource | readonly RunSource[],
  candidate?: RunSource | readonly RunSource[],
  { by, base, ...options }: CompareOptions = {},
): Comparison {
  const before = readSide([baseline].flat());
  if (by === undefined) {
    if (candidate === undefined) throw new InputError([{ source: "compare", message: "needs a candidate, or by and base to compare the cells of one run" }]);
    return compareRuns(before, readSide([candidate].flat()), options);
  }
  if (candidate !== undefined || before.length > 1) throw new InputError([{ source: "by", message: "compares the cells of one run; give one run only" }]);
  if (base === undefined) throw new InputError([{ source: "by", message: "needs base, the value to compare against" }]);
  return orThrow(compareCells(before[0], { ...options, by, base }));
}

/**
 * Judges a run by thresholds that it was not made with, such as `answered rate >= 0.99`: a result for every threshold and cell
 * it is about. Throws an InputError for a threshold that can't be read or is about nothing in the run.
 */
export function checkThresholds(record: RunRecord, texts: readonly string[]): readonly ThresholdResult[] {
  return orThrow(judgeAsked(record, texts, "checkThresholds"));
}

/** Likewise; `source` is what the issues name. */
export function judgeAsked({ result, turns, recoveries }: RunRecord, texts: readonly string[], source: string): Result<readonly ThresholdResult[]> {
  const parsed = texts.map((text) => parseThreshold(text, source));
  const issues = parsed.flatMap((one) => {
    if (!one.ok) return one.issues;
    const fault = thresholdFault(one.value, result.cells, result.tags);
    return fault === undefined ? [] : [{ source, message: fault }];
  });
  if (issues.length > 0) return failed(...issues);
  const thresholds = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  return ok(judgeThresholds(thresholds, { ...result, rows: turns, ...(recoveries ? { recoveries } : {}) }));
}
