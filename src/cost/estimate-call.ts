// What a call costs that is described by its length and its tokens, and the example that a published article works out.

import { orThrow } from "../core/issues.ts";
import { microToUsd } from "./decimal-money.ts";
import type { PriceBook } from "./price-book.ts";
import { loadPriceBook } from "./price-book.ts";
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

/**
 * The article's call, ten minutes and 10,000 tokens, at each effort by its own prices. It says $0.36 at medium, and that
 * switching efforts saves a quarter of the bill; by these figures all switching moves is 2 cents of 37.
 */
export function articleCall(): readonly { readonly effort: string; readonly usd: number }[] {
  const book = orThrow(loadPriceBook("seed-article"));
  // The article has one price for tokens of any kind, so it does not matter which kind these are.
  const usage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 10_000, audioOut: 0 };
  return ["low", "medium", "high"].map((effort) => {
    const microUsd = estimateCall({ book, model: "gpt-realtime-2", effort, minutes: 10, usage });
    if (microUsd === undefined) throw new Error(`seed-article has no price for effort ${effort}`);
    return { effort, usd: microToUsd(microUsd) };
  });
}
