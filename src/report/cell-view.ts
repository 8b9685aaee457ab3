// A cell as every report sees it: its result, its turns, and what is computed from them once.

import { quantileIntervals, type QuantileInterval } from "../compare/bootstrap.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import { samplesOf, type Sample } from "../metrics/measure.ts";
import { inRankOrder, quantileOfSorted, type Quantile, type Summary } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CellResult, RunRecord, RunResult } from "../result/run-result.ts";
import { oneLine } from "./format.ts";
import { summaryOfTurns } from "./turn-columns.ts";

export interface CellView {
  readonly cell: CellResult;
  readonly rows: readonly TurnRow[];
  /** The cell's axes for people: `low`, or `low, 20 ms` where several fields differ between cells. */
  readonly name: string;
  /** Rows without a tool call: what the headline is made of. Tool turns wait for a tool, and are never mixed with them. */
  readonly plainRows: readonly TurnRow[];
  readonly toolRows: readonly TurnRow[];
  /** Samples of voice_to_voice of plain turns, in rank order. */
  readonly latency: readonly Sample[];
  readonly p50Interval: QuantileInterval | undefined;
  readonly p90Interval: QuantileInterval | undefined;
}

export const headline: MetricId = "voice_to_voice";

/**
 * "Longer than what we waited" of a turn that broke early would read as if it were fast. It ranks above every answered turn,
 * and so it is said to be above them.
 */
function aboveAnswered<Q extends Quantile>(found: Q, latency: readonly Sample[]): Q | { readonly above: number } {
  if (found?.above === undefined) return found;
  const slowest = latency.findLast((sample) => !sample.censored)?.value ?? 0;
  return { above: Math.max(found.above, slowest) };
}

/** The p-quantile of the headline metric. */
export const latencyAt = (view: Pick<CellView, "latency">, p: number): Quantile => aboveAnswered(quantileOfSorted(view.latency, p), view.latency);

/** A metric's summary over the cell's plain turns; for what no turn knows (connecting), what the run recorded. */
export function summaryOf(view: CellView, metric: MetricId): Summary | undefined {
  const summary = summaryOfTurns(metric, view.plainRows);
  return summary.count > 0 ? summary : view.cell.metrics[metric];
}

/** The median of a metric in the cell. */
export const medianOf = (view: CellView, metric: MetricId): number | undefined => summaryOf(view, metric)?.p50;

/** An interval is shown where this many turns lie beyond its quantile: with fewer, resampling can't know how slow turns may get. */
const BEYOND_FOR_INTERVAL = 3;

/** What a group of turns is worth as a line of a table; a cell is one such group. */
export function describeTurns(rows: readonly TurnRow[], seed: number): Pick<CellView, "plainRows" | "latency" | "p50Interval" | "p90Interval"> {
  const plainRows = rows.filter((row) => row.kind === "plain");
  const latency = inRankOrder(samplesOf(headline, plainRows));
  const ps = [0.5, 0.9];
  const [p50Interval, p90Interval] = quantileIntervals(plainRows, headline, ps, seed).map((interval, index) => {
    const beyond = latency.length * (1 - (ps[index] as number));
    return interval && beyond >= BEYOND_FOR_INTERVAL ? { low: aboveAnswered(interval.low, latency), high: aboveAnswered(interval.high, latency) } : undefined;
  });
  return { plainRows, latency, p50Interval, p90Interval };
}

/** An axis over instructions has values of many lines. */
const AXIS_LENGTH_MAX = 40;

/** An axis is called by the last part of its path, and by the one before it where another axis ends alike. */
const axisText = (axis: string, value: string | number, axes: readonly string[]): string => {
  const parts = axis.split(".");
  const isAlone = axes.filter((other) => other.split(".").at(-1) === parts.at(-1)).length === 1;
  const field = parts.slice(isAlone ? -1 : -2).join(".");
  if (field === "effort" || field === "model") return oneLine(String(value), AXIS_LENGTH_MAX);
  if (field === "frameMs") return `${value} ms frames`;
  return `${field} ${oneLine(String(value), AXIS_LENGTH_MAX)}`;
};

/** The cell's place in the matrix, for people. */
export function cellName(cell: CellResult): string {
  const parts = Object.entries(cell.axes).map(([axis, value], _, all) =>
    axisText(
      axis,
      value,
      all.map(([name]) => name),
    ),
  );
  return parts.join(", ") || cell.effort || "all turns";
}

const remembered = new WeakMap<RunRecord, readonly CellView[]>();

/** The run's cells, in its order. Intervals cost time and every report wants them, so they are kept with the record. */
export function viewCells(record: RunRecord): readonly CellView[] {
  const known = remembered.get(record);
  if (known) return known;
  const rowsByCell = Map.groupBy(record.turns, (row) => row.cell);
  const views = record.result.cells.map((cell): CellView => {
    const rows = rowsByCell.get(cell.id) ?? [];
    const toolRows = rows.filter((row) => row.kind === "tool");
    return { cell, rows, toolRows, name: cellName(cell), ...describeTurns(rows, record.result.seed) };
  });
  remembered.set(record, views);
  return views;
}

/** Turns that count for the answered share: interrupted and dropped ones were ours to lose. */
export const askedTurns = ({ outcomes }: Pick<CellResult, "outcomes">): number => outcomes.answered + outcomes.unanswered + outcomes.failed;

export function answeredShare(cell: Pick<CellResult, "outcomes">): number | undefined {
  const asked = askedTurns(cell);
  return asked > 0 ? cell.outcomes.answered / asked : undefined;
}

/** Whether the run measured our own reference target: nothing was charged, and its figures are a model of the real thing. */
export function isEmbedded(result: RunResult): boolean {
  return result.cells.some((cell) => cell.provider === "embedded");
}
