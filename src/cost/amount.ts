// What a budget counts: money, tokens and minutes of audio, always all three, each in whole units.

export interface Amount {
  /** At list price, rounded up. */
  readonly microUsd: number;
  /** Input and output of every response, whatever they cost. */
  readonly tokens: number;
  /** Audio that callers spoke and answers that came. */
  readonly audioMs: number;
}

export const amountKinds = ["microUsd", "tokens", "audioMs"] as const satisfies readonly (keyof Amount)[];

/** What may be spent; a kind that is absent is not bounded. */
export type Limits = Partial<Amount>;

export const nothing: Amount = { microUsd: 0, tokens: 0, audioMs: 0 };

export const plus = (a: Amount, b: Amount): Amount => ({
  microUsd: a.microUsd + b.microUsd,
  tokens: a.tokens + b.tokens,
  audioMs: a.audioMs + b.audioMs,
});

export const minus = (a: Amount, b: Amount): Amount => ({
  microUsd: a.microUsd - b.microUsd,
  tokens: a.tokens - b.tokens,
  audioMs: a.audioMs - b.audioMs,
});

/** The first kind of which there is more than its limit. */
export const beyond = (amount: Amount, limits: Limits): keyof Amount | undefined => amountKinds.find((kind) => amount[kind] > (limits[kind] ?? Infinity));
