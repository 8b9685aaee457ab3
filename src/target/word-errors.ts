// Mistakes of a transcriber: words taken for others, missed, or said twice.

import type { Random } from "../core/random.ts";

const takenFor = ["the", "a", "and", "to", "it", "is", "in", "or"] as const;
/** Of mistakes, 60 % take one word for another, 20 % miss it and 20 % say it twice. */
const SUBSTITUTES_BELOW = 0.6;
const MISSES_BELOW = 0.8;

/** Each word is wrong with the probability `share`. What is wrong at one share is wrong at every larger one: draws do not depend on it. */
export function withErrors(words: readonly string[], share: number, random: Random): string[] {
  return words.flatMap((word) => {
    const [luck, kind, other] = [random.uniform(), random.uniform(), random.integer(takenFor.length)];
    if (luck >= share) return [word];
    if (kind >= MISSES_BELOW) return [word, word];
    if (kind >= SUBSTITUTES_BELOW) return [];
    const substitute = takenFor[other] as string;
    return [substitute === word.toLowerCase() ? "uh" : substitute];
  });
}
