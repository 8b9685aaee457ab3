// The caller's side of a turn: audio heard, its end found by VAD or told by a commit, and the item it becomes.

import { formats } from "../audio/format.ts";
import { msToUs } from "../core/units.ts";
import { formatName } from "../protocol/audio-format.ts";
import type { ServerVad } from "../protocol/session-config.ts";
import type { ConversationState, EndedTurn } from "./conversation-state.ts";
import { emit, emitFault, writeTruth } from "./conversation-state.ts";
import { fault } from "./fault.ts";
import { callerAudio } from "./items.ts";
import { drawTurn } from "./latency-model.ts";
import { settleContext } from "./memory.ts";
import { beginResponse, cancelResponse } from "./response-ladder.ts";
import { responseSettings } from "./session-update.ts";
import type { VadEvent } from "./vad.ts";
import { createVad } from "./vad.ts";

const SHORTEST_COMMIT_MS = 100;
/** Frame arrivals kept for the truth: this long before the end of the turn, and this long before its silence began. */
const FRAMES_MS = 1_500;
const FRAMES_BEFORE_SILENCE_MS = 1_000;

/** The VAD settings in force. Semantic VAD is never accepted, so any detection is server VAD. */
function serverVad(state: ConversationState): ServerVad | null {
  const detection = state.session.audio.input.turn_detection;
  return detection?.type === "server_vad" ? detection : null;
}

/** Audio from the caller: never acknowledged. */
export function hearAudio(state: ConversationState, bytes: Uint8Array, atUs: number): void {
  state.audioMs += bytes.length / formats[state.inputFormat].bytesPerMs;
  state.frames.add(state.audioMs, atUs);
  const detection = serverVad(state);
  // While nobody listens for speech, the listener's clock goes on with the audio's.
  if (!detection) return state.vad.restart(state.audioMs);
  const settings = { threshold: detection.threshold, prefixMs: detection.prefix_padding_ms, silenceMs: detection.silence_duration_ms };
  state.vad.hear(bytes, settings, (event) => tellVad(state, event, detection, atUs));
}

