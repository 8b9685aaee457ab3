// Log probabilities of a transcript's tokens. ASSUMED, all of it: a token is a word, because there is no tokeniser here, and
// how sure the model was of it is drawn for each word. Only the shape is the API's.

import type { Random } from "../core/random.ts";
import type { LogProb } from "../protocol/server-event.ts";

/** Most words are certain, a few are guesses: the fourth power of an even draw, times this. */
const LEAST_SURE = -2.5;

/** Only the models that write token by token and tell no speakers apart are known to give any. */
export const givesLogprobs = (model: string): boolean => model.startsWith("gpt-4o-") && !model.endsWith("-diarize");

export function logprobOf(token: string, random: Random): LogProb {
  const logprob = LEAST_SURE * random.uniform() ** 4;
  return { token, bytes: [...Buffer.from(token, "utf8")], logprob: Math.round(logprob * 1e6) / 1e6 };
}
