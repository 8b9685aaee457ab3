// From a run's head (what was planned), its rows and what the instrument knows of itself to the RunResult. Pure, and the
// same for a run that ended, was interrupted or was killed.

import { metricIds, type MetricId } from "../metrics/catalogue.ts";
import { recoveriesFor, recoverySamples } from "../metrics/measure-recovery.ts";
import { rowsFor, samplesOf, type Sample } from "../metrics/measure.ts";
import { summarise, type Summary } from "../metrics/quantile.ts";
import { isRecoveryMetric } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import { outcomes, type Outcome, type TurnRow } from "../metrics/turn-row.ts";
import type { BudgetFindings, CallRow, CellMoney, CellResult, Instrument, RunResult, ThresholdResult } from "./run-result.ts";
import { isAboutRow, judge, type Threshold } from "./threshold.ts";
import { judgeValidity } from "./validity.ts";
import { isWarmUp } from "./warm-up.ts";

/** A cell before anything happened in it. How many turns there will be is not known before a run by time. */
export type CellHead = Omit<CellResult, "turnsPlanned" | "outcomes" | "metrics" | "toolMetrics" | "money"> & {
  readonly priceList: string;
  readonly turnsPlanned?: number;
};

/** What is known of a run before its first call, and kept in run.json from then on. */
export interface RunHead extends Omit<RunResult, "plan" | "durationMs" | "end" | "cells" | "calls" | "instrument" | "validity" | "thresholds" | "droppedRows"> {
  readonly plan: Omit<RunResult["plan"], "turnsPlanned"> & { readonly turnsPlanned?: number };
  readonly cells: readonly CellHead[];
}

export interface Ending {
  readonly durationMs: number;
  readonly end: RunResult["end"];
  readonly rows: readonly TurnRow[];
  readonly calls: readonly CallRow[];
  readonly recoveries?: readonly RecoveryRow[];
  readonly instrument: Instrument;
  /** Lateness of the microphone frames of each cell, ms, where it is known. */
  readonly latenessOf: ReadonlyMap<string, Summary>;
  readonly thresholds: readonly Threshold[];
  readonly droppedRows: number;
  readonly truthUnknown: boolean;
  readonly shaperLatenessMsP99?: number;
  readonly budget?: BudgetFindings;
}

export function assemble(head: RunHead, ending: Ending): RunResult {
  const rowsOf = groupRows(ending.rows.filter((row) => !isWarmUp(row)));
  const warmUpOf = groupRows(ending.rows.filter(isWarmUp));
  const callsOf = Map.groupBy(ending.calls, (call) => call.cell);
  const recoveriesOf = Map.groupBy(
    (ending.recoveries ?? []).filter((row) => !isWarmUp(row)),
    (row) => row.cell,
  );
  const cells = head.cells.map((cell) => {
    const warmUp = warmUpOf(cell.id);
    const found = {
      rows: rowsOf(cell.id),
      warmUp,
      calls: callsOf.get(cell.id) ?? [],
      recoveries: recoveriesOf.get(cell.id) ?? [],
      lateness: ending.latenessOf.get(cell.id),
    };
    return assembleCell(cell, { ...found, turnsPlanned: (cell.turnsPlanned ?? turnsOwed(found, ending.end)) - warmUp.length });
  });
  const plan = { ...head.plan, turnsPlanned: cells.reduce((sum, cell) => sum + cell.turnsPlanned, 0) };
  const { durationMs, end, calls, instrument, droppedRows } = ending;
  const validity = judgeValidity({ ...ending, cells, ...(head.check ? { check: head.check } : {}) });
  const thresholds = judgeThresholds(ending.thresholds, { ...ending, cells, tags: head.tags });
  const budget = ending.budget ? { budget: ending.budget } : {};
  return { ...head, ...budget, plan, durationMs, end, cells, calls, instrument, validity, thresholds, droppedRows };
}

/** What a threshold is judged by: a run's cells, and everything that they were made of. */
export type Judged = Pick<RunResult, "cells" | "calls" | "tags"> & Pick<Ending, "rows" | "recoveries">;

export function judgeThresholds(thresholds: readonly Threshold[], { cells, calls, tags, rows, recoveries = [] }: Judged): readonly ThresholdResult[] {
  const rowsOf = groupRows(rows.filter((row) => !isWarmUp(row)));
  const callsOf = Map.groupBy(calls, (call) => call.cell);
  const recoveriesOf = Map.groupBy(
    recoveries.filter((row) => !isWarmUp(row)),
    (row) => row.cell,
  );
  const samplesIn = (metric: MetricId, cell: string, where: Threshold["where"]): readonly Sample[] =>
    samplesOfCell(
      metric,
      rowsFor(metric, rowsOf(cell), where["kind"]).filter((row) => isAboutRow(row, where)),
      { calls: (callsOf.get(cell) ?? []).filter((call) => !isWarmUp(call)), recoveries: recoveriesFor(recoveriesOf.get(cell) ?? [], where["cause"]) },
    );
  return thresholds.flatMap((threshold) => judge(threshold, cells, samplesIn, tags));
}

function groupRows(rows: readonly TurnRow[]): (cell: string) => readonly TurnRow[] {
  const groups = Map.groupBy(rows, (row) => row.cell);
  return (cell) => groups.get(cell) ?? [];
}

/** In a run by time: what each call says it came to. The calls of a killed run are lost, and its rows say all that is known. */
const turnsOwed = ({ rows, warmUp, calls }: Pick<CellFindings, "rows" | "warmUp" | "calls">, end: RunResult["end"]): number =>
  end.type === "killed" ? rows.length + warmUp.length : calls.reduce((sum, call) => sum + (call.turns ?? 0), 0);

