// When each word of a recording is said, by estimate: the voiced time is shared out by the words' letters. Good enough to place a
// marker or read a chart; only a synthesiser knows better.

import type { SpeechSegment } from "./segments.ts";

export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** The words of the text without punctuation, by the rules of the language (a BCP 47 tag), spread over the segments in order. */
export function estimateWords(text: string, language: string, segments: readonly SpeechSegment[]): TimedWord[] {
  const words = [...new Intl.Segmenter(language, { granularity: "word" }).segment(text)].filter((part) => part.isWordLike).map((part) => part.segment);
  const letters = words.map((word) => Array.from(word).length);
  const allLetters = letters.reduce((sum, count) => sum + count, 0);
  const voicedMs = segments.reduce((sum, segment) => sum + segment.endMs - segment.startMs, 0);
  let before = 0;
  return words.map((word, index) => {
    const start = (before / allLetters) * voicedMs;
    before += letters[index] as number;
    const end = (before / allLetters) * voicedMs;
    return { text: word, startMs: instantOf(start, segments, "start"), endMs: instantOf(end, segments, "end") };
  });
}

/** The instant after which so much has been voiced. Between two segments a word that ends belongs to the first, one that starts to the second. */
function instantOf(voicedMs: number, segments: readonly SpeechSegment[], edge: "start" | "end"): number {
  let left = voicedMs;
  for (const { startMs, endMs } of segments) {
    const lengthMs = endMs - startMs;
    const isHere = edge === "start" ? left < lengthMs - 1e-6 : left <= lengthMs + 1e-6;
    if (isHere) return Math.round(Math.min(startMs + left, endMs) * 100) / 100;
    left -= lengthMs;
  }
  return segments.at(-1)?.endMs ?? 0;
}
