// What a comparison needs of a run: what it was, and its samples by cell, metric and session. Small enough to keep beside the code
// as a baseline; a run's own folder has everything else.

import { metricIds, type MetricId } from "../metrics/catalogue.ts";
import { measure, rowsFor, type Sample } from "../metrics/measure.ts";
import { measureRecovery, recoveriesFor } from "../metrics/measure-recovery.ts";
import { isRecoveryMetric } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CellResult, RunRecord, RunResult } from "../result/run-result.ts";
import { defaultPolicy, informativeMetrics, instrumentErrorMs, type Policy } from "./policy.ts";

/** A session's samples of one metric. Sessions are numbered within their cell; those without a sample are not there. */
export interface SessionSamples {
  readonly session: number;
  readonly samples: readonly Sample[];
  /** When each of them was, seconds since the run's start; absent where nobody knows (a kept baseline does not). */
  readonly atS?: readonly number[];
}

export type CellSamples = Partial<Record<MetricId, readonly SessionSamples[]>>;

export type ComparedCell = Pick<CellResult, "id" | "axes" | "provider" | "model" | "profile" | "effort" | "frameMs" | "network" | "startBufferMs">;

export interface ComparableRun extends Pick<
  RunResult,
  "runId" | "scenario" | "startedAt" | "seed" | "earshotVersion" | "identity" | "end" | "validity" | "arms"
> {
  readonly order: RunResult["plan"]["order"];
  /** Its own error, ms; absent where it does not know it. */
  readonly instrumentErrorMs?: number;
  /** Turns that earshot itself cut or never began; they are in no sample. */
  readonly cutTurns: number;
  readonly cells: readonly ComparedCell[];
  /** By the cell's id. */
  readonly samples: Readonly<Record<string, CellSamples>>;
}

/** What a comparison looks at; `answered` is 1 or 0 a turn. */
export const comparedMetrics = (policy: Policy = defaultPolicy): readonly MetricId[] =>
  metricIds.filter((metric) => metric === "answered" || informativeMetrics.includes(metric) || policy.gates.some((gate) => gate.metric === metric));

export function comparableRun({ result, turns, recoveries = [] }: RunRecord, metrics: readonly MetricId[] = comparedMetrics()): ComparableRun {
  const { arms, runId, scenario, startedAt, seed, earshotVersion, identity, end, validity, plan, cells } = result;
  const errorMs = instrumentErrorMs(result);
  const rows = Map.groupBy(turns, (row) => row.cell);
  const lost = Map.groupBy(recoveriesFor(recoveries), (row) => row.cell);
  return {
    runId,
    scenario,
    startedAt,
    seed,
    earshotVersion,
    identity,
    end,
    validity,
    order: plan.order,
    ...(arms ? { arms } : {}),
    ...(errorMs === undefined ? {} : { instrumentErrorMs: errorMs }),
    cutTurns: turns.filter((row) => row.outcome === "interrupted" || row.outcome === "dropped").length,
    cells: cells.map(comparedCell),
    samples: Object.fromEntries(cells.map(({ id }) => [id, samplesOfCell({ turns: rows.get(id) ?? [], lost: lost.get(id) ?? [] }, metrics)])),
  };
}

function comparedCell({ id, axes, provider, model, profile, effort, frameMs, network, startBufferMs }: CellResult): ComparedCell {
  return {
    id,
    axes,
    provider,
    model,
    ...(profile === undefined ? {} : { profile }),
    ...(effort === undefined ? {} : { effort }),
    frameMs,
    network,
    startBufferMs,
  };
}

interface CellRows {
  readonly turns: readonly TurnRow[];
  /** Of connections that were lost. */
  readonly lost: readonly RecoveryRow[];
}

function samplesOfCell({ turns, lost }: CellRows, metrics: readonly MetricId[]): CellSamples {
  const sampled = (metric: MetricId): SessionSamples[] =>
    isRecoveryMetric(metric)
      ? bySession(
          lost,
          (row) => measureRecovery(metric, row),
          ({ lostUs }) => lostUs,
        )
      : sessionSamples(rowsFor(metric, turns), metric);
  return Object.fromEntries(metrics.map((metric) => [metric, sampled(metric)] as const).filter(([, sessions]) => sessions.length > 0));
}

/** The rows' samples of `metric`, session by session. Rows of one cell. */
export const sessionSamples = (rows: readonly TurnRow[], metric: MetricId): SessionSamples[] =>
  bySession(
    rows,
    (row) => measure(metric, row),
    ({ speechEndUs, plannedUs = 0 }) => speechEndUs ?? plannedUs,
  );

function bySession<Row extends { readonly session: number }>(
  rows: readonly Row[],
  sampleOf: (row: Row) => Sample | undefined,
  atUsOf: (row: Row) => number,
): SessionSamples[] {
  const sessions = new Map<number, { readonly samples: Sample[]; readonly atS: number[] }>();
  for (const row of rows) {
    const sample = sampleOf(row);
    if (!sample) continue;
    const found = sessions.get(row.session) ?? { samples: [], atS: [] };
    if (found.samples.length === 0) sessions.set(row.session, found);
    found.samples.push(sample);
    found.atS.push(atUsOf(row) / 1e6);
  }
  return [...sessions].map(([session, found]) => ({ session, ...found }));
}
