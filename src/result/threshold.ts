// Thresholds: `voice_to_voice{effort=low} p95 < 2500ms`, `answered rate >= 0.99`, `cost per turn < $0.01`. One grammar for scenarios and flags.

import { didYouMean, failed, ok, type Result } from "../core/issues.ts";
import { catalogue, isMetricId, metricIds, type MetricId } from "../metrics/catalogue.ts";
import { isRecoveryMetric } from "../metrics/recovery-catalogue.ts";
import { recoveryCauses } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { Sample } from "../metrics/measure.ts";
import { quantile } from "../metrics/quantile.ts";
import type { CellResult, ThresholdResult } from "./run-result.ts";

type Statistic =
  | { readonly type: "quantile"; readonly p: number }
  | { readonly type: "max" | "min" | "mean" | "rate" | "total" }
  | { readonly type: "per"; readonly unit: (typeof perUnits)[number] };
const perUnits = ["turn", "minute", "call"] as const;
const comparisons = ["<=", ">=", "<", ">"] as const;
type Comparison = (typeof comparisons)[number];

export interface Threshold {
  readonly text: string;
  readonly metric: MetricId;
  /** Axis values a cell must have, for example {effort: "low"}, or tags of the run; kind (plain, tool), stage and repeat are of its turns, cause of lost connections. */
  readonly where: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  readonly comparison: Comparison;
  /** In the metric's unit. */
  readonly limit: number;
  /** From then on, since the run's start, it ends the run once it is missed for sure. */
  readonly abortAfterMs?: number;
}

const pattern = /^\s*([a-z_]+)\s*(?:\{([^}]*)\})?\s+(per\s+[a-z]+|[a-z]+[\d.]*)\s*(<=|>=|<|>)\s*\$?(-?\d+(?:\.\d+)?)\s*(ms|s|%|usd)?\s*$/;
const SHAPE = "write metric{axis=value} statistic < limit, for example voice_to_voice{effort=low} p95 < 2500ms or cost per turn < 0.01";

/** Reads a threshold; `source` is the flag or the path it came from. */
export function parseThreshold(text: string, source: string): Result<Threshold> {
  const issue = (message: string): Result<never> => failed({ source, message: `"${text}": ${message}` });
  const match = pattern.exec(text);
  if (!match) return issue(SHAPE);
  const [, metric = "", where = "", statisticText = "", comparison = "<", limitText = "", unit] = match;
  if (!isMetricId(metric)) {
    const meant = didYouMean(metric, metricIds);
    return issue(`no metric is called ${metric}${meant ? `; did you mean ${meant}?` : `; there are ${metricIds.join(", ")}`}`);
  }
  if (metric === "send_lateness") return issue("is earshot's own lateness, which the run's validity judges; --strict-validity makes its doubts fail");
  const statistic = statisticOf(statisticText);
  if (!statistic) return issue(`${statisticText} is not a statistic; take p50, p90, p95, p99, p99.9, min, max, mean, rate, total or per turn`);
  const misfit = misfitOf(statistic, metric, statisticText);
  if (misfit !== undefined) return issue(misfit);
  const limit = limitOf(Number(limitText), unit, metric);
  if (limit === undefined) return issue(`the limit of ${metric} is in ${catalogue[metric].unit}, not in ${unit}`);
  // A comma ends a pair only where another one follows: a network such as delay:80ms,jitter:20ms has commas of its own.
  const filters = where.split(/,(?=\s*[\w.[\]]+\s*=)/).filter((part) => part.trim() !== "");
  const pairs = filters.map((part) => part.split("=").map((side) => side.trim()));
  if (pairs.some((pair) => pair.length !== 2 || pair.some((side) => side === ""))) return issue(`{${where}} must be axis=value pairs`);
  return ok({ text: text.trim(), metric, where: Object.fromEntries(pairs as [string, string][]), statistic, comparison: comparison as Comparison, limit });
}

