// What one call will be billed in tokens if it goes as assumed: the whole conversation is read again for every response, and
// what the response before had read or written is cached, in whole steps.

import type { Usage } from "../cost/price-usage.ts";

/** One response as it is expected. */
export interface ExpectedResponse {
  /** Answer audio, ms, and the words spoken in it, in tokens. */
  readonly audioMs: number;
  readonly spokenTextTokens: number;
  /** Function calls it makes, in tokens, and the outputs they get. */
  readonly callTokens: readonly number[];
  readonly outputTokens: readonly number[];
  /** Tokens of text that are billed and never read again. */
  readonly reasoningTokens: number;
}

export interface ExpectedTurn {
  /** The caller's audio in tokens. */
  readonly spokenTokens: number;
  /** And their text, where the turn is written. */
  readonly writtenTokens: number;
  readonly responses: readonly ExpectedResponse[];
}

/** A part of the conversation that is read or written whole. */
interface Stretch {
  readonly text: number;
  readonly audio: number;
}

/** OpenAI's cost guide: a token is 50 ms of the answer. Cached counts come in steps of 64 in every public capture. */
const ANSWER_MS_PER_TOKEN = 50;
const CACHE_STEP = 64;

/** The usage of each turn of a call that begins with `frontTokens` of instructions and tools, in order. */
export function estimateTurns(frontTokens: number, turns: readonly ExpectedTurn[], maxOutputTokens: number): readonly Usage[] {
  const read: Stretch[] = [{ text: frontTokens, audio: 0 }];
  let seen = 0;
  return turns.map(({ spokenTokens, writtenTokens, responses }) => {
    read.push({ text: writtenTokens, audio: spokenTokens });
    return responses
      .map((response): Usage => {
        const input = inputOf(read, seen);
        const said = cutTo(maxOutputTokens - response.reasoningTokens, response);
        const calls = response.callTokens.reduce((sum, tokens) => sum + tokens, 0);
        if (said.audio > 0) read.push(said);
        if (calls > 0) read.push({ text: calls, audio: 0 });
        seen = read.length;
        read.push(...response.outputTokens.map((text) => ({ text, audio: 0 })));
        return { ...input, textOut: said.text + calls + response.reasoningTokens, audioOut: said.audio };
      })
      .reduce(addUp, noUsage);
  });
}

const noUsage: Usage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };

export const addUp = (a: Usage, b: Usage): Usage => ({
  textIn: a.textIn + b.textIn,
  textCached: a.textCached + b.textCached,
  audioIn: a.audioIn + b.audioIn,
  audioCached: a.audioCached + b.audioCached,
  textOut: a.textOut + b.textOut,
  audioOut: a.audioOut + b.audioOut,
});

export const times = ({ textIn, textCached, audioIn, audioCached, textOut, audioOut }: Usage, count: number): Usage => ({
  textIn: Math.round(textIn * count),
  textCached: Math.round(textCached * count),
  audioIn: Math.round(audioIn * count),
  audioCached: Math.round(audioCached * count),
  textOut: Math.round(textOut * count),
  audioOut: Math.round(audioOut * count),
});

/** An answer longer than what may be written ends there. */
function cutTo(most: number, { audioMs, spokenTextTokens }: ExpectedResponse): Stretch {
  const audio = Math.ceil(audioMs / ANSWER_MS_PER_TOKEN);
  const share = Math.min(1, Math.max(0, most) / Math.max(1, audio + spokenTextTokens));
  return { text: Math.floor(spokenTextTokens * share), audio: Math.floor(audio * share) };
}

/** All that is read; cached are the first `seen` stretches, rounded down to whole steps, text before sound within each. */
function inputOf(read: readonly Stretch[], seen: number): Pick<Usage, "textIn" | "textCached" | "audioIn" | "audioCached"> {
  const cachedAll = read.slice(0, seen).reduce((sum, { text, audio }) => sum + text + audio, 0);
  let left = Math.floor(cachedAll / CACHE_STEP) * CACHE_STEP;
  let textCached = 0;
  let audioCached = 0;
  for (const stretch of read.slice(0, seen)) {
    const text = Math.min(left, stretch.text);
    const audio = Math.min(left - text, stretch.audio);
    textCached += text;
    audioCached += audio;
    left -= text + audio;
  }
  return { textIn: read.reduce((sum, { text }) => sum + text, 0), textCached, audioIn: read.reduce((sum, { audio }) => sum + audio, 0), audioCached };
}
