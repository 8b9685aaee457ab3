// Samples grouped by the session they came from, sorted once. The session is the statistical unit: turns of one call share
// a network path, a server and a history, so ten turns of one call tell less than ten calls.

import type { SessionSamples } from "./comparable-run.ts";

export interface ClusteredSamples {
  /** Samples in rank order: value, whether it is censored, and the index of its session. */
  readonly values: Float64Array;
  readonly censored: Uint8Array;
  readonly clusterOf: Uint32Array;
  /** Samples in each session. */
  readonly sizes: Uint32Array;
  /** The number that the session has in its cell, and the run it is of. */
  readonly sessions: Uint32Array;
  readonly runs: Uint32Array;
}

/** The samples of one metric in one cell, of one run or of several. A session without a sample of it is not there. */
export function cluster(...runs: readonly (readonly SessionSamples[])[]): ClusteredSamples {
  const clusters = runs.flatMap((sessions, run) => sessions.map((session) => ({ ...session, run })));
  const sizes = Uint32Array.from(clusters, ({ samples }) => samples.length);
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const values = new Float64Array(count);
  const censored = new Uint8Array(count);
  const clusterOf = new Uint32Array(count);
  let place = 0;
  for (const [index, { samples }] of clusters.entries()) {
    for (const sample of samples) {
      values[place] = sample.value;
      censored[place] = sample.censored ? 1 : 0;
      clusterOf[place++] = index;
    }
  }
  // By rank (quantile.ts), with numbers instead of objects; equal ones stay as they came.
  const byRank = (a: number, b: number): number => (censored[a] as number) - (censored[b] as number) || (values[a] as number) - (values[b] as number);
  const order = clusterOf.map((_, at) => at).sort(byRank);
  return {
    values: values.map((_, rank) => values[order[rank] as number] as number),
    censored: censored.map((_, rank) => censored[order[rank] as number] as number),
    clusterOf: order.map((at) => clusterOf[at] as number),
    sizes,
    sessions: Uint32Array.from(clusters, ({ session }) => session),
    runs: Uint32Array.from(clusters, ({ run }) => run),
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
