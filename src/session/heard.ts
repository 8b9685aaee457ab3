// What the caller heard of one response: the player's account, delta by delta. Where it ran dry, where nothing could be
// heard, how much of an item was played. Pure; instants and lengths in microseconds.

import { gapMs } from "../audio/energy.ts";
import type { Played } from "./playback.ts";

export interface Heard {
  readonly responseId: string;
  /** The item that the latest delta belongs to, and how much of its audio came. */
  readonly itemId: string;
  readonly itemUs: number;
  readonly firstAtUs: number;
  readonly lastAtUs: number;
  readonly receivedUs: number;
  /** What had come before the latest delta. */
  readonly receivedBeforeUs: number;
  /** When all that came will have been played. */
  readonly endUs: number;
  readonly stalls: number;
  readonly stalledUs: number;
  readonly longestStallUs: number;
  /** With a start buffer of this much the player would never have run dry. */
  readonly minStartBufferUs: number;
  /** Audible stretches that are not played yet, flat: from, to, from, to. */
  readonly pending: readonly number[];
  /** The end of the last audible stretch that was played. */
  readonly audibleEndUs?: number;
  /** The longest silence between two audible stretches that were played. */
  readonly deadAirUs: number;
  /** The caller spoke, and the player threw away what it had. */
  readonly isCut: boolean;
}

export interface HeardDelta extends Played {
  readonly atUs: number;
  readonly responseId: string;
  readonly itemId: string;
  readonly durationUs: number;
  /** Audible stretches, offsets into the delta, flat. */
  readonly audible: readonly number[];
  /** What is played before this instant is talked over and not heard. */
  readonly sinceUs: number;
}

const GAP_US = gapMs * 1_000;

/** The account after one more delta. A delta of another response begins a new one. */
export function hear(before: Heard | undefined, delta: HeardDelta): Heard {
  const heard = before?.responseId === delta.responseId ? playedUntil(before, delta.atUs) : undefined;
  const { atUs, responseId, itemId, durationUs, fromUs, toUs } = delta;
  const pending = withStretches(heard?.pending ?? [], delta);
  if (!heard) {
    const start = { firstAtUs: atUs, lastAtUs: atUs, receivedUs: durationUs, receivedBeforeUs: 0, stalls: 0, stalledUs: 0, longestStallUs: 0 };
    return { responseId, itemId, itemUs: durationUs, ...start, endUs: toUs, minStartBufferUs: 0, pending, deadAirUs: 0, isCut: false };
  }
  const stallUs = heard.isCut ? 0 : Math.max(0, fromUs - heard.endUs);
  return {
    ...heard,
    itemId,
    itemUs: (heard.itemId === itemId ? heard.itemUs : 0) + durationUs,
    lastAtUs: atUs,
    receivedBeforeUs: heard.receivedUs,
    receivedUs: heard.receivedUs + durationUs,
    endUs: toUs,
    stalls: heard.stalls + (stallUs > 0 ? 1 : 0),
    stalledUs: heard.stalledUs + stallUs,
    longestStallUs: Math.max(heard.longestStallUs, stallUs),
    minStartBufferUs: Math.max(heard.minStartBufferUs, atUs - heard.firstAtUs - heard.receivedUs),
    pending,
  };
}

/** Runs on into the delta before it are one stretch with it. */
function withStretches(pending: readonly number[], { audible, fromUs, sinceUs }: HeardDelta): readonly number[] {
  if (audible.length === 0) return pending;
  const stretches = [...pending];
  for (let index = 0; index < audible.length; index += 2) {
    const from = Math.max(sinceUs, fromUs + (audible[index] as number));
    const to = fromUs + (audible[index + 1] as number);
    if (to <= from) continue;
    const last = stretches.at(-1);
    if (last !== undefined && from - last < GAP_US) stretches[stretches.length - 1] = to;
    else stretches.push(from, to);
  }
  return stretches;
}

/** Books the stretches that were wholly played by `untilUs`. */
function playedUntil(heard: Heard, untilUs: number): Heard {
  let { audibleEndUs, deadAirUs } = heard;
  let index = 0;
  for (; index < heard.pending.length && (heard.pending[index + 1] as number) <= untilUs; index += 2) {
    deadAirUs = Math.max(deadAirUs, gapBetween(audibleEndUs, heard.pending[index] as number));
    audibleEndUs = heard.pending[index + 1] as number;
  }
  if (index === 0) return heard;
  return { ...heard, ...(audibleEndUs === undefined ? {} : { audibleEndUs }), deadAirUs, pending: heard.pending.slice(index) };
}

const gapBetween = (endUs: number | undefined, fromUs: number): number => (endUs === undefined || fromUs - endUs < GAP_US ? 0 : fromUs - endUs);

/** The player stops at `atUs`; what it still had is never heard. Infinity: it plays all it has. */
export function heardUntil(heard: Heard, atUs: number): Heard {
  const played = playedUntil(heard, atUs);
  const [from, to] = played.pending;
  const isInside = from !== undefined && to !== undefined && from < atUs;
  const rest = isInside ? { audibleEndUs: Math.min(to, atUs), deadAirUs: Math.max(played.deadAirUs, gapBetween(played.audibleEndUs, from)) } : {};
  return { ...played, ...rest, pending: [], isCut: played.isCut || atUs < heard.endUs, endUs: Math.min(played.endUs, atUs) };
}

/** How much of the item's audio was played by `atUs`: what came less what still waits in the player. */
export const itemHeardUs = (heard: Heard, atUs: number): number => Math.max(0, heard.itemUs - Math.max(0, heard.endUs - atUs));
