// Counts tokens as the API bills them: the whole conversation is input again on every response, and the part of it that
// the last response had already read is cached, in steps of 64 tokens.

import type { Usage } from "../protocol/usage.ts";

/** Tokens of one stretch of the prompt: the instructions, or an item. Two stretches are the same when all fields are. */
export interface Stretch {
  readonly key: string;
  readonly text: number;
  readonly audio: number;
}

export interface InputTokens {
  readonly text: number;
  readonly audio: number;
  readonly cachedText: number;
  readonly cachedAudio: number;
}

/** Every cached count in public captures is a multiple of this. */
const CACHE_STEP = 64;
const TOKENS_PER_WORD = 1.3;

/** About 1.3 tokens a word; no tokeniser, since only sums are looked at. */
export const textTokens = (text: string): number => Math.ceil((text.match(/\S+/g)?.length ?? 0) * TOKENS_PER_WORD);

export const stretchTokens = (stretch: Stretch): number => stretch.text + stretch.audio;
const sum = (stretches: readonly Stretch[], of: (stretch: Stretch) => number): number => stretches.reduce((total, stretch) => total + of(stretch), 0);

/** What `prompt` costs after the model has seen `seen`: cached is their common beginning, rounded down to whole steps. */
export function inputTokens(seen: readonly Stretch[], prompt: readonly Stretch[]): InputTokens {
  let common = 0;
  while (common < prompt.length && isSame(seen[common], prompt[common])) common++;
  const shared = prompt.slice(0, common);
  let left = Math.floor(sum(shared, stretchTokens) / CACHE_STEP) * CACHE_STEP;
  let cachedText = 0;
  let cachedAudio = 0;
  for (const stretch of shared) {
    const text = Math.min(left, stretch.text);
    const audio = Math.min(left - text, stretch.audio);
    cachedText += text;
    cachedAudio += audio;
    left -= text + audio;
  }
  return { text: sum(prompt, (stretch) => stretch.text), audio: sum(prompt, (stretch) => stretch.audio), cachedText, cachedAudio };
}

const isSame = (a: Stretch | undefined, b: Stretch | undefined): boolean =>
  a !== undefined && b !== undefined && a.key === b.key && a.text === b.text && a.audio === b.audio;

export function usageOf(input: InputTokens, output: { readonly text: number; readonly audio: number }): Usage {
  const inputTotal = input.text + input.audio;
  const outputTotal = output.text + output.audio;
  return {
    total_tokens: inputTotal + outputTotal,
    input_tokens: inputTotal,
    output_tokens: outputTotal,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: 0,
      cached_tokens: input.cachedText + input.cachedAudio,
      cached_tokens_details: { text_tokens: input.cachedText, audio_tokens: input.cachedAudio, image_tokens: 0 },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  };
}
