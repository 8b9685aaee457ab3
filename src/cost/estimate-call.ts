// What a call costs that is described by its length and its tokens.

import { microToUsd } from "./decimal-money.ts";
import type { PriceBook } from "./price-book.ts";
import { findPrice } from "./price-book.ts";
import type { Usage } from "./price-usage.ts";
import { priceTurn } from "./price-usage.ts";

export interface CallSketch {
  readonly book: PriceBook;
  readonly model: string;
  readonly effort: string;
  /** How long the call is connected and the caller streams, silence included. */
  readonly minutes: number;
  readonly usage: Usage;
}

/** Micro-dollars of the whole call; undefined when it is unpriced. */
export function estimateCall({ book, model, effort, minutes, usage }: CallSketch): bigint | undefined {
  const connectedMs = minutes * 60_000;
  return priceTurn({ book, model, effort, usage, audioMs: { in: connectedMs, out: 0 }, connectedMs });
}

export interface EffortCost {
  readonly effort: string;
  readonly usd: number;
}

export interface EffortQuestion {
  readonly minutes: number;
  readonly tokens: number;
}

/** The call at each effort that the book prices apart, for models that have one price for tokens of any kind; else nothing. */
export function callByEffort(book: PriceBook, model: string, { minutes, tokens }: EffortQuestion): readonly EffortCost[] {
  const price = findPrice(book, model);
  if (price?.type !== "minutesAndTokens") return [];
  const usage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: tokens, audioOut: 0 };
  return Object.keys(price.usdPerMillionOfAnyByEffort).flatMap((effort) => {
    const microUsd = estimateCall({ book, model, effort, minutes, usage });
    return microUsd === undefined ? [] : [{ effort, usd: microToUsd(microUsd) }];
  });
}
