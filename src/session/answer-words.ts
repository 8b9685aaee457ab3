// The words of an answer while it is heard: its transcript so far, and when a word of it has been heard.

import { normalised } from "./cues.ts";
import type { AnswerWords, TurnState } from "./turn-state.ts";

/**
 * Servers send words ahead of their sound and say nothing of when they sound. While the answer is still coming, slow speech
 * is assumed, so that a word is taken for heard too late rather than too early; µs a character.
 */
const SLOW_SPEECH_US = 1_000_000 / 12;

/** What people take to react, which also makes up for words that are said slower than the rest, µs. */
const REACTION_US = 200_000;

export const wordsSoFar = (before: AnswerWords | undefined, responseId: string, delta: string): AnswerWords => ({
  responseId,
  text: (before?.responseId === responseId ? before.text : "") + delta,
});

/**
 * When the caller, having heard `word` of the answer, can speak, on the clock's scale; undefined while it has not come. Once all of
 * the answer is there, its place in the transcript is taken for its place in the sound.
 */
export function wordHeardUs({ firstAudibleUs, answerId, answerWords, heard, openResponses }: TurnState, word: string): number | undefined {
  if (firstAudibleUs === undefined || answerId === undefined || answerWords?.responseId !== answerId) return undefined;
  const text = normalised(answerWords.text);
  const wanted = normalised(word);
  const place = text.indexOf(wanted);
  if (place < 0) return undefined;
  const characters = place + wanted.length - 2;
  if (openResponses.includes(answerId) || heard?.responseId !== answerId) return Math.round(firstAudibleUs + REACTION_US + characters * SLOW_SPEECH_US);
  const share = Math.min(1, characters / Math.max(1, text.length - 2));
  return Math.round(firstAudibleUs + REACTION_US + share * Math.max(0, heard.endUs - firstAudibleUs));
}
