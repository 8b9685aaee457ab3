// What a Comparison says, in the words and rows that the terminal, Markdown and the page share.

import { numberOf } from "../compare/bootstrap.ts";
import type { Comparison, PairComparison, QuantileComparison } from "../compare/comparison.ts";
import { formatCount, formatLogRatio, formatMs, formatQuantile, formatShare, precisionMs } from "./format.ts";
import type { TextColumn } from "./text-table.ts";

export const columns: readonly TextColumn[] = [
  { header: "metric", align: "left" },
  { header: "baseline", align: "right" },
  { header: "candidate", align: "right" },
  { header: "change [95 % interval]", align: "left" },
  { header: "verdict", align: "left" },
];

/** Observed change as a logarithm of a ratio; absent where one of the quantiles is only known to be longer than something. */
export function pointOf({ baseline, candidate }: QuantileComparison): number | undefined {
  const [before, after] = [baseline.quantile?.value, candidate.quantile?.value];
  return before !== undefined && after !== undefined && before > 0 && after > 0 ? Math.log(after / before) : undefined;
}

function boundText(log: number): string {
  if (log === Infinity) return "above all answers";
  if (log === -Infinity) return "below all answers";
  return formatLogRatio(log);
}

/** `+41 % [+32 % .. +50 %]`. */
export function changeText(row: QuantileComparison): string {
  if (!row.logRatio) return "";
  const point = pointOf(row);
  return `${point === undefined ? "" : `${formatLogRatio(point)} `}[${boundText(numberOf(row.logRatio.low))} .. ${boundText(numberOf(row.logRatio.high))}]`;
}

export function judgementText(row: QuantileComparison): string {
  if (row.verdict) return row.verdict;
  const corrected = row.pValue === undefined ? "" : `p ${row.pValue < 0.01 ? "< 0.01" : `= ${row.pValue.toFixed(2)}`}`;
  return `for information${corrected ? `, ${corrected}` : ""}`;
}

export const rowName = ({ metric, p }: QuantileComparison): string => `${metric} p${p * 100}`;

function quantileRow(row: QuantileComparison, stepMs: number): string[] {
  return [rowName(row), formatQuantile(row.baseline.quantile, stepMs), formatQuantile(row.candidate.quantile, stepMs), changeText(row), judgementText(row)];
}

function answeredRow({ answered }: PairComparison): string[][] {
  if (!answered) return [];
  const { baseline, candidate, difference } = answered;
  const points = (bound: number): string => `${bound < 0 ? "-" : "+"}${Math.abs(bound * 100).toFixed(1)}`;
  return [
    [
      "answered",
      `${formatCount(baseline.answered)}/${formatCount(baseline.asked)}`,
      `${formatCount(candidate.answered)}/${formatCount(candidate.asked)}`,
      `${formatShare(candidate.answered / candidate.asked)} [${points(numberOf(difference.low))} .. ${points(numberOf(difference.high))} points]`,
      answered.verdict,
    ],
  ];
}

const stepOf = ({ baseline, candidate }: Comparison): number =>
  precisionMs(Math.max(...[...baseline, ...candidate].map(({ instrumentErrorMs }) => instrumentErrorMs ?? 0)));
/** The rows of `columns`, one a figure. */
export const tableOf = (comparison: Comparison, pair: PairComparison): string[][] => [
  ...pair.quantiles.map((row) => quantileRow(row, stepOf(comparison))),
  ...answeredRow(pair),
];

/** Why a row says no more than it does, each reason once. */
export function reasonsOf(pair: PairComparison): string[] {
  const ofQuantiles = pair.quantiles.filter((row) => row.reason).map((row) => `${rowName(row)}: ${row.reason}`);
  return [...ofQuantiles, ...(pair.answered?.reason ? [`answered: ${pair.answered.reason}`] : [])];
}

/** What would be called a change, in words. */
export function policyText({ policy, design }: Comparison): string {
  const drift = design === "two_runs" ? `, after ${Math.round(policy.driftAllowance * 100)} % for drift` : "";
  return `a change is more than ${Math.round(policy.relative * 100)} % and more than ${formatMs(policy.absoluteMs)} ms, certain at 95 %${drift}`;
}

export const pairName = ({ baselineCell, candidateCell }: PairComparison): string =>
  baselineCell === candidateCell ? baselineCell : `${candidateCell} against ${baselineCell}`;

export function titleOf(comparison: Comparison): string {
  const { baseline, candidate, design } = comparison;
  const named = (runs: Comparison["baseline"]): string => (runs.length === 1 ? (runs[0]?.runId ?? "") : `${runs.length} runs from ${runs[0]?.runId} on`);
  if (design === "interleaved") return `cells of ${named(baseline)} against each other, interleaved`;
  return `${named(candidate)} against ${named(baseline)}`;
}
