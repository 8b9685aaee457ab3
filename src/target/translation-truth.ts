// The account of one utterance of a translation session, a row of the log: when its words had arrived, and when each word of
// its translation left. Times in ms are places in audio; those in us are the machine's monotonic clock.

import type { FrameLog } from "./frame-log.ts";
import type { HeardWord } from "./recogniser.ts";

/** A place in the caller's audio, and when the frame that completed it had arrived; absent when it never did. */
export interface Arrival {
  readonly audioMs: number;
  arrivedUs?: number;
}

/** A delta of the translation's audio: where it begins in that audio, and when it was handed to the socket. */
export interface SaidDelta {
  readonly offsetMs: number;
  readonly elapsedMs: number;
  sentUs?: number;
}

export interface TranslationRow {
  readonly v: 1;
  readonly type: "translation";
  readonly sessionId: string;
  readonly call?: string;
  /** Counts the session's utterances from 0. */
  readonly utterance: number;
  /** Asked for when the utterance began. */
  readonly language: string;
  readonly heard: {
    /** Of the utterance, as its level told. */
    readonly start: Arrival;
    readonly end?: Arrival;
    /** Recognised; absent for speech that is no known clip. */
    readonly clip?: string;
    /** The clip's words, each with the end of it. */
    readonly words: readonly { readonly text: string; readonly end: Arrival }[];
  };
  /** From the utterance's start to its translation's, on the clock of the caller's audio. */
  readonly planned: { readonly earVoiceSpanMs: number };
  readonly said: {
    /** Absent: silence. */
    readonly clip?: string;
    readonly deltas: readonly SaidDelta[];
    /** A word was audible when delta number `delta` was, `deltaOffsetMs` into it. Only those that were said. */
    readonly words: readonly { readonly text: string; readonly delta: number; readonly deltaOffsetMs: number }[];
  };
  /** cut: the session ended before all of it was said. */
  readonly outcome: "said" | "silent" | "cut";
}

export interface Arrivals {
  /** Settled at once where the audio has arrived, else as soon as it does. */
  at(audioMs: number): Arrival;
  /** Audio up to there has arrived. */
  hear(audioMs: number, atUs: number): void;
}

/** Notes when places in the caller's audio arrive, past ones from the log of frames and others as they come. */
export function createArrivals(frames: FrameLog): Arrivals {
  const awaited = new Set<Arrival>();
  let heardMs = 0;
  return {
    at(audioMs) {
      const arrival: Arrival = { audioMs };
      const frame = audioMs <= heardMs ? frames.since(audioMs - 1e-6)[0] : undefined;
      if (frame) arrival.arrivedUs = frame.atUs;
      else if (audioMs > heardMs) awaited.add(arrival);
      return arrival;
    },
    hear(audioMs, atUs) {
      heardMs = audioMs;
      frames.add(audioMs, atUs);
      for (const arrival of awaited) {
        if (arrival.audioMs > audioMs) continue;
        arrival.arrivedUs = atUs;
        awaited.delete(arrival);
      }
    },
  };
}

/** Where the words of a translation are in its deltas of `deltaMs`, as far as those go. */
export function placeWords(words: readonly HeardWord[], deltas: number, deltaMs: number): TranslationRow["said"]["words"] {
  const placed = words.map(({ text, startMs }) => ({ text, delta: Math.floor(startMs / deltaMs), deltaOffsetMs: startMs % deltaMs }));
  return placed.filter(({ delta }) => delta < deltas);
}
