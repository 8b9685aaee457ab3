// Dollars as exact integers. Prices are written as decimal text ("0.40") and become pico-dollars (10^-12), so that no price
// and no sum of prices is ever rounded; only a finished amount is, once, to micro-dollars.

export const PICO_PER_MICRO = 1_000_000n;
const PICO_DIGITS = 12;

/** What a price in a book may look like: up to six decimals, because a millionth of it must still be whole pico-dollars. */
export const decimalUsd = /^\d{1,6}(\.\d{1,6})?$/;

/** Pico-dollars of a text that decimalUsd accepts. */
export function picoUsd(text: string): bigint {
  const [whole = "0", decimals = ""] = text.split(".");
  return BigInt(whole + decimals.padEnd(PICO_DIGITS, "0"));
}

/** `numerator / denominator`, both not negative, half away from zero. */
export const divideRounded = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator);

/** For showing only: sums are made of bigints. */
export const microToUsd = (microUsd: bigint): number => Number(microUsd) / 1_000_000;
