// The state of one session, what can happen to it and what it can ask for. step.ts is the function between them.

import type { ClientEvent } from "../protocol/client-event.ts";
import type { FailureClass } from "../core/failure-classes.ts";
import type { Outcome, TurnUsage } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import type { TurnBound } from "../plan/turn-bound.ts";
import type { SessionUpdate } from "./configure.ts";
import type { Account } from "./reservation.ts";
import type { Playback } from "./playback.ts";
import type { ClosedHow, Recovery, RecoveryNotes } from "./recovery.ts";
import type { EventFields } from "./server-fields.ts";
import type { TurnAsk } from "./turn-ask.ts";
import type { TurnState } from "./turn-state.ts";

export interface SessionState {
  readonly call: PlannedCall;
  /** When the plan wanted the call to be dialled. */
  readonly plannedUs: number;
  /** connecting, configuring, loading documents, held until it is wanted, between turns, waiting for its cost to be granted, for a change of settings to be acknowledged, in a turn, over. */
  readonly phase: "connecting" | "configuring" | "loading" | "held" | "between" | "reserving" | "updating" | "turn" | "over";
  /** Dialled before its call is wanted; absent from then on. */
  readonly held?: true;
  /** True once a soft stop was asked for: no new turn begins. */
  readonly draining: boolean;
  readonly sessionId?: string;
  readonly openUs?: number;
  readonly createdUs?: number;
  readonly updateSentUs?: number;
  readonly updatedUs?: number;
  /** Frame boundaries of the streaming microphone are gridUs + n * frameUs. Manual turns start a grid of their own. */
  readonly gridUs?: number;
  /** How many turns were begun or given up: the number of the next one. */
  readonly nextTurn: number;
  /** The reaction that is the next turn, and how often each was used. */
  readonly reaction?: PlannedTurn;
  readonly reactionsUsed?: readonly number[];
  /** What holds on the server of what may change from turn to turn. */
  readonly asked: TurnAsk;
  /** When the next turn is wanted, on the microphone's grid; during a turn, when it is to be interrupted. */
  readonly nextPlannedUs?: number;
  readonly turn?: TurnState;
  /** The answered turn that the current one interrupts: its responses go on for a while, and it is recorded with their end. */
  readonly interrupted?: TurnState;
  readonly playback: Playback;
  /** Responses of turns that are over: what still comes of them belongs to no later turn. */
  readonly pastResponseIds: readonly string[];
  /** Documents that the server has taken, by their items, and the items of turns that may one day be trimmed. */
  readonly documentItems?: readonly string[];
  readonly turnItems?: readonly { readonly turn: number; readonly id: string }[];
  /** Where the run has a budget. */
  readonly account?: Account;
  /** Where the caller reconnects. */
  readonly recovery?: Recovery;
  readonly unknownEvents: Readonly<Record<string, number>>;
  readonly lastError?: string;
  readonly lastErrorCode?: string | undefined;
  readonly failureClass?: FailureClass;
  readonly failure?: string;
}

export type Timer = "ready" | "turn" | "patience" | "playout" | "stalled" | "tool" | "back channel" | "ping" | "pong" | "silence" | "rollover" | "successor";

export type Input =
  /** `wallMs`: calendar time, ms since 1970, where the caller reconnects and wants to know when a session ends. */
  | { readonly type: "opened"; readonly atUs: number; readonly wallMs?: number }
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
  /** The call of a held session is wanted. */
  | { readonly type: "wanted"; readonly atUs: number; readonly plannedUs: number }
  /** The budget's word on what was asked for by that key. */
  | { readonly type: "granted" | "refused"; readonly atUs: number; readonly key: string }
  | { readonly type: "drain"; readonly atUs: number }
  | { readonly type: "cut"; readonly atUs: number; readonly reason: string }
  | { readonly type: "closed"; readonly atUs: number; readonly failureClass?: FailureClass; readonly reason: string; readonly how?: ClosedHow }
  /** The server answered a ping. */
  | { readonly type: "pong"; readonly atUs: number }
  /** The connection that is to take over was dialled, and what it says until it has. */
  | { readonly type: "dialled"; readonly atUs: number }
  | { readonly type: "successor"; readonly atUs: number; readonly input: Input };

export type Command =
  | { readonly type: "send"; readonly event: ClientEvent | SessionUpdate }
  /** Send all documents that the conversation begins with. */
  | { readonly type: "preload" }
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
  | { readonly type: "hang up" }
  /** Nobody listens on the connection any more: cut it, and say nothing. */
  | { readonly type: "lose" }
  | { readonly type: "ping" }
  /** Dial a successor, not before that and not before the run allows it. */
  | { readonly type: "dial"; readonly notBeforeUs: number }
  | { readonly type: "abandon" }
  | { readonly type: "send ahead"; readonly event: ClientEvent | SessionUpdate }
  | { readonly type: "preload ahead" }
  /** The successor takes over; isFirst: no session stood before it. */
  | { readonly type: "switch"; readonly isFirst: boolean }
  /** Goes on speaking from the frame boundary `fromUs`; frames that are due already are sent at once. */
  | { readonly type: "resume"; readonly fromUs: number; readonly streams: boolean; readonly speak?: Extract<Command, { readonly type: "speak" }> }
  | { readonly type: "recovery"; readonly notes: RecoveryNotes };

export interface Stepped {
  readonly state: SessionState;
  readonly commands: readonly Command[];
}
