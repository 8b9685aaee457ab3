// What a turn costs by a price list. Whatever is unknown makes the turn unpriced, never cheaper.

import { PICO_PER_MICRO, divideRounded, picoUsd } from "./decimal-money.ts";
import type { Price, PriceBook } from "./price-book.ts";
import { findPrice } from "./price-book.ts";

/** Tokens, as metrics/turn-row.ts holds them; cached ones are part of the input counts. */
export interface Usage {
  readonly textIn: number;
  readonly textCached: number;
  readonly audioIn: number;
  readonly audioCached: number;
  readonly textOut: number;
  readonly audioOut: number;
}

export interface PricedTurn {
  readonly book: PriceBook;
  readonly model: string;
  readonly effort?: string | undefined;
  /** Absent where the server told none. */
  readonly usage?: Usage | undefined;
  /** Audio sent and heard, for prices by the minute. */
  readonly audioMs: { readonly in: number; readonly out: number };
  /** The turn's share of the time its call was connected, for prices by the minute of that. */
  readonly connectedMs?: number | undefined;
}

type MinutePrice = Extract<Price, { readonly usdPerMinute: string }>;

const MS_PER_MINUTE = 60_000n;
const TOKENS_PER_PRICE = 1_000_000n;

/**
 * Micro-dollars, rounded once (half up); undefined when the turn is unpriced: the list does not know the model or the
 * effort, or the usage or duration it bills is missing or makes no sense.
 * Source of the split into cached and fresh tokens: OpenAI's description of response.done usage.
 */
export function priceTurn(turn: PricedTurn): bigint | undefined {
  const price = findPrice(turn.book, turn.model);
  // Pico-dollars times 60,000, so that a price by the minute is exact for any number of milliseconds.
  const scaled = price && scaledPicoUsd(price, turn);
  return scaled === undefined ? undefined : divideRounded(scaled, MS_PER_MINUTE * PICO_PER_MICRO);
}

function scaledPicoUsd(price: Price, turn: PricedTurn): bigint | undefined {
  if (price.type === "tokens") return sum(0n, tokenPicoUsd(price.usdPerMillion, turn.usage));
  const minutes = minuteScaledPicoUsd(price, turn);
  if (price.type === "minutes") return minutes;
  return sum(minutes, anyTokenPicoUsd(price.usdPerMillionOfAnyByEffort[turn.effort ?? ""], turn.usage));
}

const sum = (scaledMinutes: bigint | undefined, tokens: bigint | undefined): bigint | undefined =>
  scaledMinutes === undefined || tokens === undefined ? undefined : scaledMinutes + tokens * MS_PER_MINUTE;

function minuteScaledPicoUsd({ usdPerMinute, minutesOf }: MinutePrice, { audioMs, connectedMs }: PricedTurn): bigint | undefined {
  const ms = minutesOf === "audioIn" ? audioMs.in : connectedMs;
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) return undefined;
  return BigInt(Math.round(ms)) * picoUsd(usdPerMinute);
}

type TokenPrices = Extract<Price, { readonly type: "tokens" }>["usdPerMillion"];

function tokenPicoUsd(prices: TokenPrices, usage: Usage | undefined): bigint | undefined {
  if (!usage || !isSound(usage)) return undefined;
  const { textIn, textCached, audioIn, audioCached, textOut, audioOut } = usage;
  const billed = { textIn: textIn - textCached, textCached, textOut, audioIn: audioIn - audioCached, audioCached, audioOut };
  return Object.entries(billed).reduce((total, [kind, tokens]) => total + BigInt(tokens) * picoPerToken(prices[kind as keyof TokenPrices]), 0n);
}

function anyTokenPicoUsd(usdPerMillion: string | undefined, usage: Usage | undefined): bigint | undefined {
  if (usdPerMillion === undefined || !usage || !isSound(usage)) return undefined;
  const { textIn, audioIn, textOut, audioOut } = usage;
  return BigInt(textIn + audioIn + textOut + audioOut) * picoPerToken(usdPerMillion);
}

const picoPerToken = (usdPerMillion: string): bigint => picoUsd(usdPerMillion) / TOKENS_PER_PRICE;

/** A server's counts are not to be trusted with money: whole, not negative, and no more cached than there were. */
function isSound(usage: Usage): boolean {
  const counts = Object.values(usage).every((count) => Number.isSafeInteger(count) && count >= 0);
  return counts && usage.textCached <= usage.textIn && usage.audioCached <= usage.audioIn;
}
