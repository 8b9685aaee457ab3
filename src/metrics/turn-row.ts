// One row of turns.ndjson: everything that is known of one turn, in integer microseconds since the run's start (calendar
// anchor in run.json). A key that is absent was never known; nothing is ever zero for want of a value. Metrics are pure
// functions of this row (measure.ts), so an old run can be measured anew.

import type { FailureClass } from "../core/failure-classes.ts";

export const turnRowVersion = 1;

export const outcomes = ["answered", "unanswered", "failed", "interrupted", "dropped"] as const;
/**
 * answered: audible sound came within patience. unanswered: none came. failed: the session or the response broke first.
 * interrupted: earshot itself cut the turn (signal, end of the run). dropped: it was planned and never begun by us.
 */
export type Outcome = (typeof outcomes)[number];

/** Tokens of every response the turn owns; cached tokens are part of the input counts, as the API reports them. */
export interface TurnUsage {
  readonly textIn: number;
  readonly textCached: number;
  readonly audioIn: number;
  readonly audioCached: number;
  readonly textOut: number;
  readonly audioOut: number;
}

export interface ExpectationRow {
  readonly what: "transcript" | "tool" | "answer" | "answeredWithinMs";
  readonly met: boolean;
  /** What was found, for people. */
  readonly why: string;
}

export interface TurnRow {
  readonly v: typeof turnRowVersion;
  readonly run: string;
  readonly cell: string;
  /** Caller number in its cell, from 0. */
  readonly session: number;
  /** Calls this caller made before, from 0. */
  readonly call: number;
  /** Turn in the call, from 0. */
  readonly turn: number;
  readonly kind: "plain" | "tool";
  /** Written instead of said: `text` was sent, no clip, and speechEndUs is the instant of the sending. */
  readonly input?: "text";
  readonly clip?: string;
  readonly text?: string;
  readonly effort?: string;
  readonly frameMs: number;
  readonly network: string;
  /** Input tokens of the turn's last response: how long the conversation had become. */
  readonly contextTokens?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Before the measurement: in no figure. */
  readonly warmUp?: true;
  /** Which stage of the load it began in, and which time its cell ran, from 1; absent where there is but one. */
  readonly stage?: number;
  readonly repeat?: number;

  readonly sessionId?: string;
  readonly responseIds?: readonly string[];
  /** The one of them that the answer was heard from. */
  readonly answerId?: string;
  readonly itemId?: string;
  readonly callIds?: readonly string[];

  /** When the plan wanted the turn's audio to begin. */
  readonly plannedUs?: number;
  /** When its audio really began (start of the microphone frame that holds the clip's first sample). */
  readonly startedUs?: number;
  /** The first and the last voiced sample of the clip, by its annotation, on the intended microphone timeline. */
  readonly speechStartUs?: number;
  readonly speechEndUs?: number;
  /** When the frame that holds the last voiced sample was to be sent (frame full), and when it was handed to the socket. */
  readonly speechEndFrameUs?: number;
  readonly speechEndSentUs?: number;
  /** The end of that frame on the session's own audio clock: all audio sent so far, ms. Finds it in the target's truth log. */
  readonly speechEndAudioMs?: number;
  readonly speechStartedUs?: number;
  readonly speechStoppedUs?: number;
  readonly committedUs?: number;
  /** Where the server says that it heard the speech begin and end, without its padding and its silence window. */
  readonly heardStartUs?: number;
  readonly heardEndUs?: number;
  /** First and last piece of the server's transcript of the caller. */
  readonly firstTranscriptUs?: number;
  readonly finalTranscriptUs?: number;
  readonly responseCreatedUs?: number;
  readonly firstDeltaUs?: number;
  /** When the modelled player begins to play the answer's first delta. */
  readonly playerStartUs?: number;
  /** Arrival of the delta that holds the first audible sample. */
  readonly audibleDeltaUs?: number;
  /** When the modelled player plays the first audible sample. */
  readonly firstAudibleUs?: number;
  readonly playoutEndUs?: number;
  readonly responseDoneUs?: number;

