// Whether what a scenario waits for came in a turn: words in the answer, or a call of a function.

import { normalise } from "../accuracy/normalise.ts";
import type { PlannedReaction } from "../plan/planned-turn.ts";
import type { TurnState } from "./turn-state.ts";

/** As texts are compared everywhere, with a space at either end, so that words are found whole. */
export const normalised = (text: string): string => ` ${normalise(text)} `;

/** `pattern` is text, found as whole words whatever their case and punctuation, or a /regular expression/ on the text as it is. */
export function isHeard(pattern: string, text: string): boolean {
  const expression = /^\/(.*)\/$/s.exec(pattern)?.[1];
  return expression === undefined ? normalised(text).includes(normalised(pattern)) : new RegExp(expression, "iu").test(text);
}

/** Everything that the answers of a turn said counts, a filler's words too. */
export const cueCame = (cue: PlannedReaction["when"], { spoken, calls }: TurnState): boolean =>
  "called" in cue ? calls.some(({ name }) => name === cue.called) : isHeard(cue.heard, spoken.join(" "));
