// The caller's side of a turn: audio heard, its end found by VAD or told by a commit, and the item it becomes.

import { formats } from "../audio/format.ts";
import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import { formatName } from "../protocol/audio-format.ts";
import type { SemanticVad, ServerVad, SessionConfig, TurnDetectionConfig } from "../protocol/session-config.ts";
import type { ConversationState, EndedTurn, Task } from "./conversation-state.ts";
import { emit, emitFault, writeTruth } from "./conversation-state.ts";
import { fault } from "./fault.ts";
import { forgetAudio, hearTurn, keepAudio, waitsToHear } from "./hearing.ts";
import { beginTranscript } from "./input-transcription.ts";
import { breakSilence } from "./idle-timeout.ts";
import { callerAudio } from "./items.ts";
import { keepItemAudio } from "./kept-audio.ts";
import { drawTurn } from "./latency-model.ts";
import { hearLive } from "./live-transcript.ts";
import { settleContext } from "./memory.ts";
import { beginResponse, cancelResponse } from "./response-ladder.ts";
import { readInput } from "./new-item.ts";
import { semanticLevel, semanticWaitMs } from "./semantic-vad.ts";
import { responseSettings } from "./session-update.ts";
import type { VadEvent, VadSettings } from "./vad.ts";
import { createVad } from "./vad.ts";

const SHORTEST_COMMIT_MS = 100;
/** Frame arrivals kept for the truth: this long before the end of the turn, and this long before its silence began. */
const FRAMES_MS = 1_500;
const FRAMES_BEFORE_SILENCE_MS = 1_000;

const detectionOf = (state: ConversationState): TurnDetectionConfig => state.session.audio.input.turn_detection;

function vadSettings(state: ConversationState, detection: ServerVad | SemanticVad): VadSettings {
  if (detection.type === "server_vad")
    return { threshold: detection.threshold, prefixMs: detection.prefix_padding_ms, silenceMs: detection.silence_duration_ms };
  const { turns: turn, semanticWait: drawn } = state;
  const { eagerness } = detection;
  const isDrawn = drawn?.turn === turn && drawn.eagerness === eagerness;
  const wait = isDrawn ? drawn : { turn, eagerness, ms: semanticWaitMs(eagerness, { ...state.options.key, turn }) };
  state.semanticWait = wait;
  return { ...semanticLevel, silenceMs: wait.ms };
}

/** What came in an append; `isSilent` where all of it is known to be zero. */
interface HeardAudio {
  readonly bytes: Uint8Array;
  readonly isSilent?: boolean;
}

/** Audio from the caller: never acknowledged. */
export function hearAudio(state: ConversationState, { bytes, isSilent = false }: HeardAudio, atUs: number): void {
  state.audioMs += bytes.length / formats[state.inputFormat].bytesPerMs;
  state.frames.add(state.audioMs, atUs);
  keepAudio(state, bytes, isSilent);
  hearLive(state, atUs);
  const detection = detectionOf(state);
  // While nobody listens for speech, the listener's clock goes on with the audio's.
  if (!detection) return state.vad.restart(state.audioMs);
  const settings = vadSettings(state, detection);
  state.vad.hear(bytes, settings, (event) => tellVad(state, event, settings.silenceMs, atUs), isSilent);
}

function tellVad(state: ConversationState, event: VadEvent, silenceMs: number, atUs: number): void {
  if (event.type === "started") {
    breakSilence(state);
    state.speechItemId = state.options.ids.next("item");
    state.vadToldUs = Math.max(state.vadToldUs, atUs);
    const onset = { frames: state.frames.since(event.startMs) };
    state.onset = onset;
    state.agenda.add(state.vadToldUs, { type: "speech_started", itemId: state.speechItemId, startMs: event.startMs, onset });
    state.bufferStartMs = event.startMs;
    return;
  }
  const window = { startMs: state.bufferStartMs, endMs: event.endMs };
  const turn = endTurn(state, "vad", window, { speechEndMs: event.speechEndMs, silenceMs });
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
  const { onset } = state;
  state.speechItemId = undefined;
  state.onset = undefined;
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
    ...(onset && cause === "vad" ? { onset } : {}),
    frames: state.frames.since(window.endMs - Math.max(FRAMES_MS, heard.silenceMs + FRAMES_BEFORE_SILENCE_MS)),
    planned: { endOfUtteranceMs: heard.silenceMs + jitterMs, pathMs: delays.pathMs, queueMs: 0 },
    outcome: "cut",
  };
  const turn: EndedTurn = { number, drawnAs: number, cause, delays, truth, itemId, ...window };
  hearTurn(state, turn);
  return turn;
}