function statisticOf(text: string): Statistic | undefined {
  const unit = perUnits.find((each) => text.replace(/\s+/, " ") === `per ${each}`);
  if (unit !== undefined) return { type: "per", unit };
  if (text === "total" || text === "max" || text === "min" || text === "mean" || text === "rate") return { type: text };
  const p = /^p(\d{1,2}(?:\.\d+)?)$/.exec(text)?.[1];
  return p === undefined || Number(p) === 0 ? undefined : { type: "quantile", p: Number(p) / 100 };
}

/** Why the metric has no such statistic. */
function misfitOf(statistic: Statistic, metric: MetricId, text: string): string | undefined {
  const { unit, kind } = catalogue[metric];
  if (statistic.type === "rate" && unit !== "share")
    return `rate is of shares, such as answered rate >= 0.99; ${metric} is in ${unit}: take p50, p90, max or mean`;
  if (statistic.type === "per" && statistic.unit !== "turn" && kind !== "money") return `${text} is of money, such as cost ${text} < 0.05`;
  if ((statistic.type === "per" || statistic.type === "total") && (kind === "duration" || unit === "share"))
    return `${text} is of money, tokens and counts; ${metric} is in ${unit}: take p50, p90, max or mean`;
  return undefined;
}

function limitOf(value: number, unit: string | undefined, metric: MetricId): number | undefined {
  const wanted = catalogue[metric].unit;
  if (unit === undefined || unit === wanted) return value;
  if (unit === "s" && wanted === "ms") return value * 1_000;
  if (unit === "%" && wanted === "share") return value / 100;
  return undefined;
}

/** What a threshold's braces may name besides the axes. */
const cellFields = ["effort", "frameMs", "network", "profile", "model", "provider"] as const;

type CellIdentity = Pick<CellResult, "axes" | (typeof cellFields)[number]>;

/** What braces may name of single turns, or of single recoveries. */
const rowFields = ["kind", "stage", "repeat", "cause"] as const;
const isRowField = (name: string): boolean => rowFields.some((field) => field === name);

/** Whether the row is of the stage and the repeat that the braces name; of the kind, rowsFor knows. */
export const isAboutRow = (row: Pick<TurnRow, "stage" | "repeat">, where: Readonly<Record<string, string>>): boolean =>
  (["stage", "repeat"] as const).every((field) => where[field] === undefined || String(row[field] ?? 1) === where[field]);

/** Whether the cell is one that the braces name. */
export function matches(cell: CellIdentity, where: Readonly<Record<string, string>>, tags: Readonly<Record<string, string>> = {}): boolean {
  const fields: Readonly<Record<string, string | number | undefined>> = Object.fromEntries(cellFields.map((field) => [field, cell[field]]));
  return Object.entries(where).every(([axis, value]) => isRowField(axis) || String(cell.axes[axis] ?? fields[axis] ?? tags[axis]) === value);
}

/** Why the threshold is about no cell of the run that is to come, or undefined. */
export function thresholdFault(threshold: Threshold, cells: readonly CellIdentity[], tags: Readonly<Record<string, string>> = {}): string | undefined {
  const known = [...new Set([...cells.flatMap((cell) => Object.keys(cell.axes)), ...cellFields, ...Object.keys(tags), ...rowFields])];
  const { statistic, abortAfterMs, where } = threshold;
  const ofRows = Object.keys(where).find(isRowField);
  if (statistic.type === "per" && statistic.unit !== "turn") {
    if (ofRows !== undefined) return `"${threshold.text}": per ${statistic.unit} is of whole cells; leave ${ofRows} out`;
    if (abortAfterMs !== undefined) return `"${threshold.text}": per ${statistic.unit} is known at the end; only per turn and total can end a run`;
  }
  if (abortAfterMs !== undefined && threshold.metric.startsWith("connect_"))
    return `"${threshold.text}": connect times are judged at the end; a threshold of turns can end a run`;
  const misplaced = recoveryFault(threshold);
  if (misplaced !== undefined) return `"${threshold.text}": ${misplaced}`;
  const { kind } = threshold.where;
  if (kind !== undefined && kind !== "plain" && kind !== "tool") return `"${threshold.text}": the kind of a turn is plain or tool, not ${kind}`;
  const unknown = Object.keys(threshold.where).find((axis) => !known.includes(axis));
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, known);
    return `"${threshold.text}": no cell has a ${unknown}${meant ? `; did you mean ${meant}?` : `; there are ${known.join(", ")}`}`;
  }
  return cells.some((cell) => matches(cell, threshold.where, tags)) ? undefined : `"${threshold.text}": is about no cell of this run`;
}

