// A Comparison for people: the terminal's text and Markdown.

import { numberOf } from "../compare/bootstrap.ts";
import type { Comparison, PairComparison, QuantileComparison } from "../compare/comparison.ts";
import { formatCount, formatLogRatio, formatMs, formatQuantile, formatShare, oneLine, precisionMs } from "./format.ts";
import { escapedMarkdown, markdownTable, textTable, type TextColumn } from "./text-table.ts";

const columns: readonly TextColumn[] = [
  { header: "metric", align: "left" },
  { header: "baseline", align: "right" },
  { header: "candidate", align: "right" },
  { header: "change [95 % interval]", align: "left" },
  { header: "verdict", align: "left" },
];

function boundText(log: number): string {
  if (log === Infinity) return "above all answers";
  if (log === -Infinity) return "below all answers";
  return formatLogRatio(log);
}

/** `+41 % [+32 % .. +50 %]`; without a point where one of the quantiles is only known to be longer than something. */
function changeText({ baseline, candidate, logRatio }: QuantileComparison): string {
  if (!logRatio) return "";
  const [before, after] = [baseline.quantile?.value, candidate.quantile?.value];
  const point = before !== undefined && after !== undefined && before > 0 && after > 0 ? `${formatLogRatio(Math.log(after / before))} ` : "";
  return `${point}[${boundText(numberOf(logRatio.low))} .. ${boundText(numberOf(logRatio.high))}]`;
}

function judgementText(row: QuantileComparison): string {
  if (row.verdict) return row.verdict;
  const corrected = row.pValue === undefined ? "" : `p ${row.pValue < 0.01 ? "< 0.01" : `= ${row.pValue.toFixed(2)}`}`;
  return `for information${corrected ? `, ${corrected}` : ""}`;
}

function quantileRow(row: QuantileComparison, stepMs: number): string[] {
  return [
    `${row.metric} p${row.p * 100}`,
    formatQuantile(row.baseline.quantile, stepMs),
    formatQuantile(row.candidate.quantile, stepMs),
    changeText(row),
    judgementText(row),
  ];
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
const tableOf = (comparison: Comparison, pair: PairComparison): string[][] => [
  ...pair.quantiles.map((row) => quantileRow(row, stepOf(comparison))),
  ...answeredRow(pair),
];

/** Why a row says no more than it does, each reason once. */
function reasonsOf(pair: PairComparison): string[] {
  const ofQuantiles = pair.quantiles.filter((row) => row.reason).map((row) => `${row.metric} p${row.p * 100}: ${row.reason}`);
  return [...ofQuantiles, ...(pair.answered?.reason ? [`answered: ${pair.answered.reason}`] : [])];
}

/** What would be called a change, in words. */
export function policyText({ policy, design }: Comparison): string {
  const drift = design === "two_runs" ? `, after ${Math.round(policy.driftAllowance * 100)} % for drift` : "";
  return `a change is more than ${Math.round(policy.relative * 100)} % and more than ${formatMs(policy.absoluteMs)} ms, certain at 95 %${drift}`;
}

const pairName = ({ baselineCell, candidateCell }: PairComparison): string =>
  baselineCell === candidateCell ? baselineCell : `${candidateCell} against ${baselineCell}`;

function titleOf(comparison: Comparison): string {
  const { baseline, candidate, design } = comparison;
  const named = (runs: Comparison["baseline"]): string => (runs.length === 1 ? (runs[0]?.runId ?? "") : `${runs.length} runs from ${runs[0]?.runId} on`);
  if (design === "interleaved") return `cells of ${named(baseline)} against each other, interleaved`;
  return `${named(candidate)} against ${named(baseline)}`;
}

/** The comparison as plain text for the terminal. */
export function comparisonText(comparison: Comparison): string {
  const pairs = comparison.pairs.flatMap((pair) => [
    `${oneLine(pairName(pair), 90)}: ${pair.verdict}`,
    ...pair.declared.map((sentence) => `  declared: ${sentence}`),
    ...pair.incomparable.map((sentence) => `  not comparable: ${sentence}`),
    ...(pair.incomparable.length > 0 ? [] : textTable(columns, tableOf(comparison, pair)).map((line) => `  ${line}`)),
    ...reasonsOf(pair).map((reason) => `  ${reason}`),
    "",
  ]);
  return [
    `${comparison.verdict.toUpperCase()}  ${titleOf(comparison)}`,
    policyText(comparison),
    "",
    ...pairs,
    ...comparison.notes.map((note) => `note: ${note}`),
    "",
  ].join("\n");
}

/** The comparison as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const pairs = comparison.pairs.flatMap((pair) => [
    `## ${escapedMarkdown(pairName(pair))}: ${pair.verdict}`,
    "",
    ...pair.declared.map((sentence) => `- declared: ${escapedMarkdown(sentence)}`),
    ...pair.incomparable.map((sentence) => `- not comparable: ${escapedMarkdown(sentence)}`),
    ...(pair.declared.length + pair.incomparable.length > 0 ? [""] : []),
    ...(pair.incomparable.length > 0 ? [] : [...markdownTable(columns, tableOf(comparison, pair)), ""]),
    ...reasonsOf(pair).map((reason) => `- ${escapedMarkdown(reason)}`),
    "",
  ]);
  const head = [`# ${comparison.verdict}: ${escapedMarkdown(titleOf(comparison))}`, "", `Here ${policyText(comparison)}.`, ""];
  return [...head, ...pairs, ...comparison.notes.map((note) => `- ${escapedMarkdown(note)}`), ""].join("\n");
}
