// The target's own account of what it did, a row a turn, in microseconds of the machine's monotonic clock. Whoever
// measured the turn from outside is checked against it.

import { appendFileSync, closeSync, openSync } from "node:fs";
import type { ServerFault } from "../faults/server-fault.ts";
import type { Usage } from "../protocol/usage.ts";
import type { FrameArrival } from "./frame-log.ts";
import type { TranslationRow } from "./translation-truth.ts";

/**
 * answered: audio (or text) was sent. unanswered: the profile meant it to stay without an answer, or a rate limit did. cancelled: stopped
 * before its first sound. called: the response called functions and said nothing; what follows their outputs has a row of
 * its own, with the same caller's frames. unasked: nobody asked for a response. cut: the session ended first.
 */
export type TruthOutcome = "answered" | "unanswered" | "cancelled" | "called" | "unasked" | "cut";

/** When the caller was heard to begin, by VAD. */
export interface TruthOnset {
  /** Arrivals of what VAD heard before it told: its padding, and the speech that made it sure. */
  readonly frames: readonly FrameArrival[];
  /** Taken right before speech_started was handed to the socket; what interrupts an answer. */
  sentUs?: number;
}

export interface TruthRow {
  readonly v: 1;
  readonly type: "turn";
  readonly sessionId: string;
  /** `seed/cell/session/call` as the client named its call, absent when it did not. */
  readonly call?: string;
  /** Absent for a turn that is only text. */
  readonly itemId?: string;
  readonly responseId?: string;
  /** What ended the caller's turn; `tool`: it goes on after the outputs of tools; `idle`: the caller said nothing for too long. */
  readonly cause: "vad" | "commit" | "text" | "tool" | "idle";
  /** What VAD heard as the end of speech; with a manual commit the end of the audio. */
  readonly heard?: { readonly speechEndAudioMs: number; /** The clip that was recognised, where anybody asked. */ readonly clip?: string };
  /** Absent where no VAD listened. */
  readonly onset?: TruthOnset;
  /** The last seconds before the end of the turn; the reader finds the frame that held the true end of speech. */
  readonly frames: readonly FrameArrival[];
  /** The model was made to get it wrong: other arguments, or an answer to something else. */
  readonly isWrong?: true;
  readonly planned: {
    readonly endOfUtteranceMs: number;
    readonly thinkMs?: number;
    readonly pathMs: number;
    readonly queueMs: number;
    readonly leadingSilenceMs?: number;
  };
  /** Taken right before speech_stopped (committed, for a manual turn) and the first audio delta were handed to the socket. */
  readonly stoppedSentUs?: number;
  readonly firstDeltaSentUs?: number;
  /** Into the answer's audio, exactly as generated. */
  readonly firstAudibleOffsetMs?: number;
  readonly effort?: string;
  readonly outcome: TruthOutcome;
}

/** A trick that was played; they are told in the same log. */
export interface TrickRow {
  readonly v: 1;
  readonly type: "trick";
  readonly sessionId: string;
  readonly call?: string;
  /** Counts the session's responses from 0. */
  readonly turn: number;
  readonly name: string;
  readonly deed: string;
  /** The event it struck at, and when. */
  readonly at: string;
  readonly atUs: number;
}

/** Audio of an item that is kept no longer: the session's bound or the target's was reached, and it was the session's oldest. */
export interface AudioDroppedRow {
  readonly v: 1;
  readonly type: "audio_dropped";
  readonly sessionId: string;
  readonly call?: string;
  readonly itemId: string;
  readonly audioBytes: number;
  readonly full: "session" | "target";
}

/** What a response is billed, as its response.done tells it or was about to: each response has one, however it ended. */
export interface UsageRow {
  readonly v: 1;
  readonly type: "usage";
  readonly sessionId: string;
  readonly call?: string;
  readonly responseId: string;
  readonly status: string;
  readonly usage: Usage;
}

/** A planned fault of the whole target that struck. */
export interface FaultRow {
  readonly v: 1;
  readonly type: "fault";
  readonly fault: ServerFault["type"];
  readonly atUs: number;
  /** When it is planned to be over; absent for what takes no time. */
  readonly untilUs?: number;
  /** How many connections it cut. */
  readonly cut?: number;
}

/** What the log holds besides turns. */
export type NoteRow = TrickRow | AudioDroppedRow | TranslationRow | UsageRow | FaultRow;

/** A row being gathered. */
export type TruthDraft = { -readonly [Key in keyof TruthRow]: TruthRow[Key] };

export interface TruthSink {
  write(row: TruthRow | NoteRow): void;
  close(): void;
}

/** Appends to the file, one write a row, so that a killed target loses none. Throws where the file can't be opened. */
export function openTruthFile(path: string): TruthSink {
  const file = openSync(path, "a");
  return { write: (row) => appendFileSync(file, `${JSON.stringify(row)}\n`), close: () => closeSync(file) };
}
