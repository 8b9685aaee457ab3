// What a caller may say, and when, as the resolved scenario holds it.

import type { Effort } from "./effort.ts";
import type { Expectation } from "./expectations.ts";

export const drawOrders = ["sequential", "shuffled", "random"] as const;
/** How draws go through a list: as it is written, in a new order each time it is used up, or each draw by itself. */
export type DrawOrder = (typeof drawOrders)[number];

/** Clips of the manifest that bear a label, one drawn each time. */
export interface ClipSet {
  readonly set: string;
  /** Only clips in that language. */
  readonly language?: string;
  readonly order: DrawOrder;
}

/** A clip by id, in which ${feed:column} may stand, or one of a set. */
export type Say = string | ClipSet;

/** What is asked of the model for one turn; the session's own where it is left out. */
export interface TurnAsk {
  readonly effort?: Effort;
  readonly maxOutputTokens?: number | "inf";
  /** For caller.effortPolicy. */
  readonly complex?: true;
}

/** Said or written, one of the two. */
export interface Words {
  readonly say?: Say;
  /** Sent as a message of the user's, with ${feed:column} filled in. */
  readonly text?: string;
}

export interface Interrupt {
  readonly say: Say;
  /** Its voice sets in this long after the answer is first heard, or once that word of the answer has been heard. */
  readonly atAnswerMs?: number;
  readonly onWord?: string;
  /** No turn of its own: said over the answer, which is expected to go on. */
  readonly backChannel?: true;
}

export interface CallerTurn extends Words, TurnAsk {
  readonly interrupt?: Interrupt;
  readonly expect?: Expectation;
}

/** What was heard in an answer (text, or a /pattern/), or the function that was called in its turn. */
export type Cue = { readonly heard: string } | { readonly called: string };

/** What the caller says next when the cue came, instead of the next turn. */
export interface Reaction extends Words, TurnAsk {
  readonly when: Cue;
  /** How often at most in a call. */
  readonly times: number;
}

export interface EffortPolicy {
  readonly complex: Effort;
  readonly otherwise: Effort;
}

/** Rows of a CSV or JSONL file, one for each call; its columns fill ${feed:column}. */
export interface Feeder {
  readonly file: string;
  readonly order: DrawOrder;
  /** Only rows whose column `language` says so. */
  readonly language?: string;
}

/** How a turn's effort reaches the server: session.update before it, or response.create for it. */
export const effortWays = ["update", "response"] as const;
export type EffortWay = (typeof effortWays)[number];

/** What the sections of the language that this file is about add to a caller. */
export interface CallerScript {
  readonly turns: readonly CallerTurn[];
  readonly reactions?: readonly Reaction[];
  readonly endedBy?: Cue;
  /** The call is over after so many turns. */
  readonly mostTurns?: number;
  readonly effortPolicy?: EffortPolicy;
  readonly effortBy: EffortWay;
  readonly feeders?: readonly Feeder[];
}
