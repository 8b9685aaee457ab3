// When the recogniser is asked what a caller said, and what becomes of its answer. Nothing is kept and nobody is asked
// where neither the script nor the session wants to know.

import type { ConversationState, EndedTurn } from "./conversation-state.ts";
import type { Heard } from "./recogniser.ts";
import { createTurnAudio } from "./turn-audio.ts";

/** While nobody speaks, audio this much older than VAD's own prefix is forgotten. */
const BEFORE_PREFIX_MS = 200;
const USUAL_PREFIX_MS = 1_000;
/** Of longer turns only the last part is kept. */
const MOST_KEPT_MS = 30_000;

const listens = (state: ConversationState): boolean => state.options.scriptListens === true || state.session.audio.input.transcription !== null;

/** Keeps audio that arrived, which ends at state.audioMs. */
export function keepAudio(state: ConversationState, bytes: Uint8Array): void {
  if (!listens(state)) return;
  const { audio } = state.hearing;
  audio.add(bytes, state.audioMs);
  const detection = state.session.audio.input.turn_detection;
  const isIdle = detection !== null && state.speechItemId === undefined;
  const prefixMs = detection?.type === "server_vad" ? detection.prefix_padding_ms : USUAL_PREFIX_MS;
  audio.dropBefore(state.audioMs - (isIdle ? prefixMs + BEFORE_PREFIX_MS : MOST_KEPT_MS));
}

/** Asks what was said in a turn that just ended. */
export function askWhatWasSaid(state: ConversationState, turn: EndedTurn): void {
  if (!listens(state)) return;
  const { audio } = state.hearing.audio.between(turn.startMs, turn.endMs);
  state.hearing.asked.add(turn.itemId);
  state.commands.push({ type: "recognise", itemId: turn.itemId, audio, format: state.inputFormat, turn });
}

/** The recogniser's answer about a turn; undefined when it is lost. */
export function noteHeard(state: ConversationState, turn: EndedTurn, heard: Heard | undefined): void {
  state.hearing.asked.delete(turn.itemId);
  turn.heard = heard;
  if (heard?.clip !== undefined && turn.truth.heard) turn.truth.heard = { ...turn.truth.heard, clip: heard.clip };
}

/** Whether the answer to the pending turn has to wait for what was said in it. */
export function waitsToHear(state: ConversationState): boolean {
  const itemId = state.pending?.truth.itemId;
  return state.options.scriptListens === true && itemId !== undefined && state.hearing.asked.has(itemId);
}

/** Audio of another format begins. */
export function forgetAudio(state: ConversationState): void {
  state.hearing.audio = createTurnAudio(state.inputFormat);
}
