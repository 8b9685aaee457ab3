// metrics.prom: the run's figures in Prometheus' text format (version 0.0.4), for a push gateway or a textfile collector. In base units, as
// its users expect: seconds and ratios. A quantile among unanswered turns is +Inf: longer than anybody waited.

import { catalogue, metricIds, type MetricId } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { prometheusFormat, type Family, type Labels } from "../metrics/prometheus-format.ts";
import { isQuantileBacked, type Summary } from "../metrics/quantile.ts";
import { outcomes } from "../metrics/turn-row.ts";
import type { CellResult, RunRecord, RunResult } from "../result/run-result.ts";

const quantiles = [
  ["0.5", "p50"],
  ["0.9", "p90"],
  ["0.95", "p95"],
  ["0.99", "p99"],
] as const;

interface Unit {
  readonly suffix: string;
  readonly factor: number;
}

const units: Readonly<Record<Metric["unit"], Unit>> = {
  ms: { suffix: "_seconds", factor: 0.001 },
  share: { suffix: "_ratio", factor: 1 },
  ratio: { suffix: "", factor: 1 },
  count: { suffix: "", factor: 1 },
  tokens: { suffix: "", factor: 1 },
  usd: { suffix: "_usd", factor: 1 },
};

/** metrics.prom of a run. */
export function prometheusText({ result }: RunRecord): string {
  const families = [...runFamilies(result), ...metricIds.map((metric) => metricFamily(result, metric))];
  return prometheusFormat(families);
}

const labelsOf = ({ scenario }: RunResult, { id, model, effort, network }: CellResult): Labels => ({
  scenario,
  cell: id,
  model,
  ...(effort === undefined ? {} : { effort }),
  network,
});

function runFamilies(result: RunResult): Family[] {
  const { scenario } = result;
  const ofCells = (read: (cell: CellResult) => readonly (readonly [Labels, number | undefined])[]): Family["samples"] =>
    result.cells.flatMap((cell) =>
      read(cell).flatMap(([labels, value]) => (value === undefined ? [] : [{ labels: { ...labelsOf(result, cell), ...labels }, value }])),
    );
  return [
    {
      name: "earshot_run_valid",
      help: "1 where the instrument kept up, doubts or not; 0 where the run proves nothing",
      samples: [{ labels: { scenario }, value: result.validity.verdict === "invalid" ? 0 : 1 }],
    },
    {
      name: "earshot_run_complete",
      help: "1 where every planned turn has its outcome",
      samples: [{ labels: { scenario }, value: result.end.type === "complete" ? 1 : 0 }],
    },
    {
      name: "earshot_run_end_timestamp_seconds",
      help: "When the run ended",
      samples: [{ labels: { scenario }, value: (Date.parse(result.startedAt) + result.durationMs) / 1_000 }],
    },
    {
      name: "earshot_turns",
      help: "Planned turns by how they ended",
      samples: ofCells((cell) => outcomes.map((outcome) => [{ outcome }, cell.outcomes[outcome]])),
    },
    { name: "earshot_usd", help: "What the cell cost at list price", samples: ofCells(({ money }) => [[{}, money.usd]]) },
    {
      name: "earshot_threshold_met",
      help: "1 where a threshold was met",
      samples: result.thresholds.map(({ text, cell, passed }) => ({ labels: { scenario, cell, threshold: text }, value: passed ? 1 : 0 })),
    },
  ];
}

/** Quantiles of what spreads; the mean of shares and money. */
function metricFamily(result: RunResult, metric: MetricId): Family {
  const { unit, help, of, kind }: Metric = catalogue[metric];
  const { suffix, factor } = units[unit];
  const samples = result.cells.flatMap((cell) => {
    const summary = (of === "tool" ? cell.toolMetrics : cell.metrics)?.[metric];
    if (!summary) return [];
    const labels = labelsOf(result, cell);
    if (kind === "rate" || kind === "money") return summary.mean === undefined ? [] : [{ labels, value: summary.mean * factor }];
    return quantiles.flatMap(([quantile, key]) => {
      const value = isQuantileBacked(summary.count, Number(quantile)) || key === "p50" ? valueOf(summary, key) : undefined;
      return value === undefined ? [] : [{ labels: { ...labels, quantile }, value: value * factor }];
    });
  });
  return { name: `earshot_${metric}${suffix}`, help, samples };
}

const valueOf = (summary: Summary, key: "p50" | "p90" | "p95" | "p99"): number | undefined =>
  summary[key] ?? (summary.censoredAbove === undefined ? undefined : Infinity);
