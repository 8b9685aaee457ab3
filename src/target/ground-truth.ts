// The target's own account of what it did, a row a turn, in microseconds of the machine's monotonic clock. Whoever
// measured the turn from outside is checked against it.

import { appendFileSync, closeSync, openSync } from "node:fs";

/** When audio up to `audioEndMs` (of all audio appended in the session) had arrived. */
export interface FrameArrival {
  readonly audioEndMs: number;
  readonly atUs: number;
}

/**
 * answered: audio (or text) was sent. unanswered: the profile meant it to stay without an answer, or a rate limit did. cancelled: stopped
 * before its first sound. called: the response called functions and said nothing; what follows their outputs has a row of
 * its own, with the same caller's frames. unasked: nobody asked for a response. cut: the session ended first.
 */
export type TruthOutcome = "answered" | "unanswered" | "cancelled" | "called" | "unasked" | "cut";

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
  /** The last seconds before the end of the turn; the reader finds the frame that held the true end of speech. */
  readonly frames: readonly FrameArrival[];
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

/** What the log holds besides turns. */
export type NoteRow = TrickRow | AudioDroppedRow;

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

/** 20 s of frames of 10 ms: the longest silence that ends a turn, and the speech before it. */
const FRAMES_KEPT = 2_048;

/** Arrivals of the latest frames, in a ring that is never reallocated: it is written to for every frame of every caller. */
export interface FrameLog {
  add(audioEndMs: number, atUs: number): void;
  /** Those that ended after `audioMs`, in order. */
  since(audioMs: number): FrameArrival[];
}

export function createFrameLog(): FrameLog {
  const ends = new Float64Array(FRAMES_KEPT);
  const times = new Float64Array(FRAMES_KEPT);
  let count = 0;
  return {
    add(audioEndMs, atUs) {
      ends[count % FRAMES_KEPT] = audioEndMs;
      times[count % FRAMES_KEPT] = atUs;
      count++;
    },
    since(audioMs) {
      const frames: FrameArrival[] = [];
      for (let index = Math.max(0, count - FRAMES_KEPT); index < count; index++) {
        const audioEndMs = ends[index % FRAMES_KEPT] as number;
        if (audioEndMs > audioMs) frames.push({ audioEndMs, atUs: times[index % FRAMES_KEPT] as number });
      }
      return frames;
    },
  };
}
