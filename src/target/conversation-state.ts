// What a session knows, and how the parts of the state machine speak to the outside: by commands, gathered while an input
// is worked on. The state is changed in place: a copy a frame would be fifty a second for each of a thousand callers.

import type { AudioFormat } from "../audio/format.ts";
import type { ResponseObject, ServerEvent, ServerEventDraft } from "../protocol/server-event.ts";
import type { SessionConfig } from "../protocol/session-config.ts";
import type { Agenda } from "./agenda.ts";
import { createAgenda } from "./agenda.ts";
import type { Fault } from "./fault.ts";
import { errorBody } from "./fault.ts";
import type { FrameLog, TruthDraft, TruthRow } from "./ground-truth.ts";
import { createFrameLog } from "./ground-truth.ts";
import type { Ids } from "./ids.ts";
import type { Items } from "./items.ts";
import { createItems } from "./items.ts";
import type { TurnDelays, TurnKey } from "./latency-model.ts";
import type { Profile } from "./profile.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { expiresAtS } from "./session-life.ts";
import type { ResponseSettings } from "./session-update.ts";
import { newSession } from "./session-update.ts";
import type { Delta, Speech, Utterance } from "./speech.ts";
import type { InputTokens, Stretch } from "./usage-meter.ts";
import type { Vad } from "./vad.ts";
import { createVad } from "./vad.ts";

/** Which instant of a truth row the sending of an event settles. */
export interface Stamp {
  readonly row: TruthDraft;
  readonly field: "stoppedSentUs" | "firstDeltaSentUs";
}

export type Command<Event = ServerEvent> =
  | { readonly type: "send"; readonly event: Event; readonly stamp?: Stamp }
  | { readonly type: "truth"; readonly row: TruthRow }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

/** A client event after JSON.parse, its payload unchecked. */
export type RawEvent = Readonly<Record<string, unknown>>;

/** The caller's turn from its end on. */
export interface Turn {
  /** Counts the call's turns from 0. */
  readonly number: number;
  readonly cause: "vad" | "commit" | "text";
  readonly delays: TurnDelays;
  readonly truth: TruthDraft;
}

export interface EndedTurn extends Turn {
  readonly itemId: string;
  /** Its window of the audio, ms. */
  readonly startMs: number;
  readonly endMs: number;
}

export type Task =
  | { readonly type: "speech_started"; readonly itemId: string; readonly startMs: number }
  | { readonly type: "turn_ended"; readonly turn: EndedTurn }
  | { readonly type: "client_event"; readonly event: RawEvent }
  | { readonly type: "rate_limits"; readonly usedTokens: number }
  | { readonly type: "expire" };

export interface ActiveResponse {
  readonly id: string;
  readonly itemId: string;
  readonly settings: ResponseSettings;
  readonly turn: Turn;
  readonly input: InputTokens;
  readonly prompt: readonly Stretch[];
  readonly utterance: Utterance;
  readonly first: Delta;
  /** How much of the utterance max_output_tokens allows. */
  readonly words: number;
  readonly deltas: number;
  readonly isCut: boolean;
  readonly isAnswered: boolean;
  /** When the first delta is due; of an unanswered response, when it fails. */
  readonly firstUs: number;
  isOpen: boolean;
  sentWords: number;
  sentDeltas: number;
  sentAudioMs: number;
}

export interface ConversationOptions {
  readonly model: string;
  readonly profile: Profile;
  readonly speech: Speech;
  /** Names the luck of the call's turns. */
  readonly key: Omit<TurnKey, "turn">;
  /** How the client named the call, for the truth rows. */
  readonly callName?: string;
  readonly ids: Ids;
  readonly openedAtUs: number;
  /** Calendar time, s since 1970, for expires_at. */
  readonly openedAtS: number;
  /** Default: the API's hour. */
  readonly sessionMs?: number;
  /** A session.update that comes before everything else: what a secret was minted for, checked then. */
  readonly defaults?: unknown;
  /** What all sessions of a target share; without one nothing is limited. */
  readonly limiter?: RateLimiter;
}

export interface ConversationState {
  readonly options: ConversationOptions;
  readonly conversationId: string;
  readonly items: Items;
  readonly agenda: Agenda<Task>;
  readonly frames: FrameLog;
  commands: Command[];
  session: SessionConfig;
  inputFormat: AudioFormat;
  vad: Vad;
  /** All audio ever appended, ms; and where the part that was not yet committed or cleared begins. */
  audioMs: number;
  bufferStartMs: number;
  /** The item announced by speech_started, while the caller speaks. */
  speechItemId: string | undefined;
  /** VAD's events keep their order though the end of a turn is told late. */
  vadToldUs: number;
  /** Until when client events wait behind a commit that is still on its path. */
  heldUntilUs: number;
  turns: number;
  /** The last turn, until a response answers it. */
  pending: Turn | undefined;
  response: ActiveResponse | undefined;
  /** What the model has read. */
  seen: readonly Stretch[];
  hasSpoken: boolean;
  isStalled: boolean;
}

export function createState(options: ConversationOptions): ConversationState {
  return {
    options,
    conversationId: options.ids.next("conv"),
    items: createItems(),
    agenda: createAgenda(),
    frames: createFrameLog(),
    commands: [],
    session: newSession({ id: options.ids.next("sess"), model: options.model, expiresAtS: expiresAtS(options.openedAtS, options.sessionMs) }),
    inputFormat: "pcm24k",
    vad: createVad("pcm24k"),
    audioMs: 0,
    bufferStartMs: 0,
    speechItemId: undefined,
    vadToldUs: 0,
    heldUntilUs: 0,
    turns: 0,
    pending: undefined,
    response: undefined,
    seen: [],
    hasSpoken: false,
    isStalled: false,
  };
}

/** The type comes first and the id second, as on the real wire. */
export function emit(state: ConversationState, draft: ServerEventDraft, stamp?: Stamp): void {
  const { type, ...rest } = draft;
  const event = { type, event_id: state.options.ids.next("event"), ...rest } as ServerEvent;
  state.commands.push(stamp ? { type: "send", event, stamp } : { type: "send", event });
}

export function emitFault(state: ConversationState, wrong: Fault, eventId?: string): void {
  emit(state, { type: "error", error: errorBody(wrong, eventId) });
}

export function writeTruth(state: ConversationState, turn: Turn, outcome: TruthRow["outcome"]): void {
  turn.truth.outcome = outcome;
  state.commands.push({ type: "truth", row: turn.truth });
}

export type ResponseEnd = Pick<ResponseObject, "status" | "status_details" | "output" | "usage">;
