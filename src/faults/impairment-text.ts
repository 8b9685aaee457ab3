// The words for impairments, one term at a time: `delay:80ms`, `blackhole@5s+3s`. How terms combine is profile.ts's affair.

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";

export type Term =
  | { readonly word: "delay" | "delay-up" | "delay-down" | "jitter"; readonly ms: number }
  | { readonly word: "reset"; readonly atMs: number }
  | { readonly word: "blackhole"; readonly atMs: number; readonly forMs?: number };

/** A delay beyond this is no network that a voice call is made over; satellites need 0.3 s. */
const DELAY_MS_MAX = 60_000;
/** Faults are timed from the dial, and no session lives longer than an hour. */
const INSTANT_MS_MAX = 60 * 60_000;

const words = {
  delay: { example: "delay:80ms", meaning: "one way, each direction" },
  "delay-up": { example: "delay-up:80ms", meaning: "from the caller to the server only" },
  "delay-down": { example: "delay-down:80ms", meaning: "from the server to the caller only" },
  jitter: { example: "jitter:20ms", meaning: "uniform plus or minus around the delay, drawn for each direction" },
  reset: { example: "reset@5s", meaning: "connection reset, so long after the dial" },
  blackhole: { example: "blackhole@5s+3s", meaning: "nothing passes, from 5 s after the dial for 3 s; without +3s for ever" },
} as const satisfies Record<Term["word"], { readonly example: string; readonly meaning: string }>;

const isWord = (text: string): text is Term["word"] => Object.hasOwn(words, text);

/** What may be written, for messages and help pages. */
export const networkGrammar = `none, or a list of ${Object.values(words)
  .map(({ example, meaning }) => `${example} (${meaning})`)
  .join(", ")}`;

const issue = (message: string): Result<never> => failed({ source: "network", message } satisfies Issue);

/** Reads one term; the issue of a wrong one says how it is written. */
export function parseTerm(text: string): Result<Term> {
  const [, word = "", separator = "", rest = ""] = /^([^:@]*)([:@]?)(.*)$/s.exec(text) ?? [];
  if (!isWord(word)) {
    const meant = didYouMean(word, [...Object.keys(words), "none"]);
    return issue(`${text === "" ? "an empty term" : `"${text}" is no impairment`}${meant ? `; did you mean ${meant}?` : ""} Write ${networkGrammar}`);
  }
  const { example } = words[word];
  if (!separator || !example.startsWith(word + separator)) return issue(`"${text}" is not how ${word} is written: write, for example, ${example}`);

  const parts = word === "blackhole" ? rest.split("+") : [rest];
  const durations = parts.map(durationMs);
  if (durations.length > 2 || durations.includes(undefined)) return issue(`"${text}" needs durations with a unit, ms or s, as in ${example}`);
  const [firstMs = 0, secondMs] = durations;

  if (word === "reset" || word === "blackhole") {
    if (firstMs > INSTANT_MS_MAX || (secondMs ?? 0) > INSTANT_MS_MAX)
      return issue(`"${text}" lies beyond ${durationText(INSTANT_MS_MAX)}, the longest a session lives`);
    if (secondMs === 0) return issue(`"${text}" lasts no time: leave it out, or write a duration above 0`);
    return ok(word === "reset" ? { word, atMs: firstMs } : { word, atMs: firstMs, ...(secondMs !== undefined && { forMs: secondMs }) });
  }
  if (firstMs > DELAY_MS_MAX)
    return issue(`"${text}" is above ${durationText(DELAY_MS_MAX)}, the longest ${word} there is; for an outage write ${words.blackhole.example}`);
  if (firstMs === 0) return issue(`"${text}" does nothing: leave it out, or write none`);
  return ok({ word, ms: firstMs });
}

/** Milliseconds, to the microsecond; undefined for anything but a plain number with ms or s. */
function durationMs(text: string): number | undefined {
  const [, number, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * (unit === "s" ? 1_000_000 : 1_000)) / 1_000;
}

/** `5s` where it is whole seconds, else `1500ms`. */
export const durationText = (ms: number): string => (ms > 0 && ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`);
