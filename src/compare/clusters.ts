// Samples grouped by the session they came from, sorted once. The session is the statistical unit: turns of one call share
// a network path, a server and a history, so ten turns of one call tell less than ten calls.

import type { MetricId } from "../metrics/catalogue.ts";
import { measure, type Sample } from "../metrics/measure.ts";
import { measureRecovery } from "../metrics/measure-recovery.ts";
import { byRank } from "../metrics/quantile.ts";
import type { RecoveryMetricId } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";

export interface ClusteredSamples {
  /** Samples in rank order: value, whether it is censored, and the index of its session. */
  readonly values: Float64Array;
  readonly censored: Uint8Array;
  readonly clusterOf: Uint32Array;
  /** Samples in each session. */
  readonly sizes: Uint32Array;
}

/** The turns' samples of `metric` by (cell, session). A session without a sample of it is not there. */
export const clusterSamples = (rows: readonly TurnRow[], metric: MetricId): ClusteredSamples => clusterBy(rows, (row) => measure(metric, row));

/** The same of recoveries. */
export const clusterRecoveries = (rows: readonly RecoveryRow[], metric: RecoveryMetricId): ClusteredSamples =>
  clusterBy(rows, (row) => measureRecovery(metric, row));

function clusterBy<Row extends Pick<TurnRow, "cell" | "session">>(rows: readonly Row[], sampleOf: (row: Row) => Sample | undefined): ClusteredSamples {
  const clusters = new Map<string, number>();
  const found: { readonly value: number; readonly censored: boolean; readonly cluster: number }[] = [];
  for (const row of rows) {
    const sample = sampleOf(row);
    if (!sample) continue;
    const session = `${row.cell}\n${row.session}`;
    const cluster = clusters.get(session) ?? clusters.size;
    clusters.set(session, cluster);
    found.push({ value: sample.value, censored: sample.censored, cluster });
  }
  found.sort(byRank);
  const sizes = new Uint32Array(clusters.size);
  for (const { cluster } of found) sizes[cluster] = (sizes[cluster] as number) + 1;
  return {
    values: Float64Array.from(found, (sample) => sample.value),
    censored: Uint8Array.from(found, (sample) => (sample.censored ? 1 : 0)),
    clusterOf: Uint32Array.from(found, (sample) => sample.cluster),
    sizes,
  };
}

/** A tenth of a millisecond: what a logarithm sees of a shorter time is the instrument's noise. */
const LOG_FLOOR = 0.1;

/**
 * The intraclass correlation of the samples' logarithms: the share of their variance that lies between sessions, by one-way
 * analysis of variance with sessions of unequal size (Donner and Koval 1980, ICC(1)), in [0, 1]. A censored sample enters
 * with what we waited. Without two sessions, or without two samples in any, nothing can be said and it is 0.
 */
export function intraclassCorrelation({ values, clusterOf, sizes }: ClusteredSamples): number {
  const total = values.length;
  const clusters = sizes.length;
  if (clusters < 2 || total <= clusters) return 0;
  const logs = values.map((value) => Math.log(Math.max(value, LOG_FLOOR)));
  const sums = new Float64Array(clusters);
  logs.forEach((log, index) => {
    const cluster = clusterOf[index] as number;
    sums[cluster] = (sums[cluster] as number) + log;
  });
  const grandMean = logs.reduce((sum, log) => sum + log, 0) / total;
  const meanOf = (cluster: number): number => (sums[cluster] as number) / (sizes[cluster] as number);
  const between = sizes.reduce((sum, size, cluster) => sum + size * (meanOf(cluster) - grandMean) ** 2, 0) / (clusters - 1);
  const within = logs.reduce((sum, log, index) => sum + (log - meanOf(clusterOf[index] as number)) ** 2, 0) / (total - clusters);
  const typicalSize = (total - sizes.reduce((sum, size) => sum + size * size, 0) / total) / (clusters - 1);
  const spread = between + (typicalSize - 1) * within;
  return spread > 0 ? Math.min(1, Math.max(0, (between - within) / spread)) : 0;
}

/** How many independent samples these are worth: n / (1 + (m - 1) * ICC), m being the mean number of samples in a session. */
export function effectiveCount(samples: ClusteredSamples, correlation = intraclassCorrelation(samples)): number {
  const total = samples.values.length;
  if (total === 0) return 0;
  return total / (1 + (total / samples.sizes.length - 1) * correlation);
}
