// summary.csv: every metric of every cell, long, one row each, tool turns apart from plain ones.

import { catalogue, metricIds, type MetricId } from "../metrics/catalogue.ts";
import type { Summary } from "../metrics/quantile.ts";
import type { RunRecord } from "../result/run-result.ts";
import { viewCells, type CellView } from "./cell-view.ts";
import { snakeCase, toCsv, type Column } from "./csv.ts";
import { summaryOfTurns } from "./turn-columns.ts";

interface SummaryRow {
  readonly view: CellView;
  /** Empty for metrics that belong to a call, not to a turn. */
  readonly turnKind: string;
  readonly metric: MetricId;
  readonly summary: Summary;
}

const statistics = ["count", "censored", "min", "p50", "p75", "p90", "p95", "p99", "max", "mean"] as const;

function summaryRows(view: CellView): SummaryRow[] {
  const ofTurns = (["plain", "tool"] as const).flatMap((turnKind) => {
    const rows = turnKind === "plain" ? view.plainRows : view.toolRows;
    return metricIds.map((metric) => ({ view, turnKind, metric, summary: summaryOfTurns(metric, rows) }));
  });
  const known = ofTurns.filter(({ summary }) => summary.count > 0);
  const measured = new Set(known.map(({ metric }) => metric));
  const ofCalls = metricIds.flatMap((metric) => {
    const summary = view.cell.metrics[metric];
    return summary && !measured.has(metric) ? [{ view, turnKind: "", metric, summary }] : [];
  });
  return [...known, ...ofCalls];
}

/** The axes' names as columns: those of the matrix, in its order. */
function axisColumns(views: readonly CellView[]): Column<SummaryRow>[] {
  const axes = [...new Set(views.flatMap((view) => Object.keys(view.cell.axes)))];
  return axes.map((axis) => ({ name: snakeCase(axis), of: ({ view }) => view.cell.axes[axis] }));
}

/** summary.csv of a run. A quantile among unanswered turns is an empty cell with `censored_above` beside it. */
export function summaryCsv(record: RunRecord): string {
  const views = viewCells(record);
  const columns: Column<SummaryRow>[] = [
    { name: "run_id", of: () => record.result.runId },
    { name: "cell", of: ({ view }) => view.cell.id },
    ...axisColumns(views),
    { name: "turn_kind", of: ({ turnKind }) => turnKind },
    { name: "metric", of: ({ metric }) => metric },
    { name: "unit", of: ({ metric }) => catalogue[metric].unit },
    ...statistics.map((name): Column<SummaryRow> => ({ name, of: ({ summary }) => summary[name] })),
    { name: "censored_above", of: ({ summary }) => summary.censoredAbove },
  ];
  return toCsv(columns, views.flatMap(summaryRows));
}
