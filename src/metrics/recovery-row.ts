// One row of recoveries.ndjson: a session that lost its connection, or replaced it on purpose, and what came of that. Integer
// microseconds since the run's start, as in a turn's row; a key that is absent was never known or never happened.

import type { FailureClass } from "../core/failure-classes.ts";
import type { TurnUsage } from "./turn-row.ts";

export const recoveryRowVersion = 1;

/**
 * Why the old connection was given up. reset: it broke without a word. closed: the server said goodbye. silent: it was
 * alive, and no event came when one was due. half_open: no pong came. refused, dns, handshake: it never opened. expired: the
 * session's time was over. rate_limit, server_error: the server's own reasons. rollover: replaced before its time was over.
 */
export const recoveryCauses = [
  "reset",
  "closed",
  "silent",
  "half_open",
  "refused",
  "dns",
  "handshake",
  "expired",
  "rate_limit",
  "server_error",
  "rollover",
] as const;
export type RecoveryCause = (typeof recoveryCauses)[number];

export interface RecoveryRow {
  readonly v: typeof recoveryRowVersion;
  readonly run: string;
  readonly cell: string;
  readonly session: number;
  readonly call: number;
  /** Recovery in the call, from 0. */
  readonly n: number;
  /** Before the measurement: in no figure. */
  readonly warmUp?: true;
  readonly cause: RecoveryCause;
  readonly failureClass?: FailureClass;
  /** What happened, for people. */
  readonly failure?: string;
  /** The connection was replaced on purpose, while it stood. */
  readonly planned?: true;
  /** The last proof of life of the old connection: the last byte or pong that came, or its close. */
  readonly lostUs: number;
  /** When we knew. */
  readonly detectedUs: number;
  /** Connections dialled for it, and all that was waited before them: backoff, the server's wish, the run's own bound on reconnects. */
  readonly attempts: number;
  readonly backoffMs: number;
  /** The longest wait that the server asked for. */
  readonly retryAfterMs?: number;
  /** The last attempt: dialled, WebSocket open, session.updated, every replayed item acknowledged. */
  readonly dialledUs?: number;
  readonly openUs?: number;
  readonly sessionUs?: number;
  readonly contextUs?: number;
  /** The first audible sample that was played after it. */
  readonly firstAudibleUs?: number;
  /** A session stood again, as configured and with what could be replayed. */
  readonly recovered: boolean;
  /** The call was over before one did: it was not given up. */
  readonly callEnded?: true;
  /** Caller's speech that was spoken while nobody listened and that was never said again. */
  readonly audioLostUpMs: number;
  /** Caller's audio that was sent a second time. */
  readonly audioReplayedMs: number;
  /** Audio of the answer that came and was never heard. Absent where nobody can know. */
  readonly audioLostDownMs?: number;
  readonly itemsReplayed: number;
  /** Items that could not be replayed, for want of a transcript. */
  readonly itemsSkipped: number;
  /** Every item of the conversation that there was is in the new session, as text. */
  readonly contextRestored: boolean;
  /** After it the model still answered with sound. Absent where no answer followed. */
  readonly modalityKept?: boolean;
  /** The turn in progress when it was lost. */
  readonly turn?: number;
  /** Turns that were given up because of it, and turns that were answered twice. */
  readonly turnsLost: number;
  readonly turnsDoubled: number;
  /**
   * What the replay was billed as: the text that the first response after it read without finding it in the cache, none where
   * nothing was replayed. Absent where no response told its usage. Its price at list; null where that is unknown.
   */
  readonly usage?: TurnUsage;
  readonly costMicroUsd?: number | null;
}
