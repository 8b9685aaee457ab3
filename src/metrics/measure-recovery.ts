// From a recovery's row to its samples: pure, as measure.ts is for turns.

import type { Sample } from "./measure.ts";
import { recoveryCatalogue, type RecoveryMetricId } from "./recovery-catalogue.ts";
import type { RecoveryRow } from "./recovery-row.ts";

const since = ({ lostUs }: RecoveryRow, atUs: number | undefined): number | undefined => (atUs === undefined ? undefined : (atUs - lostUs) / 1_000);
const share = (condition: boolean): number => (condition ? 1 : 0);

const values: Readonly<Record<RecoveryMetricId, (row: RecoveryRow) => number | undefined>> = {
  recover_detect: (row) => since(row, row.detectedUs),
  recover_socket: (row) => ifRecovered(row, since(row, row.openUs)),
  recover_session: (row) => ifRecovered(row, since(row, row.sessionUs)),
  recover_context: (row) => ifRecovered(row, since(row, row.contextUs)),
  recover_first_audible: (row) => since(row, row.firstAudibleUs),
  recover_backoff: (row) => row.backoffMs,
  recover_audio_lost: (row) => row.audioLostUpMs,
  recover_audio_lost_down: (row) => row.audioLostDownMs,
  recover_audio_replayed: (row) => row.audioReplayedMs,
  recover_attempts: (row) => row.attempts,
  recover_turns_lost: (row) => row.turnsLost,
  recover_turns_doubled: (row) => row.turnsDoubled,
  recover_tokens: ({ usage }) => usage && usage.textIn + usage.audioIn + usage.textOut + usage.audioOut,
  recover_cost: ({ costMicroUsd }) => (typeof costMicroUsd === "number" ? costMicroUsd / 1e6 : undefined),
  recover_context_restored: (row) => ifRecovered(row, share(row.contextRestored)),
  recover_modality_kept: ({ modalityKept }) => (modalityKept === undefined ? undefined : share(modalityKept)),
  recovered: (row) => (row.callEnded ? undefined : share(row.recovered)),
};

/** A socket that opened and broke again before its session stood is no way back. */
const ifRecovered = (row: RecoveryRow, value: number | undefined): number | undefined => (row.recovered ? value : undefined);

/** Whether what the metric waits for never came, though the caller waited for it. A call that was over owed nothing more. */
function isMissing(metric: RecoveryMetricId, { callEnded, recovered, turn, firstAudibleUs }: RecoveryRow): boolean {
  if (callEnded) return false;
  return !recovered || (metric === "recover_first_audible" && turn !== undefined && firstAudibleUs === undefined);
}

/** The last thing on record after the loss: what never came is later than that. */
function waitedMs(row: RecoveryRow): number {
  const { detectedUs, backoffMs, dialledUs = 0, openUs = 0, sessionUs = 0, contextUs = 0 } = row;
  return since(row, Math.max(detectedUs + backoffMs * 1_000, dialledUs, openUs, sessionUs, contextUs)) ?? 0;
}

/**
 * The sample of `metric` of one recovery, or undefined where it has none. A session that never came back is a censored sample
 * of every metric that waits for it: longer than all that was waited.
 */
export function measureRecovery(metric: RecoveryMetricId, row: RecoveryRow): Sample | undefined {
  const value = values[metric](row);
  // A replacement that was ready before the old connection went took no time.
  if (value !== undefined) return { value: Math.max(0, value), censored: false };
  return recoveryCatalogue[metric].censors && isMissing(metric, row) ? { value: Math.max(0, waitedMs(row)), censored: true } : undefined;
}

/** The recoveries that a figure is about: those of the cause it names, or else of all connections that were lost. */
export const recoveriesFor = (rows: readonly RecoveryRow[], cause?: string): readonly RecoveryRow[] =>
  rows.filter((row) => (cause === undefined ? row.planned !== true : row.cause === cause));

export const recoverySamples = (metric: RecoveryMetricId, rows: readonly RecoveryRow[]): Sample[] =>
  rows.map((row) => measureRecovery(metric, row)).filter((sample) => sample !== undefined);