/** What is of turns alone, or of lost connections alone, asked of the other. */
function recoveryFault({ metric, where, abortAfterMs }: Threshold): string | undefined {
  const { cause } = where;
  if (!isRecoveryMetric(metric)) return cause === undefined ? undefined : `only what is measured of recoveries has a cause; leave it out of ${metric}`;
  const ofTurns = Object.keys(where).find((name) => name !== "cause" && isRowField(name));
  if (ofTurns !== undefined) return `a lost connection has no ${ofTurns}; take {cause=...}, one of ${recoveryCauses.join(", ")}`;
  if (abortAfterMs !== undefined) return "recoveries are judged at the end; a threshold of turns can end a run";
  if (cause === undefined || recoveryCauses.some((known) => known === cause)) return undefined;
  const meant = didYouMean(cause, recoveryCauses);
  return `no connection is lost by ${cause}${meant ? `; did you mean ${meant}?` : `; there are ${recoveryCauses.join(", ")}`}`;
}

/** One result for each cell that the threshold is about; one failed result where it is about none, since nothing was shown. */
export function judge(
  threshold: Threshold,
  cells: readonly CellResult[],
  samplesIn: (metric: MetricId, cell: string, where: Readonly<Record<string, string>>) => readonly Sample[],
  tags: Readonly<Record<string, string>> = {},
): readonly ThresholdResult[] {
  const about = cells.filter((cell) => matches(cell, threshold.where, tags));
  if (about.length === 0) return [{ text: threshold.text, cell: "-", passed: false, actual: "no cell of this run matches" }];
  return about.map((cell) => {
    const { statistic } = threshold;
    const isOfCell = statistic.type === "per" && statistic.unit !== "turn";
    const { passed, actual } = isOfCell
      ? judgeMoney(threshold, statistic.unit === "call" ? cell.money.usdPerCall : cell.money.usdPerMinute)
      : judgeSamples(threshold, samplesIn(threshold.metric, cell.id, threshold.where));
    return { text: threshold.text, cell: cell.id, passed, actual };
  });
}

const judgeMoney = ({ comparison, limit }: Threshold, usd: number | undefined): { readonly passed: boolean; readonly actual: string } =>
  usd === undefined ? { passed: false, actual: "no price is known" } : { passed: isMet(usd, comparison, limit), actual: `${Number(usd.toFixed(4))} usd` };

function judgeSamples({ statistic, comparison, limit, metric }: Threshold, samples: readonly Sample[]): { readonly passed: boolean; readonly actual: string } {
  if (samples.length === 0) return { passed: false, actual: "no samples" };
  const { value, above } = evaluate(statistic, samples);
  const { unit } = catalogue[metric];
  if (value === undefined) return { passed: comparison.startsWith(">") && (above ?? 0) >= limit, actual: `> ${above} ${unit}` };
  return { passed: isMet(value, comparison, limit), actual: `${Number(value.toFixed(unit === "ms" ? 1 : 4))} ${unit}` };
}

function evaluate(statistic: Statistic, samples: readonly Sample[]): { readonly value?: number | undefined; readonly above?: number | undefined } {
  switch (statistic.type) {
    case "quantile":
      return quantile(samples, statistic.p) ?? {};
    case "max":
      return quantile(samples, 1) ?? {};
    case "min":
      return quantile(samples, Number.MIN_VALUE) ?? {};
    case "total": {
      return { value: samples.reduce((sum, sample) => sum + sample.value, 0) };
    }
    case "mean":
    case "per":
    case "rate": {
      const mean = samples.reduce((sum, sample) => sum + sample.value, 0) / samples.length;
      return samples.some((sample) => sample.censored) ? { above: mean } : { value: mean };
    }
  }
}

/** Whether a value keeps the limit. */
export function isMet(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}