/** The buffer up to `audioMs`, for what came behind the event is not meant by it; so for a clear. */
export function commitAudio(state: ConversationState, audioMs: number, atUs: number, eventId: string | undefined): void {
  // Rounded, for a sum of many small pieces may miss the limit by a hair.
  const bufferedMs = Math.max(0, Math.round((audioMs - state.bufferStartMs) * 1_000) / 1_000);
  if (bufferedMs < SHORTEST_COMMIT_MS) {
    const message = `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`;
    return emitFault(state, fault("input_audio_buffer_commit_empty", null, message), eventId);
  }
  breakSilence(state);
  const turn = endTurn(state, "commit", { startMs: state.bufferStartMs, endMs: audioMs }, { speechEndMs: audioMs, silenceMs: 0 });
  state.vad.restart(state.audioMs);
  state.heldUntilUs = Math.max(state.vadToldUs, atUs + msToUs(turn.delays.pathMs));
  state.vadToldUs = state.heldUntilUs;
  state.agenda.add(state.heldUntilUs, { type: "turn_ended", turn });
}

export function clearAudio(state: ConversationState, audioMs: number): void {
  state.bufferStartMs = Math.max(audioMs, state.bufferStartMs);
  state.speechItemId = undefined;
  state.hearing.live = undefined;
  state.vad.restart(state.audioMs);
  emit(state, { type: "input_audio_buffer.cleared" });
}

/** The session's input format or turn detection may have changed: hear accordingly from here on. */
export function followSession(state: ConversationState, before: SessionConfig): void {
  const format = formatName(state.session.audio.input.format);
  if (format !== state.inputFormat) {
    state.inputFormat = format;
    state.vad.close();
    state.vad = createVad(format);
    forgetAudio(state);
    state.vad.restart(state.audioMs);
    state.speechItemId = undefined;
  }
  if (before.audio.input.transcription?.model !== state.session.audio.input.transcription?.model) state.hearing.live = undefined;
  // A turn by hand goes on through any other update, and what is written of it meanwhile belongs to one item.
  if (detectionOf(state) || before.audio.input.turn_detection === null) return;
  state.vad.restart(state.audioMs);
  state.speechItemId = undefined;
  state.hearing.live = undefined;
}

/** The caller speaks: an answer in progress stops, if the session wants that. */
export function tellSpeechStarted(state: ConversationState, task: Task & { readonly type: "speech_started" }, dueUs: number): void {
  const stamp = { row: task.onset, field: "sentUs" } as const;
  emit(state, { type: "input_audio_buffer.speech_started", item_id: task.itemId, audio_start_ms: Math.round(task.startMs) }, stamp);
  if (state.response && detectionOf(state)?.interrupt_response) cancelResponse(state, state.response, dueUs, "turn_detected");
}

/** The turn is over: its audio becomes an item, and under VAD it is answered. */
export function tellTurnEnded(state: ConversationState, turn: EndedTurn, dueUs: number): void {
  const { itemId } = turn;
  const stamp = { row: turn.truth, field: "stoppedSentUs" } as const;
  if (turn.cause === "vad") emit(state, { type: "input_audio_buffer.speech_stopped", item_id: itemId, audio_end_ms: Math.round(turn.endMs) }, stamp);
  emit(state, { type: "input_audio_buffer.committed", item_id: itemId, previous_item_id: state.items.lastId }, turn.cause === "vad" ? undefined : stamp);
  const entry = callerAudio(itemId, turn.endMs - turn.startMs, turn.audio ?? state.hearing.audio.between(turn.startMs, turn.endMs).audio);
  turn.audio = undefined;
  const previous_item_id = state.items.add(entry);
  keepItemAudio(state, entry);
  emit(state, { type: "conversation.item.added", item: entry.item, previous_item_id });
  emit(state, { type: "conversation.item.done", item: entry.item, previous_item_id });
  beginTranscript(state, turn, dueUs);
  if (state.pending) writeTruth(state, state.pending, "unasked");
  state.pending = turn;
  // A silence that was waited for is there to be answered, whatever turns of speech are.
  if (turn.cause === "idle" || (turn.cause === "vad" && detectionOf(state)?.create_response)) askForResponse(state, dueUs, undefined, undefined);
}

/** Begins a response with these overrides, or says why not. */
export function askForResponse(state: ConversationState, dueUs: number, overrides: unknown, eventId: string | undefined): void {
  if (waitsToHear(state)) return void state.hearing.waiting.push({ dueUs, overrides, eventId });
  const result = responseSettings(state.session, overrides);
  if ("wrong" in result) return emitFault(state, result.wrong, eventId);
  const { input, ...settings } = result.settings;
  const isBeside = settings.conversation === "none";
  if (state.response && !isBeside) {
    const message = `Conversation already has an active response in progress: ${state.response.id}. Wait until the response is finished before creating a new one.`;
    return emitFault(state, fault("conversation_already_has_active_response", null, message), eventId);
  }
  if (isBeside && state.beside.length >= limits.responsesBeside)
    return emitFault(
      state,
      fault("invalid_value", "response.conversation", `At most ${limits.responsesBeside} responses can run beside a conversation.`),
      eventId,
    );
  const context = { items: state.items, makeId: state.options.ids.next, format: state.inputFormat };
  const entries = input === undefined ? state.items.read : readInput(input, context);
  const read = "code" in entries ? entries : settleContext(state, result.settings, entries);
  if ("code" in read) return emitFault(state, read, eventId);
  // Without the input, which can be as large as a message: a response keeps its settings while it lasts.
  beginResponse(state, dueUs, settings, read);
}
