// The samples of a group of turns, metric by metric, as columns of numbers: made in one walk over the turns and kept with them, for a dozen
// reports ask, and 100,000 turns are too much for a processor's cache to be walked through again for every metric.

import { metricIds, type MetricId } from "../metrics/catalogue.ts";
import { noSamples, sampleColumns, type RankedSamples, type SampleColumns } from "../metrics/measure.ts";
import { summariseRanked, type Summary } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";

const remembered = new WeakMap<readonly TurnRow[], SampleColumns>();

/** The rows' samples of `metric`, in rank order. The rows must not change any more. */
export function rankedSamplesOf(metric: MetricId, rows: readonly TurnRow[]): RankedSamples {
  const columns = remembered.get(rows) ?? sampleColumns(metricIds, rows);
  remembered.set(rows, columns);
  return columns.get(metric) ?? noSamples;
}

/** The summary of a metric over the turns; its count is 0 where none has a sample. */
export const summaryOfTurns = (metric: MetricId, rows: readonly TurnRow[]): Summary => summariseRanked(rankedSamplesOf(metric, rows));
