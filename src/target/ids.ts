// Ids as the live server makes them: a prefix and 21 base-62 characters of which the first ones encode time. Ours go on
// with a salt of the session and a counter, so that making one costs no chance and no two sessions can meet.

import type { Random } from "../core/random.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TIME_LENGTH = 9;
const SALT_LENGTH = 7;
const COUNTER_LENGTH = 5;

export type IdPrefix = "event" | "sess" | "item" | "resp" | "conv" | "call" | "seg";

/** Ids of calls were seen with 16 characters; the last ones are those that differ. */
const CALL_LENGTH = 16;

export interface Ids {
  next(prefix: IdPrefix): string;
  /** Characters that stand for nothing, as many as wanted: the padding of text deltas. */
  padding(length: number): string;
}

function base62(value: number, length: number): string {
  let text = "";
  for (let left = value; text.length < length; left = Math.floor(left / digits.length)) text = (digits[left % digits.length] as string) + text;
  return text;
}

/** `startUs`: any time that later sessions find larger. */
export function createIds(startUs: number, random: Random): Ids {
  const padding = (length: number): string => Array.from({ length }, () => digits[random.integer(digits.length)]).join("");
  const head = base62(startUs, TIME_LENGTH) + padding(SALT_LENGTH);
  let count = 0;
  const next = (): string => head + base62(count++, COUNTER_LENGTH);
  return { next: (prefix) => `${prefix}_${prefix === "call" ? next().slice(-CALL_LENGTH) : next()}`, padding };
}