  /** Arrival of the answer's last delta, and the audio that had come before it. */
  readonly lastDeltaUs?: number;
  readonly audioBeforeLastUs?: number;
  /** How often, for how long in all and at most the player ran dry in the answer, and the start buffer that would have spared it. */
  readonly stalls?: number;
  readonly stalledUs?: number;
  readonly longestStallUs?: number;
  readonly minStartBufferUs?: number;
  /** The longest silence that was heard within the answer. */
  readonly deadAirUs?: number;

  /** Tool turns: the first call's arguments were complete; the longest wait from a call's arguments to its output's sending. */
  readonly toolCalledUs?: number;
  readonly toolRoundTripUs?: number;
  /** The first audible sample of a response that then called a function; the answer comes later. */
  readonly fillerUs?: number;

  /** Interrupting turns: when the player stopped, the last audible sample of the old answer, and the arrival of its last delta. */
  readonly playerStoppedUs?: number;
  readonly oldAudibleEndUs?: number;
  readonly lastOldDeltaUs?: number;
  /** Audio of the old answer that came and was never played. */
  readonly unheardUs?: number;
  /** What was reported as heard of it, and what the server says it keeps. */
  readonly truncateSentMs?: number;
  readonly truncatedMs?: number;

  /** A back-channel over this turn's answer: its first voiced sample, and when the answer stopped because of it. */
  readonly backChannelUs?: number;
  readonly backChannelStoppedUs?: number;

  readonly outcome: Outcome;
  readonly failureClass?: FailureClass;
  /** What happened, for people: the close code and reason, the server's error message. */
  readonly failure?: string;
  /** How long the caller waited in vain, ms since speechEndUs; the sample is "longer than this". */
  readonly censoredAtMs?: number;
  readonly lateAnswerMs?: number;
  /** cut_off: the next turn interrupted this one's answer before it was heard to its end. recovered: its session was lost and found again in it. */
  readonly flags?: readonly ("early_endpoint" | "talked_over" | "late_answer" | "cut_off" | "recovered")[];
  /** What was expected of the turn, and whether it came to that; absent where nothing was, or earshot itself cut the turn. */
  readonly expectations?: readonly ExpectationRow[];
  /** The transcript of the caller against what the clip says. */
  readonly transcriptErrors?: { readonly words: number; readonly wordErrors: number; readonly characters: number; readonly characterErrors: number };
  readonly transcripts?: { readonly caller?: string; readonly answer?: string };
  readonly usage?: TurnUsage;
  /** Money in millionths of a dollar at `priceList`; null where a price is unknown. */
  readonly costMicroUsd?: number | null;
  readonly priceList?: string;
  /** The turn's share of the time its call was connected: from the end of the turn before (or the open socket) to its own, ms. */
  readonly connectedMs?: number;
  /** Voiced and silent audio the caller sent for this turn, and answer audio received, ms. */
  readonly audioSentMs?: number;
  readonly audioHeardMs?: number;

  readonly latenessMaxUs?: number;
  readonly framesSent?: number;
  readonly framesLate?: number;
  readonly bufferedBytesMax?: number;
  /** The end of speech was sent, or the first audible delta read, while this thread stood still. */
  readonly suspect?: boolean;
}

/** One row of tool-calls.ndjson: a call of a function, what it was asked and what it got. Instants as in a turn's row. */
export interface ToolCallRow {
  readonly v: typeof turnRowVersion;
  readonly run: string;
  readonly cell: string;
  readonly session: number;
  readonly call: number;
  readonly turn: number;
  readonly callId: string;
  readonly responseId: string;
  readonly name: string;
  /** As the model wrote them; absent where the run keeps none. */
  readonly arguments?: string;
  readonly calledUs: number;
  /** Between the arguments and the output as the scenario drew it; absent where it drew none. */
  readonly delayMs?: number;
  /** Absent where the turn was over before the output was due. */
  readonly outputUs?: number;
  readonly output?: string;
  /** value: as scripted. error: a failure. timeout: never answered, as scripted. unknown: the scenario has no such function. */
  readonly result: "value" | "error" | "timeout" | "unknown";
}