interface CellFindings {
  readonly turnsPlanned: number;
  readonly rows: readonly TurnRow[];
  readonly warmUp: readonly TurnRow[];
  readonly calls: readonly CallRow[];
  readonly recoveries: readonly RecoveryRow[];
  readonly lateness: Summary | undefined;
}

function assembleCell({ priceList, ...cell }: CellHead, { turnsPlanned, rows, warmUp, calls: made, recoveries, lateness }: CellFindings): CellResult {
  const calls = made.filter((call) => !isWarmUp(call));
  const pooledCalls = calls.filter((call) => call.pooled).length;
  const apart = { ...(warmUp.length > 0 ? { warmUpTurns: warmUp.length } : {}), ...(pooledCalls > 0 ? { pooledCalls } : {}) };
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length])) as Record<Outcome, number>;
  const [plain, tool] = (["plain", "tool"] as const).map((kind) => rows.filter((row) => row.kind === kind));
  const lost = recoveriesFor(recoveries);
  const metrics = {
    ...summariesOf((metric) => samplesOfCell(metric, plain ?? [], { calls, recoveries: lost })),
    ...(lateness ? { send_lateness: lateness } : {}),
  };
  const toolMetrics = tool && tool.length > 0 ? { toolMetrics: summariesOf((metric) => samplesOf(metric, tool)) } : {};
  return { ...cell, turnsPlanned, ...apart, outcomes: counts, metrics, ...toolMetrics, money: moneyOf(priceList, { rows, warmUp, calls }) };
}

/** The metrics that have samples. */
function summariesOf(samplesIn: (metric: MetricId) => readonly Sample[]): CellResult["metrics"] {
  const summaries = metricIds.map((metric) => [metric, samplesIn(metric)] as const).filter(([, samples]) => samples.length > 0);
  return Object.fromEntries(summaries.map(([metric, samples]) => [metric, summarise(samples)]));
}

type Span = (call: CallRow) => readonly [number | undefined, number | undefined];

/** The metrics of a call's beginning, by the instants between which they lie. */
const connectMetrics: Partial<Record<MetricId, Span>> = {
  connect_mint: (call) => [call.startedUs, call.mintedUs],
  connect_dns: (call) => [call.mintedUs ?? call.startedUs, call.dnsUs],
  connect_tcp: (call) => [call.dnsUs ?? call.mintedUs ?? call.startedUs, call.tcpUs],
  connect_proxy: (call) => [call.tcpUs, call.proxyUs],
  connect_tls: (call) => [call.proxyUs ?? call.tcpUs, call.tlsUs],
  connect_upgrade: (call) => [call.tlsUs ?? call.proxyUs ?? call.tcpUs, call.openUs],
  connect_created: (call) => [call.openUs, call.createdUs],
  connect_updated: (call) => [call.updateSentUs, call.updatedUs],
  connect_total: (call) => [call.startedUs, call.updatedUs],
};

const connectSample = (span: Span) => (call: CallRow) => {
  const [fromUs, toUs] = span(call);
  return fromUs === undefined || toUs === undefined ? [] : [{ value: (toUs - fromUs) / 1_000, censored: false }];
};

/** Metrics of a call's beginning come from its calls, those of a recovery from recoveries, all others from turns. */
function samplesOfCell(metric: MetricId, rows: readonly TurnRow[], { calls, recoveries }: Pick<CellFindings, "calls" | "recoveries">): readonly Sample[] {
  if (isRecoveryMetric(metric)) return recoverySamples(metric, recoveries);
  const span = connectMetrics[metric];
  return span ? calls.flatMap(connectSample(span)) : samplesOf(metric, rows);
}

function moneyOf(priceList: string, { rows, warmUp, calls }: Pick<CellFindings, "rows" | "warmUp" | "calls">): CellMoney {
  const begun = rows.filter((row) => row.startedUs !== undefined);
  const priced = begun.filter((row) => typeof row.costMicroUsd === "number");
  const unpricedTurns = begun.length - priced.length;
  const used = begun.flatMap((row) => row.usage ?? []);
  const input = used.reduce((sum, usage) => sum + usage.textIn + usage.audioIn, 0);
  const cached = used.reduce((sum, usage) => sum + usage.textCached + usage.audioCached, 0);
  const output = used.reduce((sum, usage) => sum + usage.textOut + usage.audioOut, 0);
  const usd = priced.reduce((sum, row) => sum + (row.costMicroUsd ?? 0), 0) / 1e6;
  // A call that began with a warm-up is measured in part: then the turns' own shares of its time count, and no whole calls.
  const warmed = new Set(warmUp.map((row) => `${row.session}/${row.call}`));
  const isMixed = calls.some((call) => warmed.has(`${call.session}/${call.call}`));
  const minutes = isMixed
    ? rows.reduce((sum, row) => sum + (row.connectedMs ?? 0), 0) / 60e3
    : calls.reduce((sum, call) => sum + ((call.endedUs ?? 0) - (call.openUs ?? call.endedUs ?? 0)), 0) / 60e6;
  const warmUpUsd = warmUp.reduce((sum, row) => sum + (row.costMicroUsd ?? 0), 0) / 1e6;
  return {
    priceList,
    unpricedTurns,
    ...(priced.length > 0 ? { usd, usdPerTurn: usd / priced.length } : {}),
    ...(priced.length > 0 && minutes > 0 ? { usdPerMinute: usd / minutes } : {}),
    ...(warmUp.length > 0 ? { warmUpUsd } : {}),
    ...(priced.length > 0 && calls.length > 0 && !isMixed ? { usdPerCall: usd / calls.length } : {}),
    ...(input > 0 ? { cachedInputShare: cached / input } : {}),
    ...(used.length > 0 ? { inputTokensPerTurn: input / used.length, outputTokensPerTurn: output / used.length } : {}),
  };
}
