// What a session remembers of a turn while it happens; instants on the clock's own scale, µs.

import type { FailureClass, Outcome, TurnUsage } from "../metrics/turn-row.ts";
import type { PlannedTurn } from "../plan/plan.ts";
import type { Heard } from "./heard.ts";
import type { Interruption } from "./interrupt.ts";
import type { ToolCall } from "./tools.ts";

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
  readonly callerTranscript?: string;
  readonly answerTranscript?: string;
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
