// Faults that each direction may have its own of: `rate` for both, `rate-up` and `rate-down` for one.

import type { Result } from "../core/issues.ts";
import { ok } from "../core/issues.ts";
import type { Fault, StageOptions, Term, Word } from "./fault.ts";
import type { Direction, Impairment } from "./impairment.ts";

/** Absent where the direction is spared. */
export type PerDirection<Value> = { readonly [D in Direction]?: Value };

export interface PerDirectionFault<Key extends string, Value> {
  readonly key: Key;
  readonly word: string;
  /** A value as it is written, such as `80ms`. */
  readonly sample: string;
  /** What it does to a direction, in a few words. */
  readonly meaning: string;
  read(term: Term): Result<Value>;
  write(value: Value): string;
  clash?: Fault<Key, PerDirection<Value>>["clash"];
  stage(value: Value, options: StageOptions): Impairment;
}

export function perDirection<const Key extends string, Value>(fault: PerDirectionFault<Key, Value>): Fault<Key, PerDirection<Value>> {
  const { key, word, sample, meaning, write, clash } = fault;

  const say = (suffix: string, where: string, directions: readonly Direction[]): Word<PerDirection<Value>> => ({
    word: word + suffix,
    example: `${word}${suffix}:${sample}`,
    meaning: `${meaning}${where}`,
    read(term) {
      const read = fault.read(term);
      return read.ok ? ok(Object.fromEntries(directions.map((direction) => [direction, read.value]))) : read;
    },
  });

  return {
    key,
    words: [
      say("", ", each direction", ["up", "down"]),
      say("-up", ", from the caller to the server only", ["up"]),
      say("-down", ", from the server to the caller only", ["down"]),
    ],
    join: (first, second) => (Object.keys(first).some((direction) => direction in second) ? undefined : { ...first, ...second }),
    ...(clash && { clash }),
    format({ up, down }) {
      const upText = up === undefined ? undefined : write(up);
      const downText = down === undefined ? undefined : write(down);
      if (upText !== undefined && upText === downText) return [`${word}:${upText}`];
      return [...(upText === undefined ? [] : [`${word}-up:${upText}`]), ...(downText === undefined ? [] : [`${word}-down:${downText}`])];
    },
    stage(setting, options) {
      const value = setting[options.direction];
      return value === undefined ? undefined : fault.stage(value, options);
    },
  };
}
