// What a session knows, and how the parts of the state machine speak to the outside: by commands, gathered while an input
// is worked on. The state is changed in place: a copy a frame would be fifty a second for each of a thousand callers.

import type { AudioFormat } from "../audio/format.ts";
import type { ResponseObject, ServerEvent, ServerEventDraft } from "../protocol/server-event.ts";
import type { SessionConfig } from "../protocol/session-config.ts";
import type { Agenda } from "./agenda.ts";
import { createAgenda } from "./agenda.ts";
import type { Fault } from "./fault.ts";
import { errorBody } from "./fault.ts";
import type { FrameLog } from "./frame-log.ts";
import { createFrameLog } from "./frame-log.ts";
import type { NoteRow, TruthDraft, TruthOnset, TruthRow } from "./ground-truth.ts";
import type { HearingState } from "./hearing-state.ts";
import { createHearing } from "./hearing-state.ts";
import type { Ids } from "./ids.ts";
import type { Entry, Items } from "./items.ts";
import { createItems } from "./items.ts";
import type { AudioTotal, KeptAudio } from "./item-audio.ts";
import { createKeptAudio } from "./item-audio.ts";
import type { TurnDelays, TurnKey } from "./latency-model.ts";
import type { Profile } from "./profile.ts";
import type { Heard } from "./recogniser.ts";
import type { Rule, ScriptCall } from "./script.ts";
import type { ServiceQueue } from "./service-queue.ts";
import type { RateLimiter } from "./rate-limit.ts";
import { expiresAtS } from "./session-life.ts";
import type { ResponseSettings } from "./session-update.ts";
import { newSession } from "./session-update.ts";
import type { Delta, Speech, Utterance } from "./speech.ts";
import type { Trick } from "./trick.ts";
import type { SaidDelta } from "./translation-truth.ts";
import type { InputTokens, Stretch } from "./usage-meter.ts";
import type { Vad } from "./vad.ts";
import { createVad } from "./vad.ts";

/** Which instant of a truth row the sending of an event settles. */
export type Stamp =
  | { readonly row: TruthDraft; readonly field: "stoppedSentUs" | "firstDeltaSentUs" }
  | { readonly row: SaidDelta | TruthOnset; readonly field: "sentUs" };

/** Settles the instant. */
export function stampSent(stamp: Stamp, atUs: number): void {
  if (stamp.field === "sentUs") stamp.row.sentUs = atUs;
  else stamp.row[stamp.field] = atUs;
}

export type Command<Event = ServerEvent> =
  /** `trick`: what the script's rule for the response that begins here does wrong. */
  | { readonly type: "send"; readonly event: Event; readonly stamp?: Stamp; readonly trick?: Trick }
  | { readonly type: "truth"; readonly row: TruthRow }
  /** What else the log of the truth tells. */
  | { readonly type: "note"; readonly row: NoteRow }
  /** To be answered by an input `recognised`. Without a turn the caller still speaks. */
  | { readonly type: "recognise"; readonly itemId: string; readonly audio: Uint8Array; readonly format: AudioFormat; readonly turn?: EndedTurn }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

/** A client event after JSON.parse, its payload unchecked. */
export type RawEvent = Readonly<Record<string, unknown>>;

/** The caller's turn from its end on. */
export interface Turn {
  /** Counts the call's turns from 0; absent where it is none of the caller's. */
  readonly number?: number;
  /** What names its luck: its number, if it has one. */
  readonly drawnAs: number | string;
  readonly cause: TruthRow["cause"];
  readonly delays: TurnDelays;
  readonly truth: TruthDraft;
  /** What was said, once the recogniser was asked and has answered. */
  heard?: Heard | undefined;
}

export interface EndedTurn extends Turn {
  readonly itemId: string;
  /** Its window of the audio, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Its sound, until that is an item's. */
  audio?: Uint8Array | undefined;
  /** Where in all audio the part begins that the recogniser was asked about. */
  heardFromMs?: number;
}

export type Task =
  | { readonly type: "speech_started"; readonly itemId: string; readonly startMs: number; readonly onset: TruthOnset }
  | { readonly type: "turn_ended"; readonly turn: EndedTurn }
  /** `audioMs`: all audio that had come when the event did. */
  | { readonly type: "client_event"; readonly event: RawEvent; readonly audioMs: number }
  /** `startMs`: where in all audio the silence began, once it did. */
  | { readonly type: "idle"; readonly epoch: number; readonly startMs: number | undefined }
  | { readonly type: "rate_limits"; readonly usedTokens: number }
  | { readonly type: "transcript"; readonly turn: EndedTurn }
  | { readonly type: "live_word"; readonly itemId: string; readonly piece: string }
  | { readonly type: "expire" };

interface OutputProgress {
  readonly itemId: string;
  /** Tokens it would take whole. */
  readonly needed: number;
  /** max_output_tokens allows only a part of it. */
  readonly isCut: boolean;
  /** When it opens; known once the item before it is done. */
  startUs: number;
  isOpen: boolean;
}

export interface MessageOutput extends OutputProgress {
  readonly type: "message";
  readonly utterance: Utterance;
  /** Exact zero samples before its first word, ms. */
  readonly silenceMs: number;
  readonly first: Delta;
  /** How much of the utterance is sent at most. */
  readonly words: number;
  readonly deltas: number;
  sentWords: number;
  sentDeltas: number;
  sentAudioMs: number;
}

export interface CallOutput extends OutputProgress {
  readonly type: "call";
  readonly callId: string;
  readonly name: string;
  /** The arguments, delta by delta. */
  readonly pieces: readonly string[];
  sentPieces: number;
}

