// What is kept of a caller's audio, when the recogniser is asked what was said in it, and what becomes of the answer. Nobody
// is asked where neither the script nor the session wants to know.

import type { ConversationState, EndedTurn } from "./conversation-state.ts";
import type { Heard } from "./recogniser.ts";
import { MOST_TURN_MS } from "./hearing-state.ts";
import { createTurnAudio } from "./turn-audio.ts";

/** While nobody speaks, audio this much older than VAD's own prefix is forgotten. */
const BEFORE_PREFIX_MS = 200;
const USUAL_PREFIX_MS = 1_000;
/** Of longer turns only the last part is recognised. */
const MOST_ASKED_MS = 30_000;

const listens = (state: ConversationState): boolean => state.options.scriptListens === true || state.session.audio.input.transcription !== null;

/** Keeps audio that arrived, which ends at state.audioMs. */
export function keepAudio(state: ConversationState, bytes: Uint8Array, isSilent: boolean): void {
  const { audio } = state.hearing;
  if (isSilent) audio.addSilence(bytes.length, state.audioMs);
  else audio.add(bytes, state.audioMs);
  const detection = state.session.audio.input.turn_detection;
  const isIdle = detection !== null && state.speechItemId === undefined;
  const prefixMs = detection?.type === "server_vad" ? detection.prefix_padding_ms : USUAL_PREFIX_MS;
  if (isIdle) audio.dropBefore(state.audioMs - (prefixMs + BEFORE_PREFIX_MS));
}

/** Takes the audio of a turn that just ended, and asks what was said in it. */
export function hearTurn(state: ConversationState, turn: EndedTurn): void {
  turn.audio = state.hearing.audio.between(turn.startMs, turn.endMs).audio;
  if (!listens(state)) return;
  turn.heardFromMs = Math.max(turn.startMs, turn.endMs - MOST_ASKED_MS);
  // The same bytes go to the recogniser and to the item, but for turns that are too long for it.
  const audio = turn.heardFromMs === turn.startMs ? turn.audio : state.hearing.audio.between(turn.heardFromMs, turn.endMs).audio;
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
  state.hearing.audio = createTurnAudio(state.inputFormat, MOST_TURN_MS);
}
