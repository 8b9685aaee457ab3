// What there is to keep of an item's audio, and the count of it. Keeping and giving it back: kept-audio.ts.

import type { Utterance } from "./speech.ts";

export type ItemAudio =
  /** Of the item's parts, by their place: the caller's own. */
  | { readonly type: "heard"; readonly parts: readonly (Uint8Array | undefined)[] }
  /** An answer clip behind so much silence; how much of it was sent is the entry's `audioMs`. */
  | { readonly type: "said"; readonly utterance: Utterance; readonly silenceMs: number };

/** What is kept, bytes. Shared by all sessions of a target. */
export interface AudioTotal {
  bytes: number;
}

/** What one session keeps, oldest first, bytes by item. */
export interface KeptAudio {
  readonly sizes: Map<string, number>;
  bytes: number;
}

export const createKeptAudio = (): KeptAudio => ({ sizes: new Map(), bytes: 0 });
