// Counts tokens as the API bills them: the whole conversation is input again on every response, and the part of it that
// the last response had already read is cached, in steps of 64 tokens.

import type { Usage } from "../protocol/usage.ts";

/** Tokens of one stretch of the prompt: the instructions, or an item. Two stretches are the same when all fields are. */
export interface Stretch {
  readonly key: string;
  readonly text: number;
  readonly audio: number;
  readonly image?: number;
}

export interface InputTokens {
  readonly text: number;
  readonly audio: number;
  readonly cachedText: number;
  readonly cachedAudio: number;
  /** Absent where the prompt holds none. */
  readonly images?: { readonly tokens: number; readonly cached: number };
}

/** Every cached count in public captures is a multiple of this. */
const CACHE_STEP = 64;
const TOKENS_PER_WORD = 1.3;

/** About 1.3 tokens a word; no tokeniser, since only sums are looked at. */
export const textTokens = (text: string): number => Math.ceil((text.match(/\S+/g)?.length ?? 0) * TOKENS_PER_WORD);

/** A call in text: its name, and about four characters of arguments a token. */
export const callTokens = (args: string): number => 1 + Math.ceil(args.length / 4);

export const stretchTokens = ({ text, audio, image = 0 }: Stretch): number => text + audio + image;
const sum = (stretches: readonly Stretch[], of: (stretch: Stretch) => number): number => stretches.reduce((total, stretch) => total + of(stretch), 0);

/** What `prompt` costs after the model has seen `seen`: cached is their common beginning, rounded down to whole steps. */
export function inputTokens(seen: readonly Stretch[], prompt: readonly Stretch[]): InputTokens {
  let common = 0;
  while (common < prompt.length && isSame(seen[common], prompt[common])) common++;
  const shared = prompt.slice(0, common);
  let left = Math.floor(sum(shared, stretchTokens) / CACHE_STEP) * CACHE_STEP;
  let cachedText = 0;
  let cachedAudio = 0;
  let cachedImage = 0;
  for (const stretch of shared) {
    const text = Math.min(left, stretch.text);
    const audio = Math.min(left - text, stretch.audio);
    cachedText += text;
    cachedAudio += audio;
    const image = Math.min(left - text - audio, stretch.image ?? 0);
    cachedImage += image;
    left -= text + audio + image;
  }
  const images = sum(prompt, (stretch) => stretch.image ?? 0);
  return {
    text: sum(prompt, (stretch) => stretch.text),
    audio: sum(prompt, (stretch) => stretch.audio),
    cachedText,
    cachedAudio,
    ...(images > 0 ? { images: { tokens: images, cached: cachedImage } } : {}),
  };
}

const isSame = (a: Stretch | undefined, b: Stretch | undefined): boolean =>
  a !== undefined && b !== undefined && a.key === b.key && a.text === b.text && a.audio === b.audio && a.image === b.image;

export function usageOf(input: InputTokens, output: { readonly text: number; readonly audio: number }): Usage {
  const images = input.images ?? { tokens: 0, cached: 0 };
  const inputTotal = input.text + input.audio + images.tokens;
  const outputTotal = output.text + output.audio;
  return {
    total_tokens: inputTotal + outputTotal,
    input_tokens: inputTotal,
    output_tokens: outputTotal,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: images.tokens,
      cached_tokens: input.cachedText + input.cachedAudio + images.cached,
      cached_tokens_details: { text_tokens: input.cachedText, audio_tokens: input.cachedAudio, image_tokens: images.cached },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  };
}
