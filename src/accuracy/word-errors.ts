// How far a transcript is from what was said: the fewest words (or characters) to replace, leave out or add that make one the
// other (Levenshtein 1966), the numerators of word and character error rates. Rates can exceed one.

import { charactersOf, wordsOf } from "./normalise.ts";

export interface TranscriptErrors {
  /** Of what was said, after normalising. */
  readonly words: number;
  readonly wordErrors: number;
  readonly characters: number;
  readonly characterErrors: number;
}

/** A transcript may be this many times as long as what was said, and so much longer; what lies beyond counts as added. */
const LONGEST = { times: 2, more: 100 } as const;

/** The fewest edits from `said` to `written`. */
export function editsBetween(said: readonly string[], written: readonly string[]): number {
  const most = said.length * LONGEST.times + LONGEST.more;
  if (written.length > most) return editsBetween(said, written.slice(0, most)) + written.length - most;
  let start = 0;
  while (start < said.length && start < written.length && said[start] === written[start]) start++;
  let [saidEnd, writtenEnd] = [said.length, written.length];
  while (saidEnd > start && writtenEnd > start && said[saidEnd - 1] === written[writtenEnd - 1]) {
    saidEnd--;
    writtenEnd--;
  }
  let before = Array.from({ length: writtenEnd - start + 1 }, (_, column) => column);
  for (let row = start; row < saidEnd; row++) {
    const edits = [row - start + 1];
    for (let column = 1; column < before.length; column++) {
      const replaced = (before[column - 1] as number) + (said[row] === written[start + column - 1] ? 0 : 1);
      edits.push(Math.min(replaced, (before[column] as number) + 1, (edits[column - 1] as number) + 1));
    }
    before = edits;
  }
  return before.at(-1) as number;
}

/** Undefined where nothing was said that could be written down. */
export function transcriptErrors(said: string, written: string): TranscriptErrors | undefined {
  const [saidWords, saidCharacters] = [wordsOf(said), charactersOf(said)];
  if (saidWords.length === 0) return undefined;
  return {
    words: saidWords.length,
    wordErrors: editsBetween(saidWords, wordsOf(written)),
    characters: saidCharacters.length,
    characterErrors: editsBetween(saidCharacters, charactersOf(written)),
  };
}
