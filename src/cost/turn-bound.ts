// The most that responses can cost before anything is known of them: all they read uncached, all they may write written, and
// every token at the dearer price of its direction where it is not known whether it will be text or sound.

import type { Amount } from "./amount.ts";
import { findPrice, type PriceBook } from "./price-book.ts";
import { priceTurn, type Usage } from "./price-usage.ts";

/** Tokens of all the responses together, and the audio that is spoken to them and by them. */
export interface TurnBound {
  readonly textIn: number;
  readonly audioIn: number;
  readonly out: number;
  readonly audioMs: number;
}

export interface PricedModel {
  readonly book: PriceBook;
  readonly model: string;
  readonly effort?: string | undefined;
}

/** Whether a turn of the model has a price that follows from its tokens alone: only then can money be kept to a limit. */
export const isPricedByTokens = ({ book, model }: PricedModel): boolean => findPrice(book, model)?.type === "tokens";

/** Money is 0 where the model has no price by tokens; a limit on it is refused before the run. */
export function amountOfBound(priced: PricedModel, { textIn, audioIn, out, audioMs }: TurnBound): Amount {
  const input = { textIn, textCached: 0, audioIn, audioCached: 0 };
  const written = [
    { ...input, textOut: out, audioOut: 0 },
    { ...input, textOut: 0, audioOut: out },
  ];
  return {
    microUsd: Math.max(...written.map((usage) => microUsdOf(priced, usage) ?? 0)),
    tokens: textIn + audioIn + out,
    audioMs: Math.ceil(audioMs),
  };
}

/** What was used; kinds that nobody told are absent. */
export function amountOfUsage(priced: PricedModel, usage: Usage | undefined, audioMs: number): Partial<Amount> {
  const microUsd = usage && (isPricedByTokens(priced) ? microUsdOf(priced, usage) : 0);
  const isTold = usage !== undefined && Object.values(usage).every((count) => Number.isSafeInteger(count) && count >= 0);
  return {
    ...(microUsd === undefined ? {} : { microUsd }),
    ...(isTold ? { tokens: usage.textIn + usage.audioIn + usage.textOut + usage.audioOut } : {}),
    audioMs: Math.ceil(audioMs),
  };
}

/** A micro-dollar more than the price, which is rounded: a thousand turns rounded down must not add up past a limit. */
function microUsdOf({ book, model, effort }: PricedModel, usage: Usage): number | undefined {
  if (findPrice(book, model)?.type !== "tokens") return undefined;
  const priced = priceTurn({ book, model, effort, usage, audioMs: { in: 0, out: 0 } });
  return priced === undefined ? undefined : Number(priced) + 1;
}
