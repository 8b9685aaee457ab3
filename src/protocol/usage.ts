// What a response cost in tokens, as response.done says it, and the rates at which audio becomes tokens
// (OpenAI's cost guide: a token is 100 ms of the user's audio or 50 ms of the assistant's).

export interface Usage {
  readonly total_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details: {
    readonly text_tokens: number;
    readonly audio_tokens: number;
    readonly image_tokens: number;
    /** Part of the three counts above, not on top of them. */
    readonly cached_tokens: number;
    readonly cached_tokens_details: { readonly text_tokens: number; readonly audio_tokens: number; readonly image_tokens: number };
  };
  readonly output_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
}

/** What a transcript cost: seconds or tokens, by its model. */
export type TranscriptionUsage =
  | { readonly type: "duration"; readonly seconds: number }
  | {
      readonly type: "tokens";
      readonly total_tokens: number;
      readonly input_tokens: number;
      readonly input_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
      readonly output_tokens: number;
    };

const USER_MS_PER_TOKEN = 100;
const ASSISTANT_MS_PER_TOKEN = 50;

/** 1.63 s of a caller counted as 16 in a live capture, so the last part of a token is free. */
export const userAudioTokens = (audioMs: number): number => Math.floor(audioMs / USER_MS_PER_TOKEN);
export const assistantAudioTokens = (audioMs: number): number => Math.ceil(audioMs / ASSISTANT_MS_PER_TOKEN);
/** Which of the arithmetic rules that every captured usage keeps this one breaks, in words; none for a sound one. */
export function usageFaults(usage: Usage): string[] {
  const { input_token_details: input, output_token_details: output } = usage;
  const cached = input.cached_tokens_details;
  const rules: readonly (readonly [boolean, string])[] = [
    [usage.total_tokens === usage.input_tokens + usage.output_tokens, "total is not input plus output"],
    [usage.input_tokens === input.text_tokens + input.audio_tokens + input.image_tokens, "input is not the sum of its kinds"],
    [usage.output_tokens === output.text_tokens + output.audio_tokens, "output is not the sum of its kinds"],
    [input.cached_tokens === cached.text_tokens + cached.audio_tokens + cached.image_tokens, "cached is not the sum of its kinds"],
    [cached.text_tokens <= input.text_tokens, "more text cached than sent"],
    [cached.audio_tokens <= input.audio_tokens, "more audio cached than sent"],
    [cached.image_tokens <= input.image_tokens, "more images cached than sent"],
  ];
  return rules.filter(([kept]) => !kept).map(([, fault]) => fault);
}