export type Output = MessageOutput | CallOutput;

/** A turn that called functions and goes on once their outputs are there. */
export interface ToolTurn {
  readonly turn: Turn;
  /** What the script means to say in the end. */
  readonly rule: Rule | undefined;
  /** Calls that may not be made at once. */
  readonly left: readonly ScriptCall[];
  /** Counts the turn's responses that called. */
  readonly round: number;
  /** Names of the functions by call id. */
  readonly callNames: ReadonlyMap<string, string>;
}

export interface ActiveResponse {
  readonly id: string;
  /** Outside the conversation, which neither shows nor keeps its items. */
  readonly isBeside: boolean;
  readonly settings: ResponseSettings;
  readonly turn: Turn;
  readonly input: InputTokens;
  readonly prompt: readonly Stretch[];
  readonly outputs: readonly Output[];
  /** Those of them that are done. */
  readonly finished: Entry[];
  readonly isAnswered: boolean;
  /** When the first delta is due; of an unanswered response, when it fails. */
  readonly firstUs: number;
  /** Whether the first audio or written word was sent. */
  hasSounded: boolean;
}

export interface ConversationOptions {
  readonly model: string;
  readonly profile: Profile;
  readonly speech: Speech;
  /** The script answers to what was said: every turn is recognised, and its answer waits for that. */
  readonly scriptListens?: boolean;
  /** Names the luck of the call's turns. */
  readonly key: Omit<TurnKey, "turn">;
  /** How the client named the call, for the truth rows. */
  readonly callName?: string;
  readonly ids: Ids;
  /** Shared by all sessions of a target whose profile lets answers wait for each other. */
  readonly queue?: ServiceQueue;
  readonly openedAtUs: number;
  /** Calendar time, s since 1970, for expires_at. */
  readonly openedAtS: number;
  /** Default: the API's hour. */
  readonly sessionMs?: number;
  /** A session.update that comes before everything else: what a secret was minted for, checked then. */
  readonly defaults?: unknown;
  /** What all sessions of a target share; without one nothing is limited. */
  readonly limiter?: RateLimiter;
  /** Counts what all sessions of a target keep; without it each has only its own bound. */
  readonly audioTotal?: AudioTotal;
}

export interface ConversationState {
  readonly options: ConversationOptions;
  readonly conversationId: string;
  readonly items: Items;
  readonly agenda: Agenda<Task>;
  readonly frames: FrameLog;
  readonly kept: KeptAudio;
  readonly hearing: HearingState;
  commands: Command[];
  session: SessionConfig;
  inputFormat: AudioFormat;
  vad: Vad;
  /** All audio ever appended, ms; and where the part that was not yet committed or cleared begins. */
  audioMs: number;
  bufferStartMs: number;
  /** The item announced by speech_started, while the caller speaks. */
  speechItemId: string | undefined;
  /** How the caller's speech was heard to begin, until the turn is over. */
  onset: TruthOnset | undefined;
  /** VAD's events keep their order though the end of a turn is told late. */
  vadToldUs: number;
  /** Until when client events wait behind a commit that is still on its path. */
  heldUntilUs: number;
  turns: number;
  /** The last turn, until a response answers it. */
  pending: Turn | undefined;
  response: ActiveResponse | undefined;
  beside: readonly ActiveResponse[];
  toolTurn: ToolTurn | undefined;
  /** Responses and silences that are no turn of the caller's. */
  unnumbered: number;
  /** Changes whenever a silence ends that was being waited for. */
  idleEpoch: number;
  /** The silence that ends the turn under semantic VAD, drawn once a turn. */
  semanticWait: { readonly turn: number; readonly eagerness: string; readonly ms: number } | undefined;
  /** Size of the items that the client created, characters. */
  createdCharacters: number;
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
    kept: createKeptAudio(),
    hearing: createHearing(),
    commands: [],
    session: newSession({ id: options.ids.next("sess"), model: options.model, expiresAtS: expiresAtS(options.openedAtS, options.sessionMs) }),
    inputFormat: "pcm24k",
    vad: createVad("pcm24k"),
    audioMs: 0,
    bufferStartMs: 0,
    speechItemId: undefined,
    onset: undefined,
    vadToldUs: 0,
    heldUntilUs: 0,
    turns: 0,
    pending: undefined,
    response: undefined,
    beside: [],
    toolTurn: undefined,
    unnumbered: 0,
    idleEpoch: 0,
    semanticWait: undefined,
    createdCharacters: 0,
    seen: [],
    hasSpoken: false,
    isStalled: false,
  };
}

/** The type comes first and the id second, as on the real wire. */
export function emit(state: ConversationState, draft: ServerEventDraft, stamp?: Stamp, trick?: Trick): void {
  const { type, ...rest } = draft;
  const event = { type, event_id: state.options.ids.next("event"), ...rest } as ServerEvent;
  state.commands.push({ type: "send", event, ...(stamp ? { stamp } : {}), ...(trick ? { trick } : {}) });
}

export function emitFault(state: ConversationState, wrong: Fault, eventId?: string): void {
  emit(state, { type: "error", error: errorBody(wrong, eventId) });
}

export function writeTruth(state: ConversationState, turn: Turn, outcome: TruthRow["outcome"]): void {
  turn.truth.outcome = outcome;
  state.commands.push({ type: "truth", row: turn.truth });
}

export type ResponseEnd = Pick<ResponseObject, "status" | "status_details" | "output" | "usage">;