function tellVad(state: ConversationState, event: VadEvent, detection: ServerVad, atUs: number): void {
  if (event.type === "started") {
    state.speechItemId = state.options.ids.next("item");
    state.vadToldUs = Math.max(state.vadToldUs, atUs);
    state.agenda.add(state.vadToldUs, { type: "speech_started", itemId: state.speechItemId, startMs: event.startMs });
    state.bufferStartMs = event.startMs;
    return;
  }
  const window = { startMs: state.bufferStartMs, endMs: event.endMs };
  const turn = endTurn(state, "vad", window, { speechEndMs: event.speechEndMs, silenceMs: detection.silence_duration_ms });
  state.vadToldUs = Math.max(state.vadToldUs, atUs + msToUs(turn.delays.jitterMs + turn.delays.pathMs));
  state.agenda.add(state.vadToldUs, { type: "turn_ended", turn });
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

function endTurn(
  state: ConversationState,
  cause: "vad" | "commit",
  window: Window,
  heard: { readonly speechEndMs: number; readonly silenceMs: number },
): EndedTurn {
  const { key, profile, callName, ids } = state.options;
  const number = state.turns++;
  const delays = drawTurn(profile, { ...key, turn: number });
  const itemId = state.speechItemId ?? ids.next("item");
  state.speechItemId = undefined;
  state.bufferStartMs = window.endMs;
  const jitterMs = cause === "vad" ? delays.jitterMs : 0;
  const truth: EndedTurn["truth"] = {
    v: 1,
    type: "turn",
    sessionId: state.session.id,
    ...(callName === undefined ? {} : { call: callName }),
    itemId,
    cause,
    heard: { speechEndAudioMs: heard.speechEndMs },
    frames: state.frames.since(window.endMs - Math.max(FRAMES_MS, heard.silenceMs + FRAMES_BEFORE_SILENCE_MS)),
    planned: { endOfUtteranceMs: heard.silenceMs + jitterMs, pathMs: delays.pathMs, queueMs: 0 },
    outcome: "cut",
  };
  return { number, cause, delays, truth, itemId, ...window };
}

export function commitAudio(state: ConversationState, atUs: number, eventId: string | undefined): void {
  const bufferedMs = state.audioMs - state.bufferStartMs;
  if (bufferedMs < SHORTEST_COMMIT_MS) {
    const message = `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`;
    return emitFault(state, fault("input_audio_buffer_commit_empty", null, message), eventId);
  }
  const turn = endTurn(state, "commit", { startMs: state.bufferStartMs, endMs: state.audioMs }, { speechEndMs: state.audioMs, silenceMs: 0 });
  state.vad.restart(state.audioMs);
  state.heldUntilUs = Math.max(state.vadToldUs, atUs + msToUs(turn.delays.pathMs));
  state.vadToldUs = state.heldUntilUs;
  state.agenda.add(state.heldUntilUs, { type: "turn_ended", turn });
}

export function clearAudio(state: ConversationState): void {
  state.bufferStartMs = state.audioMs;
  state.speechItemId = undefined;
  state.vad.restart(state.audioMs);
  emit(state, { type: "input_audio_buffer.cleared" });
}

/** The session's input format or turn detection may have changed: hear accordingly from here on. */
export function followSession(state: ConversationState): void {
  const format = formatName(state.session.audio.input.format);
  if (format !== state.inputFormat) {
    state.inputFormat = format;
    state.vad = createVad(format);
    state.vad.restart(state.audioMs);
  }
  if (serverVad(state)) return;
  state.vad.restart(state.audioMs);
  state.speechItemId = undefined;
}

/** The caller speaks: an answer in progress stops, if the session wants that. */
export function tellSpeechStarted(state: ConversationState, task: { readonly itemId: string; readonly startMs: number }, dueUs: number): void {
  emit(state, { type: "input_audio_buffer.speech_started", item_id: task.itemId, audio_start_ms: Math.round(task.startMs) });
  if (state.response && serverVad(state)?.interrupt_response) cancelResponse(state, state.response, dueUs, "turn_detected");
}

/** The turn is over: its audio becomes an item, and under VAD it is answered. */
export function tellTurnEnded(state: ConversationState, turn: EndedTurn, dueUs: number): void {
  const { itemId } = turn;
  const stamp = { row: turn.truth, field: "stoppedSentUs" } as const;
  if (turn.cause === "vad") emit(state, { type: "input_audio_buffer.speech_stopped", item_id: itemId, audio_end_ms: Math.round(turn.endMs) }, stamp);
  emit(state, { type: "input_audio_buffer.committed", item_id: itemId, previous_item_id: state.items.lastId }, turn.cause === "commit" ? stamp : undefined);
  const entry = callerAudio(itemId, turn.endMs - turn.startMs);
  const previous_item_id = state.items.add(entry);
  emit(state, { type: "conversation.item.added", item: entry.item, previous_item_id });
  emit(state, { type: "conversation.item.done", item: entry.item, previous_item_id });
  if (state.pending) writeTruth(state, state.pending, "unasked");
  state.pending = turn;
  if (turn.cause === "vad" && serverVad(state)?.create_response) askForResponse(state, dueUs, undefined, undefined);
}

/** Begins a response with these overrides, or says why not. */
export function askForResponse(state: ConversationState, dueUs: number, overrides: unknown, eventId: string | undefined): void {
  if (state.response) {
    const message = `Conversation already has an active response in progress: ${state.response.id}. Wait until the response is finished before creating a new one.`;
    return emitFault(state, fault("conversation_already_has_active_response", null, message), eventId);
  }
  const result = responseSettings(state.session, overrides);
  if ("wrong" in result) return emitFault(state, result.wrong, eventId);
  const isTooLong = settleContext(state, result.settings);
  if (isTooLong) return emitFault(state, isTooLong, eventId);
  beginResponse(state, dueUs, result.settings);
}
