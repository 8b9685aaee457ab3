// When something befalls a network, in the time of the call that it belongs to: `20s`, `20s+3s` for a while, `20s+8s/28s` again
// and again, and ranges such as `5s..25s+10s..30s`, of which each call draws its own. The time of a call begins with its
// first dial, and a later dial of the same call comes in the middle of it.

import type { Random } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import { durationMs, durationText } from "./duration-text.ts";

/** A fixed time, or one drawn evenly from a range. */
export type Ms = number | { readonly fromMs: number; readonly toMs: number };

export interface Occasion {
  readonly atMs: Ms;
  /** Absent: for ever, or where it takes no time. */
  readonly forMs?: Ms;
  /** From one beginning to the next; absent: it happens once. */
  readonly everyMs?: number;
}

/** Of a call: nothing left to draw. */
export interface SettledOccasion extends Occasion {
  readonly atMs: number;
  readonly forMs?: number;
}

/** Occasions lie within a call, and no session lives longer than an hour. */
const INSTANT_MS_MAX = 60 * 60_000;

/** One duration, or a range of them, the shorter first. */
function parseMs(text: string): Ms | undefined {
  const [from = "", to, more] = text.split("..");
  const fromMs = durationMs(from);
  if (to === undefined) return fromMs;
  const toMs = durationMs(to);
  if (fromMs === undefined || toMs === undefined || more !== undefined || toMs <= fromMs) return undefined;
  return { fromMs, toMs };
}

const msText = (ms: Ms): string => (typeof ms === "number" ? durationText(ms) : `${durationText(ms.fromMs)}..${durationText(ms.toMs)}`);
const longest = (ms: Ms | undefined): number => (ms === undefined ? 0 : typeof ms === "number" ? ms : ms.toMs);
const shortest = (ms: Ms): number => (typeof ms === "number" ? ms : ms.fromMs);

/** Of the text behind the `@`; `lasts`: whether it may take time. A string is what is wrong with it. */
export function parseOccasion(text: string, { lasts }: { readonly lasts: boolean }): Occasion | string {
  const { at = "", length, every } = /^(?<at>[^+/]*)(?:\+(?<length>[^+/]*))?(?:\/(?<every>[^+/]*))?$/.exec(text)?.groups ?? {};
  const atMs = parseMs(at);
  const forMs = length === undefined ? undefined : parseMs(length);
  const everyMs = every === undefined ? undefined : durationMs(every);
  const isUnread = atMs === undefined || (length !== undefined && (forMs === undefined || !lasts)) || (every !== undefined && everyMs === undefined);
  if (isUnread) return "needs durations with a unit, ms or s";
  if (Math.max(longest(atMs), longest(forMs), everyMs ?? 0) > INSTANT_MS_MAX) return `lies beyond ${durationText(INSTANT_MS_MAX)}, the longest a session lives`;
  if (forMs !== undefined && shortest(forMs) === 0) return "lasts no time: leave it out, or write a duration above 0";
  if (everyMs !== undefined && lasts && forMs === undefined) return "comes again after an end that it does not have: say how long it lasts";
  if (everyMs !== undefined && everyMs <= longest(forMs)) return "comes again before it is over";
  return { atMs, ...(forMs !== undefined && { forMs }), ...(everyMs !== undefined && { everyMs }) };
}

export function formatOccasion({ atMs, forMs, everyMs }: Occasion): string {
  return `${msText(atMs)}${forMs === undefined ? "" : `+${msText(forMs)}`}${everyMs === undefined ? "" : `/${durationText(everyMs)}`}`;
}

/** In the order in which they may begin. */
export const byBeginning = (a: Occasion, b: Occasion): number => shortest(a.atMs) - shortest(b.atMs);

const settleMs = (ms: Ms, random: Random): number => (typeof ms === "number" ? ms : ms.fromMs + random.uniform() * (ms.toMs - ms.fromMs));

/** Draws only what is left to draw, so that a settled one stays as it is. */
export function settleOccasion({ atMs, forMs, everyMs }: Occasion, random: Random): SettledOccasion {
  const settledAtMs = settleMs(atMs, random);
  return { atMs: settledAtMs, ...(forMs !== undefined && { forMs: settleMs(forMs, random) }), ...(everyMs !== undefined && { everyMs }) };
}

/** The last beginning at or before `us`; undefined before the first. */
function lastBeginningUs({ atMs, everyMs }: SettledOccasion, startUs: number, us: number): number | undefined {
  const firstUs = startUs + msToUs(atMs);
  if (us < firstUs) return undefined;
  if (everyMs === undefined) return firstUs;
  const everyUs = msToUs(everyMs);
  return firstUs + Math.floor((us - firstUs) / everyUs) * everyUs;
}

/** Until when one lasts that is going on at `us`, Infinity for ever; undefined where none is. `startUs`: when the call's time began. */
export function lastsUntilUs(occasion: SettledOccasion, startUs: number, us: number): number | undefined {
  const beganUs = lastBeginningUs(occasion, startUs, us);
  if (beganUs === undefined) return undefined;
  const untilUs = occasion.forMs === undefined ? Infinity : beganUs + msToUs(occasion.forMs);
  return us < untilUs ? untilUs : undefined;
}

/** The first beginning at or after `us`; undefined where there is none any more. */
export function nextBeginningUs(occasion: SettledOccasion, startUs: number, us: number): number | undefined {
  const lastUs = lastBeginningUs(occasion, startUs, us);
  if (lastUs === undefined) return startUs + msToUs(occasion.atMs);
  if (lastUs === us) return us;
  return occasion.everyMs === undefined ? undefined : lastUs + msToUs(occasion.everyMs);
}
