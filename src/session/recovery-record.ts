// From what is remembered of a loss to its row.

import { recoveryRowVersion, type RecoveryRow } from "../metrics/recovery-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { RecoveryNotes } from "./recovery.ts";

export interface RecoveryToRecord {
  readonly run: string;
  readonly runStartUs: number;
  readonly call: PlannedCall;
  readonly notes: RecoveryNotes;
}

export function recoveryRow({ run, runStartUs, call, notes }: RecoveryToRecord): RecoveryRow {
  const at = (instantUs: number): number => Math.round(instantUs - runStartUs);
  const { dialledUs, openUs, sessionUs, contextUs, firstAudibleUs } = notes;
  const instants = Object.entries({ dialledUs, openUs, sessionUs, contextUs, firstAudibleUs }).flatMap(([name, us]) =>
    us === undefined ? [] : [[name, at(us)]],
  );
  const { failureClass, failure, planned, retryAfterMs, callEnded, audioLostDownUs, modalityKept, turn, usage } = notes;
  const known = { failureClass, failure, planned, retryAfterMs, callEnded, modalityKept, turn, usage };
  const recovered = notes.switchedUs !== undefined;
  return {
    v: recoveryRowVersion,
    run,
    cell: call.cell.id,
    session: call.session,
    call: call.call,
    n: notes.n,
    cause: notes.cause,
    lostUs: at(notes.lostUs),
    detectedUs: at(notes.detectedUs),
    attempts: notes.attempts,
    backoffMs: notes.backoffUs / 1_000,
    ...(Object.fromEntries(instants) as Partial<RecoveryRow>),
    recovered,
    audioLostUpMs: notes.audioLostUpUs / 1_000,
    audioReplayedMs: notes.audioReplayedUs / 1_000,
    ...(audioLostDownUs === undefined ? {} : { audioLostDownMs: audioLostDownUs / 1_000 }),
    itemsReplayed: notes.itemsReplayed,
    itemsSkipped: notes.itemsSkipped,
    contextRestored: recovered && notes.itemsSkipped === 0,
    turnsLost: notes.turnsLost,
    turnsDoubled: notes.turnsDoubled,
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<RecoveryRow>),
  };
}
