// The state of one session, what can happen to it and what it can ask for. step.ts is the function between them.

import type { ClientEvent } from "../protocol/client-event.ts";
import type { FailureClass, Outcome, TurnUsage } from "../metrics/turn-row.ts";
import type { PlannedCall, PlannedTurn } from "../plan/plan.ts";
import type { TurnBound } from "../plan/turn-bound.ts";
import type { Account } from "./reservation.ts";
import type { Playback } from "./playback.ts";
import type { EventFields } from "./server-fields.ts";
import type { TurnState } from "./turn-state.ts";

export interface SessionState {
  readonly call: PlannedCall;
  /** When the plan wanted the call to be dialled. */
  readonly plannedUs: number;
  /** connecting, configuring, between turns, waiting for its cost to be granted, for an effort to be acknowledged, in a turn, over. */
  readonly phase: "connecting" | "configuring" | "between" | "reserving" | "updating" | "turn" | "over";
  /** True once a soft stop was asked for: no new turn begins. */
  readonly draining: boolean;
  readonly sessionId?: string;
  readonly openUs?: number;
  readonly createdUs?: number;
  readonly updateSentUs?: number;
  readonly updatedUs?: number;
  /** Frame boundaries of the streaming microphone are gridUs + n * frameUs. Manual turns start a grid of their own. */
  readonly gridUs?: number;
  readonly nextTurn: number;
  /** When the next turn is wanted, on the microphone's grid; during a turn, when it is to be interrupted. */
  readonly nextPlannedUs?: number;
  readonly turn?: TurnState;
  /** The answered turn that the current one interrupts: its responses go on for a while, and it is recorded with their end. */
  readonly interrupted?: TurnState;
  readonly playback: Playback;
  /** Responses of turns that are over: what still comes of them belongs to no later turn. */
  readonly pastResponseIds: readonly string[];
  /** Where the run has a budget. */
  readonly account?: Account;
  readonly unknownEvents: Readonly<Record<string, number>>;
  readonly lastError?: string;
  readonly failureClass?: FailureClass;
  readonly failure?: string;
}

export type Timer = "ready" | "turn" | "patience" | "playout" | "stalled" | "tool";

export type Input =
  | { readonly type: "opened"; readonly atUs: number }
  | { readonly type: "event"; readonly atUs: number; readonly name: string; readonly fields: EventFields }
  | { readonly type: "unreadable"; readonly atUs: number; readonly reason: string }
  /** An audio delta; `audible` holds where in it something is heard, flat: from, to, from, to, offsets in µs. */
  | {
      readonly type: "audio";
      readonly atUs: number;
      readonly responseId: string;
      readonly itemId: string;
      readonly durationUs: number;
      readonly audible: readonly number[];
    }
  /** The frame with the turn's last voiced sample was handed to the socket; with it, `audioMs` of audio since the call began. */
  | { readonly type: "spoken"; readonly atUs: number; readonly turn: number; readonly audioMs: number }
  | { readonly type: "timer"; readonly atUs: number; readonly timer: Timer }
  /** The budget's word on what was asked for by that key. */
  | { readonly type: "granted" | "refused"; readonly atUs: number; readonly key: string }
  | { readonly type: "drain"; readonly atUs: number }
  | { readonly type: "cut"; readonly atUs: number; readonly reason: string }
  | { readonly type: "closed"; readonly atUs: number; readonly failureClass?: FailureClass; readonly reason: string };

export type Command =
  | { readonly type: "send"; readonly event: ClientEvent }
  | { readonly type: "stream"; readonly gridUs: number }
  /** Speak the turn's clip from `startUs` on; with push to talk, its last voiced sample's frame is its last, and a commit follows. */
  | {
      readonly type: "speak";
      readonly turn: number;
      readonly clip: string;
      readonly startUs: number;
      readonly lastVoicedFrame: number;
      readonly pushToTalk: boolean;
    }
  | { readonly type: "timer"; readonly timer: Timer; readonly atUs: number }
  | { readonly type: "clear"; readonly timer: Timer }
  /** The microphone's frames are the next turn's from here on, though this one is recorded later. */
  | { readonly type: "set aside"; readonly turn: number }
  /** The turn is over and may no longer change. */
  | { readonly type: "record"; readonly turn: TurnState }
  /** The turn was never begun. */
  | { readonly type: "skip"; readonly planned: PlannedTurn; readonly outcome: Outcome; readonly failureClass?: FailureClass; readonly failure?: string }
  /** Asks for as much as may be needed at most. `charge` asks nobody: the server has begun something that was not reserved. */
  | { readonly type: "reserve" | "charge"; readonly key: string; readonly bound: TurnBound }
  /** What it came to; without usage nobody told. */
  | { readonly type: "settle"; readonly key: string; readonly usage?: TurnUsage; readonly audioMs: number }
  | { readonly type: "hang up" };

export interface Stepped {
  readonly state: SessionState;
  readonly commands: readonly Command[];
}
