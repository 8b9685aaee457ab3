// One turn of a caller as it is planned: everything resolved, nothing left to be looked up.

import type { Effort } from "../scenario/effort.ts";
import type { Expectation } from "../scenario/expectations.ts";
import type { FeedRow } from "../scenario/feed-reference.ts";
import type { Cue } from "../scenario/caller-turn.ts";

/** What the plan needs to know of a clip. */
export interface ClipTimes {
  readonly durationMs: number;
  /** The first and the last voiced sample. */
  readonly speechStartMs: number;
  readonly speechEndMs: number;
  /** The pauses in it, where a server may take the turn to be over. */
  readonly pausesMs?: readonly number[];
  /** What is said in it. */
  readonly spokenText?: string;
}

export interface PlannedClip extends ClipTimes {
  readonly clip: string;
}

/** A clip to be said, or a text to be sent: then nothing is heard and all times are zero. */
export interface PlannedWords extends ClipTimes {
  readonly clip?: string;
  readonly text?: string;
}

/** When, in the answer that is heard, the voice sets in: so long after its beginning, or after that word. */
export type AnswerMoment = { readonly atAnswerMs: number } | { readonly onWord: string };

export interface PlannedTurn extends PlannedWords {
  readonly turn: number;
  /** The effort that holds in this turn; absent where the model takes none. */
  readonly effort?: Effort;
  readonly maxOutputTokens: number | "inf";
  /** Pause between the end of what was heard before and this turn's audio, µs. */
  readonly thinkUs: number;
  /** The turn is said over the answer to the one before. */
  readonly interruptAt?: AnswerMoment;
  readonly expect?: Expectation;
  /** The rows of feeders that its round drew, in place of the call's. */
  readonly feed?: FeedRow;
  /** A clip that is said over this turn's own answer, which is expected to go on. */
  readonly backChannel?: PlannedClip & { readonly at: AnswerMoment };
}

/** What is said next when the cue came. */
export interface PlannedReaction {
  readonly when: Cue;
  readonly times: number;
  readonly turn: Omit<PlannedTurn, "turn" | "thinkUs">;
}
