// The tables of recoveries by cause or by cell, as texts: the summary and the page print the same ones.

import { recoveriesFor, recoverySamples } from "../metrics/measure-recovery.ts";
import type { RecoveryMetricId } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { viewCells } from "./cell-view.ts";
import { absent, formatCount, formatQuantile, formatUsd } from "./format.ts";
import {
  audioText,
  causeName,
  recoveriesByCause,
  recoveryMean,
  recoveryQuantile,
  recoverySum,
  cameBackText,
  shareText,
  type RecoveryGroup,
} from "./recoveries.ts";
import type { TextColumn, TextTable } from "./text-table.ts";

interface Figure {
  readonly header: string;
  readonly of: (rows: readonly RecoveryRow[]) => string;
}

const quantileText = (metric: RecoveryMetricId, p: number) => (rows: readonly RecoveryRow[]) => formatQuantile(recoveryQuantile(metric, rows, p));
const total = (metric: RecoveryMetricId) => (rows: readonly RecoveryRow[]) => formatCount(recoverySum(metric, rows));
const audio = (metric: RecoveryMetricId) => (rows: readonly RecoveryRow[]) =>
  recoverySamples(metric, rows).length === 0 ? absent : audioText(recoverySum(metric, rows));

/** How it went. */
const times: readonly Figure[] = [
  { header: "times", of: (rows) => formatCount(rows.length) },
  { header: "came back", of: cameBackText },
  { header: "noticed p50", of: quantileText("recover_detect", 0.5) },
  { header: "noticed p95", of: quantileText("recover_detect", 0.95) },
  { header: "noticed at most", of: quantileText("recover_detect", 1) },
  { header: "ready p50", of: quantileText("recover_session", 0.5) },
  { header: "ready p95", of: quantileText("recover_session", 0.95) },
  { header: "ready at most", of: quantileText("recover_session", 1) },
  { header: "heard again p50", of: quantileText("recover_first_audible", 0.5) },
  { header: "heard again p95", of: quantileText("recover_first_audible", 0.95) },
  { header: "heard again at most", of: quantileText("recover_first_audible", 1) },
  { header: "attempts", of: (rows) => recoveryMean("recover_attempts", rows)?.toFixed(1) ?? absent },
];

/** What was lost on the way, and what the way back cost. */
const losses: readonly Figure[] = [
  { header: "times", of: (rows) => formatCount(rows.length) },
  { header: "speech lost", of: audio("recover_audio_lost") },
  { header: "answers lost", of: audio("recover_audio_lost_down") },
  { header: "turns lost", of: total("recover_turns_lost") },
  { header: "doubled", of: total("recover_turns_doubled") },
  { header: "context kept", of: (rows) => shareText("recover_context_restored", rows) },
  { header: "tokens", of: (rows) => (recoverySamples("recover_tokens", rows).length === 0 ? absent : formatCount(recoverySum("recover_tokens", rows))) },
  { header: "replays", of: (rows) => (recoverySamples("recover_cost", rows).length === 0 ? absent : formatUsd(recoverySum("recover_cost", rows))) },
];

/** Quantiles that no group has recoveries enough for, and what no group knows, are left out. */
function tableOf(first: string, groups: readonly RecoveryGroup[], figures: readonly Figure[]): TextTable {
  const shown = figures.filter(({ of }) => groups.some(({ rows }) => of(rows) !== absent));
  return {
    columns: [{ header: first, align: "left" }, ...shown.map(({ header }): TextColumn => ({ header, align: "right" }))],
    rows: groups.map(({ name, rows }) => [name, ...shown.map(({ of }) => of(rows))]),
  };
}

export interface RecoveryTables {
  /** How long it took, and what was lost on the way. */
  readonly times: TextTable;
  readonly losses: TextTable;
}

const tablesOf = (first: string, groups: readonly RecoveryGroup[]): RecoveryTables | undefined =>
  groups.length === 0 ? undefined : { times: tableOf(first, groups, times), losses: tableOf(first, groups, losses) };

/** All recoveries by cause, replacements on purpose as one of them; undefined where there were none. */
export const recoveriesByCauseTables = (record: RunRecord): RecoveryTables | undefined =>
  tablesOf(
    "cause",
    recoveriesByCause(record).map(({ name, rows }) => ({ name: causeName(name), rows })),
  );

/** Connections that were lost, by cell; undefined where the run has one cell. */
export function recoveriesByCellTables(record: RunRecord): RecoveryTables | undefined {
  const views = viewCells(record);
  const groups = Map.groupBy(recoveriesFor(record.recoveries ?? []), ({ cell }) => cell);
  if (views.length < 2) return undefined;
  return tablesOf(
    "cell",
    views.flatMap(({ cell, name }) => {
      const rows = groups.get(cell.id);
      return rows ? [{ name, rows }] : [];
    }),
  );
}
