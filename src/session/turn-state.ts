// What a session remembers of a turn while it happens; instants on the clock's own scale, µs.

import type { FailureClass } from "../core/failure-classes.ts";
import type { Outcome, TurnUsage } from "../metrics/turn-row.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import type { Heard } from "./heard.ts";

/** What an interrupting turn knows of the answer that it interrupts; instants on the clock's scale, µs. */
export interface Interruption {
  readonly itemId?: string;
  /** When the player stopped. */
  readonly stoppedUs?: number;
  /** The last audible sample of the old answer that was played. */
  readonly audibleEndUs?: number;
  /** Arrival of the last delta of the old answer since the interruption began. */
  readonly lastOldDeltaUs?: number;
  /** Audio of the old answer that came and was never played. */
  readonly unheardUs: number;
  /** What conversation.item.truncate said was heard, and what the server's answer to it says, ms. */
  readonly truncateSentMs?: number;
  readonly truncatedMs?: number;
}

/** What came of one response's transcript. */
export interface AnswerWords {
  readonly responseId: string;
  readonly text: string;
}

/** A back-channel over the turn's answer; instants on the clock's scale, µs. */
export interface BackChannel {
  readonly speechStartUs: number;
  readonly endUs: number;
  /** When the answer stopped because of it. */
  readonly stoppedUs?: number;
}

/** One function call of the model; instants on the clock's scale, µs. */
export interface ToolCall {
  readonly callId: string;
  readonly responseId: string;
  readonly name: string;
  /** As the model wrote them. */
  readonly arguments: string;
  /** When the arguments were complete, when the output is due, and when it was sent. One that is never due is never answered. */
  readonly doneUs: number;
  readonly dueUs?: number;
  readonly sentUs?: number;
  /** What is sent back, and whether that is what was scripted, a failure, nothing, or the news that nobody knows the function. */
  readonly output: string;
  readonly result: "value" | "error" | "timeout" | "unknown";
  /** Its response was cut: nobody waits for the output any more. */
  readonly isDropped?: true;
}

export interface TurnState {
  readonly planned: PlannedTurn;
  readonly plannedUs: number;
  readonly startedUs: number;
  readonly speechStartUs: number;
  readonly speechEndUs: number;
  readonly speechEndFrameUs: number;
  readonly speechEndSentUs?: number;
  readonly speechEndAudioMs?: number;
  readonly speechStartedUs?: number;
  readonly speechStoppedUs?: number;
  readonly committedUs?: number;
  /** Where the server says that it heard the speech begin and end, as it says it, ms of all audio sent. */
  readonly audioStartMs?: number;
  readonly audioEndMs?: number;
  readonly itemId?: string;
  /** Every item that the server made of this turn's speech. */
  readonly inputItemIds: readonly string[];
  readonly firstTranscriptUs?: number;
  readonly finalTranscriptUs?: number;
  readonly responseCreatedUs?: number;
  readonly responseIds: readonly string[];
  /** The response whose first delta is firstDeltaUs. */
  readonly deltaResponseId?: string;
  /** Responses created and not yet done. */
  readonly openResponses: readonly string[];
  readonly firstDeltaUs?: number;
  readonly playerStartUs?: number;
  readonly audibleDeltaUs?: number;
  readonly firstAudibleUs?: number;
  /** The response that the answer is heard from. */
  readonly answerId?: string;
  readonly playoutEndUs?: number;
  readonly responseDoneUs?: number;
  readonly audioHeardUs: number;
  /** Of the response that the answer is heard from; before there is an answer, of the latest response with sound. */
  readonly heard?: Heard;
  /** The first audible sample of a response that then called a function: a filler, not the answer. */
  readonly fillerUs?: number;
  readonly calls: readonly ToolCall[];
  /** Names of functions by call id, and the responses whose outputs were followed by response.create. */
  readonly functionNames?: Readonly<Record<string, string>>;
  readonly askedOn?: readonly string[];
  readonly interruption?: Interruption;
  /** The next turn interrupted this one's answer before it was heard to its end. */
  readonly isCutOff?: boolean;
  readonly contextTokens?: number;
  readonly usage?: TurnUsage;
  /** What the server wrote down of the caller, item by item. */
  readonly inputTranscripts?: Readonly<Record<string, string>>;
  readonly answerTranscript?: string;
  /** Whole transcripts of the turn's responses, and what came of the latest one. */
  readonly spoken: readonly string[];
  readonly answerWords?: AnswerWords;
  readonly backChannel?: BackChannel;
  /** Its session was lost in it; where its answer had been heard by then, that session, and whether it was heard in part only. */
  readonly isRecovered?: true;
  readonly sessionId?: string;
  readonly isHalf?: boolean;
  readonly earlyEndpoint: boolean;
  readonly talkedOver: boolean;
  readonly lateAnswerUs?: number;
  /** Set once, when the turn is decided; what arrives afterwards no longer changes it. */
  readonly outcome?: Outcome;
  readonly censoredAtUs?: number;
  readonly failureClass?: FailureClass;
  readonly failure?: string;
}

/** The turn that begins with the frame at `startedUs`; frames are `frameUs` long. */
export function beginTurn(planned: PlannedTurn, times: { readonly plannedUs: number; readonly startedUs: number; readonly frameUs: number }): TurnState {
  const { plannedUs, startedUs, frameUs } = times;
  const speechEndUs = startedUs + Math.round(planned.speechEndMs * 1_000);
  return {
    planned,
    plannedUs,
    startedUs,
    speechStartUs: startedUs + Math.round(planned.speechStartMs * 1_000),
    speechEndUs,
    speechEndFrameUs: startedUs + Math.max(1, Math.ceil((speechEndUs - startedUs) / frameUs)) * frameUs,
    responseIds: [],
    openResponses: [],
    audioHeardUs: 0,
    inputItemIds: [],
    spoken: [],
    calls: [],
    earlyEndpoint: false,
    talkedOver: false,
  };
}

export function addUsage(a: TurnUsage | undefined, b: TurnUsage): TurnUsage {
  if (!a) return b;
  return {
    textIn: a.textIn + b.textIn,
    textCached: a.textCached + b.textCached,
    audioIn: a.audioIn + b.audioIn,
    audioCached: a.audioCached + b.audioCached,
    textOut: a.textOut + b.textOut,
    audioOut: a.audioOut + b.audioOut,
  };
}
