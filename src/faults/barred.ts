// Faults of the dial: `WORD:WHAT` for ever, `WORD:WHAT@5s+3s` for dials within that time of the call.

import { ok, type Result } from "../core/issues.ts";
import { wrong, type BarredBy, type Fault, type Term, type Word } from "./fault.ts";
import { formatOccasion, lastsUntilUs, type Occasion } from "./occasion.ts";
import { readOccasions, settledOnes, settleOccasions } from "./timed.ts";

export interface Barred {
  /** As it is written behind the word. */
  readonly what: string;
  /** Absent: at all times. */
  readonly when?: Occasion;
}

export interface BarredFault<Key extends string> {
  readonly key: Key;
  readonly word: string;
  readonly meaning: string;
  /** What may be written behind the word, and what then stops the dial. */
  readonly stops: Readonly<Record<string, BarredBy>>;
}

export function barred<const Key extends string>({ key, word, meaning, stops }: BarredFault<Key>): Fault<Key, readonly Barred[]> {
  const example = `${word}:${Object.keys(stops)[0]}`;
  const read = (term: Term): Result<readonly Barred[]> => {
    const [what = "", ...when] = term.value.split("@");
    if (!Object.hasOwn(stops, what) || when.length > 1)
      return wrong(`"${term.text}" is not how ${word} is written: write, for example, ${example} or ${example}@5s+3s`);
    const [value] = when;
    if (value === undefined) return ok([{ what }]);
    const occasions = readOccasions(term, value, { lasts: true, example: `${example}@5s+3s` });
    return occasions.ok ? ok(occasions.value.map((occasion) => ({ what, when: occasion }))) : occasions;
  };
  const said: Word<readonly Barred[]> = { word, example, meaning: `${meaning}; with @5s+3s only for dials within that time`, read };
  return {
    key,
    words: [said],
    join: (first, second) => [...first, ...second],
    format: (all) => all.map(({ what, when }) => `${word}:${what}${when === undefined ? "" : `@${formatOccasion(when)}`}`),
    settle: (all, random) => all.map(({ what, when }) => ({ what, ...(when && { when: settleOccasions([when], random)[0] as Occasion }) })),
    dial(all, { originUs, dialledUs }) {
      const now = all.find(
        ({ when }) => when === undefined || settledOnes([when]).some((occasion) => lastsUntilUs(occasion, originUs, dialledUs) !== undefined),
      );
      return now && stops[now.what];
    },
  };
}
