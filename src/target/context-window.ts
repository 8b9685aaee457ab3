// How much a model can read: the sizes of its context and of its longest answer, and so of what may go in.

export interface ContextWindow {
  /** Input and output together, tokens. */
  readonly contextTokens: number;
  readonly outputTokens: number;
  /** The longest input that is read. */
  readonly inputTokens: number;
}

/** gpt-realtime-2 and later. How much of it is held back for the answer is not published; the longest answer is assumed. */
const large: ContextWindow = { contextTokens: 128_000, outputTokens: 32_000, inputTokens: 96_000 };
/** The API's reference: such a model with 4,096 tokens of output reads at most 28,224. */
const medium: ContextWindow = { contextTokens: 32_000, outputTokens: 4_096, inputTokens: 28_224 };
/** The models of translation and transcription; what is held back is assumed as above. */
const small: ContextWindow = { contextTokens: 16_000, outputTokens: 2_000, inputTokens: 14_000 };

/** By the model's name, dated snapshots included. One that nobody knows has the large window. */
export function windowOf(model: string): ContextWindow {
  if (/^gpt-realtime-(translate|whisper)/.test(model)) return small;
  return /^gpt-realtime(-mini|-1\.5)?(-\d{4}-\d\d-\d\d)?$/.test(model) ? medium : large;
}
