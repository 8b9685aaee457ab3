// Who said what in a turn, as gpt-4o-transcribe-diarize tells it: sentences or what lies between two pauses, each with its
// speaker. ASSUMED: where a segment ends, and that speakers are letters in the order in which a session first hears them.

import { MS_PER_S } from "../core/units.ts";
import type { Heard, HeardWord } from "./recogniser.ts";

export interface SpokenSegment {
  readonly words: readonly string[];
  readonly speaker: string;
  /** Seconds from the beginning of the item's audio. */
  readonly start: number;
  readonly end: number;
}

const PAUSE_MS = 250;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const UNKNOWN_VOICE = "";

/** `voices`: those of the session so far, to which a new one is added. `fromMs`: where in the item what was heard begins. */
export function segmentsOf(heard: Heard, voices: string[], fromMs: number, itemMs: number): readonly SpokenSegment[] {
  if (heard.text === "") return [];
  const speaker = letterOf(heard.voice ?? UNKNOWN_VOICE, voices);
  const seconds = (ms: number): number => Math.round(Math.min(itemMs, Math.max(0, ms + fromMs))) / MS_PER_S;
  if (heard.clip === undefined) return [{ words: [heard.text], speaker, start: 0, end: seconds(itemMs) }];
  const groups: HeardWord[][] = [];
  let before: HeardWord | undefined;
  for (const word of heard.words) {
    const isNew = !before || word.startMs - before.endMs >= PAUSE_MS || /[.?!]$/.test(before.text);
    if (isNew) groups.push([word]);
    else groups.at(-1)?.push(word);
    before = word;
  }
  return groups.map((group) => ({
    words: group.map(({ text }) => text),
    speaker,
    start: seconds(group[0]?.startMs ?? 0),
    end: seconds(group.at(-1)?.endMs ?? 0),
  }));
}

/** Voices beyond the alphabet share its last letter. */
function letterOf(voice: string, voices: string[]): string {
  if (!voices.includes(voice)) voices.push(voice);
  return LETTERS[Math.min(voices.indexOf(voice), LETTERS.length - 1)] as string;
}
