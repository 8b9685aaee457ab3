// A transcript that streams while the caller speaks, as gpt-realtime-whisper writes it when turns are committed by hand:
// each word comes the asked-for delay after its audio.

import { msToUs } from "../core/units.ts";
import type { ConversationState } from "./conversation-state.ts";
import { quantileOf } from "./distribution.ts";
import type { LiveTranscript } from "./hearing-state.ts";
import { emitPiece, luckOf, modelPlan } from "./input-transcription.ts";
import type { Heard } from "./recogniser.ts";
import { STREAMING_MODEL } from "./transcription-config.ts";
import { withErrors } from "./word-errors.ts";

/** The recogniser is asked again when this much more was said, and gives up on speech it still does not know after so many times. */
const ASK_EVERY_MS = 400;
const MOST_ASKS = 8;

/** Audio arrived: words that it completes become due, and unknown speech is asked about. */
export function hearLive(state: ConversationState, atUs: number): void {
  const { transcription, turn_detection } = state.session.audio.input;
  if (turn_detection !== null || transcription?.model !== STREAMING_MODEL) return;
  const live = (state.hearing.live ??= beginLive(state, transcription));
  scheduleWords(state, live, atUs);
  const sinceMs = Math.max(live.fromMs, live.lastAskMs, live.knownUntilMs);
  if (live.askedFromMs !== undefined || live.asks >= MOST_ASKS || state.audioMs - sinceMs < ASK_EVERY_MS) return;
  const { audio, startMs } = state.hearing.audio.between(Math.max(live.fromMs, live.knownUntilMs), state.audioMs);
  live.askedFromMs = startMs;
  live.lastAskMs = state.audioMs;
  live.asks++;
  state.commands.push({ type: "recognise", itemId: live.itemId, audio, format: state.inputFormat });
}

function beginLive(state: ConversationState, config: LiveTranscript["config"]): LiveTranscript {
  const plan = modelPlan(state, config);
  state.speechItemId ??= state.options.ids.next("item");
  return {
    itemId: state.speechItemId,
    config,
    lagUs: msToUs(quantileOf(plan.firstMs, luckOf(state, state.turns, "first").uniform())),
    wordErrorShare: plan.errors,
    random: luckOf(state, state.turns, "words"),
    fromMs: state.bufferStartMs,
    knownUntilMs: 0,
    askedFromMs: undefined,
    lastAskMs: 0,
    asks: 0,
    words: [],
    pieces: [],
    lastDueUs: 0,
  };
}

/** The recogniser's answer while the caller speaks. */
export function takeLiveHeard(state: ConversationState, itemId: string, heard: Heard | undefined, atUs: number): void {
  const { live } = state.hearing;
  const startMs = live?.askedFromMs;
  if (!live || live.itemId !== itemId || startMs === undefined) return;
  live.askedFromMs = undefined;
  if (heard?.clip === undefined) {
    // Silence says nothing; speech begins later.
    if (heard?.text === "") [live.fromMs, live.asks] = [live.lastAskMs, 0];
    return;
  }
  live.words.push(...[...heard.words, ...heard.ahead].map(({ text, ...at }) => ({ text, startMs: at.startMs + startMs, endMs: at.endMs + startMs })));
  live.knownUntilMs = startMs + (heard.clipEndMs ?? 0);
  live.asks = 0;
  scheduleWords(state, live, atUs);
}

function scheduleWords(state: ConversationState, live: LiveTranscript, atUs: number): void {
  while (live.words[0] && live.words[0].endMs <= state.audioMs) {
    const word = live.words.shift();
    for (const text of withErrors([word?.text ?? ""], live.wordErrorShare, live.random)) {
      const piece = live.pieces.length === 0 ? text : ` ${text}`;
      live.pieces.push(piece);
      live.lastDueUs = Math.max(live.lastDueUs, atUs + live.lagUs);
      state.agenda.add(live.lastDueUs, { type: "live_word", itemId: live.itemId, piece });
    }
  }
}

export const sayLiveWord = (state: ConversationState, task: { readonly itemId: string; readonly piece: string }): void =>
  emitPiece(state, task.itemId, task.piece);
