// Faults that make a step of a connection's life take so much longer: `WORD:2s`.

import { ok } from "../core/issues.ts";
import { msToUs } from "../core/units.ts";
import { readDelayMs } from "./delay.ts";
import { durationText } from "./duration-text.ts";
import type { ConnectionFault, Fault } from "./fault.ts";

export interface Slow {
  readonly ms: number;
}

export interface SlowFault<Key extends string> {
  readonly key: Key;
  readonly word: string;
  readonly sample: string;
  readonly meaning: string;
  slowed(delayUs: number): ConnectionFault;
}

export function slow<const Key extends string>({ key, word, sample, meaning, slowed }: SlowFault<Key>): Fault<Key, Slow> {
  const example = `${word}:${sample}`;
  return {
    key,
    words: [
      {
        word,
        example,
        meaning,
        read(term) {
          const ms = readDelayMs(term, term.value, example);
          return ms.ok ? ok({ ms: ms.value }) : ms;
        },
      },
    ],
    join: () => undefined,
    format: ({ ms }) => [`${word}:${durationText(ms)}`],
    connection: ({ ms }) => slowed(msToUs(ms)),
  };
}
