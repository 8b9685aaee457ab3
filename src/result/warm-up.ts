// Turns that were only there to warm up are rows like any other, and in no figure: this is the one place that parts them.

import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord, RunResult } from "./run-result.ts";

export const isWarmUp = ({ warmUp }: { readonly warmUp?: true }): boolean => warmUp === true;

/** A run's record of all its rows: reports see what was measured, and beside it what was not. */
export function recordOf(result: RunResult, rows: readonly TurnRow[], scenarioYaml: string, recovered: readonly RecoveryRow[] = []): RunRecord {
  const warmUp = rows.filter(isWarmUp);
  const turns = warmUp.length === 0 ? rows : rows.filter((row) => !isWarmUp(row));
  const recoveries = recovered.filter((row) => !isWarmUp(row));
  return { result, turns, ...(warmUp.length > 0 ? { warmUpTurns: warmUp } : {}), ...(recoveries.length > 0 ? { recoveries } : {}), scenarioYaml };
}
