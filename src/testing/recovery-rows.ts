// Recoveries that never happened, for tests and for looking at reports.

import { stream } from "../core/random.ts";
import type { RecoveryCause, RecoveryRow } from "../metrics/recovery-row.ts";
import type { RunRecord } from "../result/run-result.ts";

/** A reset at second ten that was noticed at once and over after 600 ms; `fields` replace what a test is about. */
export const recoveryRow = (fields: Partial<RecoveryRow> = {}): RecoveryRow => ({
  v: 1,
  run: "r",
  cell: "all",
  session: 0,
  call: 0,
  n: 0,
  cause: "reset",
  lostUs: 10_000_000,
  detectedUs: 10_002_000,
  attempts: 1,
  backoffMs: 200,
  dialledUs: 10_202_000,
  openUs: 10_210_000,
  sessionUs: 10_230_000,
  contextUs: 10_240_000,
  firstAudibleUs: 10_600_000,
  recovered: true,
  audioLostUpMs: 0,
  audioReplayedMs: 400,
  audioLostDownMs: 0,
  itemsReplayed: 2,
  itemsSkipped: 0,
  contextRestored: true,
  turnsLost: 0,
  turnsDoubled: 0,
  ...fields,
});

/** A session that was given up after six attempts. */
export const neverBack = (fields: Partial<RecoveryRow> = {}): RecoveryRow => {
  const { openUs: _o, sessionUs: _s, contextUs: _c, firstAudibleUs: _f, ...row } = recoveryRow({ attempts: 6, backoffMs: 12_000, dialledUs: 22_100_000 });
  return { ...row, cause: "refused", recovered: false, contextRestored: false, turnsLost: 1, turn: 1, ...fields };
};

/** One row for each caller of the record's first cell: `causes` in turn, all lost at the same second, seeded. */
export function synthesiseRecoveries({ result }: RunRecord, causes: readonly RecoveryCause[]): readonly RecoveryRow[] {
  const [cell] = result.cells;
  return Array.from({ length: cell?.sessions ?? 0 }, (_, session) => {
    const random = stream(result.seed, "recoveries", session);
    const cause = causes[session % causes.length] as RecoveryCause;
    const lostUs = 4_000_000 + Math.round(random.uniform() * 20_000);
    const detectedUs = lostUs + (cause === "half_open" ? 18_000_000 : 1_500);
    const backoffMs = Math.round(random.uniform() * 900);
    const dialledUs = detectedUs + backoffMs * 1_000;
    const sessionUs = dialledUs + 30_000 + Math.round(random.uniform() * 40_000);
    return recoveryRow({
      run: result.runId,
      cell: cell?.id ?? "all",
      session,
      cause,
      ...(cause === "rollover" ? { planned: true as const } : {}),
      lostUs,
      detectedUs,
      attempts: 1 + Math.floor(random.uniform() * 3),
      backoffMs,
      dialledUs,
      openUs: dialledUs + 9_000,
      sessionUs,
      contextUs: sessionUs + 12_000,
      firstAudibleUs: sessionUs + 700_000 + Math.round(random.uniform() * 900_000),
      turn: 1,
      audioLostUpMs: Math.round(random.uniform() * 300),
      usage: { textIn: 300, textCached: 0, audioIn: 80, audioCached: 0, textOut: 0, audioOut: 0 },
      costMicroUsd: 3_760,
    });
  });
}
