// What a session knows of what its caller said: audio kept for the recogniser, what it was asked, and transcripts on their way.

import type { Random } from "../core/random.ts";
import type { InputTranscriptionConfig } from "../protocol/session-config.ts";
import type { LogProb } from "../protocol/server-event.ts";
import type { SpokenSegment } from "./speaker-segments.ts";
import type { HeardWord } from "./recogniser.ts";
import type { TurnAudio } from "./turn-audio.ts";
import { createTurnAudio } from "./turn-audio.ts";

/** Of longer turns only the last part is kept. */
export const MOST_TURN_MS = 60_000;

/** A committed turn whose transcript is owed. */
export interface TranscriptJob {
  readonly itemId: string;
  readonly drawnAs: number | string;
  readonly audioMs: number;
  readonly config: InputTranscriptionConfig;
  readonly spanUs: number;
  readonly fails: boolean;
  /** How sure each piece is, where the session asks for it and the model tells. */
  logprobs?: readonly LogProb[];
  /** Who said each piece, where the model tells speakers apart. */
  segments?: readonly SpokenSegment[];
  /** The pieces of the transcript: joined they are the transcript. Known once the turn was heard. */
  pieces: readonly string[] | undefined;
  sent: number;
  startUs: number;
  /** Its first delta was due before the turn was heard. */
  isOverdue: boolean;
}

/** A transcript that streams while the caller still speaks. Times on the clock of the session's audio. */
export interface LiveTranscript {
  readonly itemId: string;
  readonly config: InputTranscriptionConfig;
  readonly lagUs: number;
  readonly wordErrorShare: number;
  readonly random: Random;
  /** Where the speech begins that is not yet recognised. */
  fromMs: number;
  /** Until when what is said is known. */
  knownUntilMs: number;
  askedFromMs: number | undefined;
  lastAskMs: number;
  asks: number;
  /** Words to be said as soon as their audio is here. */
  readonly words: HeardWord[];
  readonly pieces: string[];
  lastDueUs: number;
}

export interface HearingState {
  audio: TurnAudio;
  /** Items that the recogniser was asked about and has not answered. */
  readonly asked: Set<string>;
  /** Requests for a response that wait until the turn was heard, because the script answers to what was said. */
  readonly waiting: { readonly dueUs: number; readonly overrides: unknown; readonly eventId: string | undefined }[];
  readonly jobs: Map<string, TranscriptJob>;
  live: LiveTranscript | undefined;
  /** In the order they were first heard. */
  readonly voices: string[];
}

export const createHearing = (): HearingState => ({
  audio: createTurnAudio("pcm24k", MOST_TURN_MS),
  asked: new Set(),
  waiting: [],
  jobs: new Map(),
  live: undefined,
  voices: [],
});
