// What a session remembers in order to be found again when its connection is lost: the conversation so far, signs of life,
// and the connection that is to take over. Only where the caller reconnects.

import type { RecoveryCause } from "../metrics/recovery-row.ts";
import type { TurnUsage } from "../metrics/turn-row.ts";
import type { FailureClass } from "../core/failure-classes.ts";
import type { NewItem } from "../protocol/client-event.ts";
import type { Cell } from "../plan/matrix.ts";
import type { ConnectPhase } from "../transport/connect-failure.ts";

/** As the scenario has it. */
export type ReconnectPolicy = NonNullable<Cell["settings"]["caller"]["reconnect"]>;

/** How a connection ended, for who has to decide whether to try again. */
export interface ClosedHow {
  readonly code: number;
  /** Where it did not come about, and the HTTP status where there was one. */
  readonly phase?: ConnectPhase;
  readonly status?: number;
  /** The same attempt, made again after a while, may succeed. */
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
}

/** A turn as items of a conversation, in text; skipped: what has no text. */
export interface TurnItems {
  readonly turn: number;
  readonly items: readonly NewItem[];
  readonly skipped: number;
}

/** One loss and what became of it; instants on the clock's scale, µs. */
export interface RecoveryNotes {
  readonly n: number;
  readonly cause: RecoveryCause;
  readonly failureClass?: FailureClass;
  readonly failure?: string;
  readonly planned?: true;
  readonly lostUs: number;
  readonly detectedUs: number;
  readonly attempts: number;
  readonly backoffUs: number;
  readonly retryAfterMs?: number;
  readonly dialledUs?: number;
  readonly openUs?: number;
  readonly sessionUs?: number;
  readonly contextUs?: number;
  /** The new session took over. */
  readonly switchedUs?: number;
  readonly firstAudibleUs?: number;
  readonly callEnded?: true;
  readonly audioLostUpUs: number;
  readonly audioReplayedUs: number;
  readonly audioLostDownUs?: number;
  readonly itemsReplayed: number;
  readonly itemsSkipped: number;
  readonly modalityKept?: boolean;
  /** What the first response after it read anew, once it is known. */
  readonly usage?: TurnUsage;
  readonly turn?: number;
  readonly turnsLost: number;
  readonly turnsDoubled: number;
}

/** The connection that is to take over. */
export interface Successor {
  readonly stage: "waiting" | "dialling" | "configuring" | "replaying";
  /** When its dialling was decided, or it was last waited for. */
  readonly decidedUs: number;
  readonly openUs?: number;
  readonly wallMs?: number;
  readonly sessionId?: string;
  readonly createdUs?: number;
  readonly updateSentUs?: number;
  readonly updatedUs?: number;
  readonly expiresUs?: number;
  readonly errorCode?: string;
  /** Turns whose items were sent, those items' ids by turn, how many acknowledgements are due, and the items that have theirs. */
  readonly turns: readonly number[];
  readonly turnItems: readonly { readonly turn: number; readonly id: string }[];
  readonly sentItems: number;
  readonly refusedItems: number;
  /** What had no text. */
  readonly skippedItems: number;
  readonly acknowledged: readonly string[];
}

export interface Recovery {
  readonly policy: ReconnectPolicy;
  /** Losses so far. */
  readonly count: number;
  readonly history: readonly TurnItems[];
  /** The transcripts of the current turn's responses as far as they came, by response. */
  readonly words: Readonly<Record<string, string>>;
  /** When anything, and when an event, last came from the server; when it was last pinged. */
  readonly aliveUs: number;
  readonly eventUs: number;
  readonly pingedUs?: number;
  readonly wallMs?: number;
  readonly expiresUs?: number;
  /** When the server's limits are open again, by its last word on them. */
  readonly resetUs?: number;
  /** Nobody listens. */
  readonly isLost: boolean;
  /** The loss that is being made good. */
  readonly going?: RecoveryNotes;
  readonly successor?: Successor;
  /** One that was made good and in which nothing was heard yet. */
  readonly stood?: RecoveryNotes;
}
