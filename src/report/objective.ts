// Whether a cell meets what its thresholds ask: yes and no are for what the interval proves, all else is unproven.

import { quantileInterval, type QuantileInterval } from "../compare/bootstrap.ts";
import { isMetricId, type MetricId } from "../metrics/catalogue.ts";
import { rowsFor, samplesOf, type Sample } from "../metrics/measure.ts";
import { inRankOrder, isQuantileBacked, quantileOfSorted } from "../metrics/quantile.ts";
import type { ThresholdResult } from "../result/run-result.ts";
import type { CellView } from "./cell-view.ts";
import { formatCount } from "./format.ts";

export type Objective = "yes" | "no" | "unproven";

/** `voice_to_voice{effort=low} p95 < 2500ms`, the form whose certainty can be told. */
const QUANTILE_LIMIT = /^\s*(?<metric>\w+)\s*(?:\{(?<where>[^}]*)\})?\s*p(?<percent>\d+(?:\.\d+)?)\s*<=?\s*(?<limit>\d+(?:\.\d+)?)\s*(?<unit>ms|s)\s*$/;

/** Whether it is of the form that can be proven. */
export const isQuantileLimit = (text: string): boolean => QUANTILE_LIMIT.test(text);

export interface QuantileLimit {
  readonly metric: MetricId;
  readonly p: number;
  readonly limitMs: number;
  /** The samples in rank order that it is about. */
  readonly samples: readonly Sample[];
  readonly interval: QuantileInterval | undefined;
}

const remembered = new WeakMap<CellView, Map<string, QuantileLimit | undefined>>();

/** What the threshold says of the cell's turns; undefined for any other form. Kept with the view: intervals cost time, and several reports ask. */
export function quantileLimitOf(view: CellView, { text }: Pick<ThresholdResult, "text">, seed: number): QuantileLimit | undefined {
  const known = remembered.get(view) ?? new Map<string, QuantileLimit | undefined>();
  remembered.set(view, known);
  if (!known.has(text)) known.set(text, readLimit(view, text, seed));
  return known.get(text);
}

function readLimit(view: CellView, text: string, seed: number): QuantileLimit | undefined {
  const groups = QUANTILE_LIMIT.exec(text)?.groups;
  const metric = groups?.["metric"];
  if (!groups || !metric || !isMetricId(metric)) return undefined;
  const p = Number(groups["percent"]) / 100;
  const limitMs = Number(groups["limit"]) * (groups["unit"] === "s" ? 1_000 : 1);
  const kind = /(?:^|,)\s*kind\s*=\s*(?<kind>\w+)/.exec(groups["where"] ?? "")?.groups?.["kind"];
  const rows = rowsFor(metric, view.rows, kind);
  return { metric, p, limitMs, samples: inRankOrder(samplesOf(metric, rows)), interval: quantileInterval(rows, metric, p, seed) };
}

/** Whether the threshold, which the cell met or missed, is proven to be met or missed. */
export function objectiveOf(found: QuantileLimit | undefined, passed: boolean): Objective {
  if (!found?.interval || !isQuantileBacked(found.samples.length, found.p)) return "unproven";
  const { interval, limitMs } = found;
  if (passed && interval.high.above === undefined && interval.high.value < limitMs) return "yes";
  if (!passed && (interval.low.above !== undefined || interval.low.value > limitMs)) return "no";
  return "unproven";
}

/** Over all thresholds of the cell: one proven miss is no, one open question is unproven. Undefined without thresholds. */
export function meetsObjective(view: CellView, thresholds: readonly ThresholdResult[], seed: number): Objective | undefined {
  const found = thresholds
    .filter((threshold) => threshold.cell === view.cell.id)
    .map((threshold) => objectiveOf(quantileLimitOf(view, threshold, seed), threshold.passed));
  if (found.length === 0) return undefined;
  return found.find((objective) => objective === "no") ?? found.find((objective) => objective === "unproven") ?? "yes";
}

/** More callers than this for one answer means that the figure and its limit are the same for all practical purposes. */
const CALLERS_MAX = 5_000;
/** Turns beyond a quantile that back it. */
const BEYOND = 10;

/** How many callers would tell on which side of the limit the quantile is: intervals shrink with the root of the turns. */
function callersToProve({ p, limitMs, samples, interval }: QuantileLimit, view: CellView): number | undefined {
  const value = quantileOfSorted(samples, p)?.value;
  const backed = BEYOND / (1 - p);
  const end = value === undefined || !interval ? undefined : value < limitMs ? interval.high.value : interval.low.value;
  if (samples.length === 0 || view.cell.sessions === 0) return undefined;
  const gap = value === undefined ? undefined : Math.abs(limitMs - value);
  const narrow = gap === undefined || end === undefined || value === undefined ? 0 : samples.length * (Math.abs(end - value) / Math.max(gap, 1e-9)) ** 2;
  return Math.ceil(Math.max(backed, narrow) / (samples.length / view.cell.sessions));
}

/** Why nobody can tell yet, and what would: of a limit that is unproven in the cell. */
export function openQuestion(found: QuantileLimit, view: CellView): string {
  const callers = callersToProve(found, view);
  const turns = `${formatCount(found.samples.length)} turns`;
  if (callers === undefined) return "no turn has the metric";
  if (callers > CALLERS_MAX) return `${turns} can't tell, and no sensible number would: the figure and its limit are too close together`;
  if (callers > view.cell.sessions) return `${turns} are too few to be sure; about ${formatCount(callers)} callers would do`;
  return `${turns} are too few to be sure; run it again with more callers`;
}
