// What a call has reserved of the run's budget and not yet settled.

import type { TurnUsage } from "../metrics/turn-row.ts";
import type { Context } from "../plan/turn-bound.ts";

/** What was reserved together, from its granting until it is settled: a turn (with one that interrupts it), or the answer after a function call. */
export interface Reservation {
  readonly key: string;
  /** Responses that it covers, and those that came: all of them, and those not yet done. */
  readonly most: number;
  readonly ids: readonly string[];
  readonly openIds: readonly string[];
  /** The caller's audio, in tokens of the context and in ms. */
  readonly spokenTokens: number;
  readonly spokenMs: number;
  readonly heardUs: number;
  readonly usage?: TurnUsage;
  /** A response ended without telling what it cost. */
  readonly isUntold: boolean;
  /** The turn is over: once all its responses are done, it can be settled. */
  readonly isClosed: boolean;
}

export interface Account {
  readonly reservations: readonly Reservation[];
  /** What the model had read and written at the latest response that told it; at first the instructions. */
  readonly base: Context;
  /** Reservations asked for so far; part of their keys. */
  readonly asked: number;
  readonly waiting?: Omit<Reservation, "heardUs" | "ids" | "openIds">;
}
