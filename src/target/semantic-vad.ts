// When semantic VAD ends a turn. The real one guesses from the words whether the caller has finished, and waits up to 8, 4
// or 2 s where it doubts. This target does not judge words: it ends a turn after a silence whose length is drawn for each
// turn. ASSUMED, all of it but the longest waits: how often the model is sure, and that it then waits 300 to 700 ms.

import { stream } from "../core/random.ts";
import { semanticLongestMs, type Eagerness } from "../protocol/session-config.ts";
import type { TurnKey } from "./latency-model.ts";

const sureShares: Readonly<Record<Eagerness, number>> = { low: 0.7, medium: 0.8, auto: 0.8, high: 0.9 };

const SURE_FROM_MS = 300;
const SURE_TO_MS = 700;

/** How loud speech must be and what is kept before it: as server VAD has them by default. */
export const semanticLevel = { threshold: 0.5, prefixMs: 300 } as const;

/** The silence that ends the turn, ms. The same luck at every eagerness: who is eager never waits longer. */
export const semanticWaitMs = (eagerness: Eagerness, key: TurnKey): number =>
  waitMs(eagerness, stream(key.seed, "target", key.session, key.call, key.turn, "semantic").uniform());

/** What a turn waits in the middle of many, and on average, ms. */
export function expectedSemanticWaitMs(eagerness: Eagerness): { readonly median: number; readonly mean: number } {
  const sure = sureShares[eagerness];
  const mean = (sure * (SURE_FROM_MS + SURE_TO_MS) + (1 - sure) * (SURE_TO_MS + semanticLongestMs[eagerness])) / 2;
  return { median: waitMs(eagerness, 0.5), mean };
}

/** `luck` from 0 to 1. */
function waitMs(eagerness: Eagerness, luck: number): number {
  const [longestMs, sureShare] = [semanticLongestMs[eagerness], sureShares[eagerness]];
  if (luck < sureShare) return SURE_FROM_MS + (luck / sureShare) * (SURE_TO_MS - SURE_FROM_MS);
  return SURE_TO_MS + ((luck - sureShare) / (1 - sureShare)) * (longestMs - SURE_TO_MS);
}
