// One response from response.created to response.done: when each step is due and what it says, in the order of the live
// server. The transcript runs ahead of the audio; both are sent faster than they play.

import type { AudioFormat } from "../audio/format.ts";
import { msToUs } from "../core/units.ts";
import { formatName } from "../protocol/audio-format.ts";
import type { AssistantContent, ContentPart } from "../protocol/conversation-item.ts";
import type { ResponseObject } from "../protocol/server-event.ts";
import { assistantAudioTokens } from "../protocol/usage.ts";
import type { ActiveResponse, ConversationState, ResponseEnd, Turn } from "./conversation-state.ts";
import { emit, writeTruth } from "./conversation-state.ts";
import { assistantMessage } from "./items.ts";
import type { Entry } from "./items.ts";
import { drawTurn } from "./latency-model.ts";
import type { ResponseSettings } from "./session-update.ts";
import { firstDelta, wholeSamplesMs } from "./speech.ts";
import { inputTokens, textTokens, usageOf } from "./usage-meter.ts";

/** After this a response that the profile leaves unanswered fails. */
const UNANSWERED_MS = 60_000;
/** Between the words of a text answer: five deltas in 36 ms in a live capture. */
const TEXT_WORD_MS = 7;
/** Of the time that the audio takes to be sent, the transcript takes this share. */
const TRANSCRIPT_LEAD = 0.5;
/** From the last delta to the closing events, and from response.done to rate_limits.updated, as captured. */
const CLOSING_MS = 6;
const RATE_LIMITS_MS = 43;

const isText = (settings: ResponseSettings): boolean => settings.output_modalities[0] === "text";

/** The turn that a response without a new utterance answers: text, or the same question again. */
function textTurn(state: ConversationState): Turn {
  const { key, profile, callName } = state.options;
  const number = state.turns++;
  const delays = drawTurn(profile, { ...key, turn: number });
  const planned = { endOfUtteranceMs: 0, pathMs: 0, queueMs: 0 };
  const named = callName === undefined ? {} : { call: callName };
  return {
    number,
    cause: "text",
    delays,
    truth: { v: 1, type: "turn", sessionId: state.session.id, ...named, cause: "text", frames: [], planned, outcome: "cut" },
  };
}

/** Begins the answer to the pending turn. The first delta is due thinkMs after `dueUs`. */
export function beginResponse(state: ConversationState, dueUs: number, settings: ResponseSettings): void {
  const { profile, speech, ids } = state.options;
  const turn = state.pending ?? textTurn(state);
  state.pending = undefined;
  const effort = settings.reasoning.effort;
  const format: AudioFormat = formatName(settings.audio.output.format);
  const utterance = speech.answer(turn.number, format);
  const silenceMs = isText(settings) ? 0 : wholeSamplesMs(turn.delays.leadingSilenceMs, format);
  const isAnswered = turn.delays.isAnswered(effort);
  const thinkMs = turn.delays.thinkMs(effort);
  const prompt = [{ key: `instructions ${settings.instructions}`, text: textTokens(settings.instructions), audio: 0 }, ...state.items.stretches()];
  const response: ActiveResponse = {
    id: ids.next("resp"),
    itemId: ids.next("item"),
    settings,
    turn,
    input: inputTokens(state.seen, prompt),
    prompt,
    utterance,
    first: firstDelta(utterance, silenceMs),
    ...allowance(settings, utterance.words, isText(settings) ? [] : utterance.deltas, silenceMs, profile.efforts[effort].reasoningTokens.value),
    isAnswered,
    firstUs: dueUs + msToUs(isAnswered ? thinkMs : UNANSWERED_MS),
    isOpen: false,
    sentWords: 0,
    sentDeltas: 0,
    sentAudioMs: 0,
  };
  const { truth } = turn;
  truth.responseId = response.id;
  truth.effort = effort;
  truth.planned = { ...truth.planned, thinkMs, leadingSilenceMs: turn.delays.leadingSilenceMs };
  if (!isText(settings)) truth.firstAudibleOffsetMs = silenceMs;
  state.response = response;
  emit(state, {
    type: "response.created",
    response: responseObject(state, response, { status: "in_progress", status_details: null, output: [], usage: null }),
  });
  const { input } = response;
  const refusal = state.options.limiter?.reserve(dueUs, input.text + input.audio);
  if (refusal !== undefined) return refuse(state, response, dueUs, refusal);
  if (!isAnswered) writeTruth(state, turn, "unanswered");
}

/** Over its rate limit a response fails at once, costs nothing, and there is no error event besides. */
function refuse(state: ConversationState, response: ActiveResponse, dueUs: number, message: string): void {
  state.response = undefined;
  writeTruth(state, response.turn, "unanswered");
  const error = { type: "invalid_request_error", code: "rate_limit_exceeded", message };
  const usage = usageOf({ text: 0, audio: 0, cachedText: 0, cachedAudio: 0 }, { text: 0, audio: 0 });
  const end = { status: "failed", status_details: { type: "failed", error }, output: [], usage } as const;
  emit(state, { type: "response.done", response: responseObject(state, response, end) });
  state.agenda.add(dueUs + msToUs(RATE_LIMITS_MS), { type: "rate_limits", usedTokens: 0 });
}

/** How many words and deltas fit max_output_tokens after the reasoning. */
function allowance(
  settings: ResponseSettings,
  words: readonly string[],
  deltas: readonly { readonly audioMs: number }[],
  silenceMs: number,
  reasoning: number,
): Pick<ActiveResponse, "words" | "deltas" | "isCut"> {
  const audioMs = deltas.reduce((sum, delta) => sum + delta.audioMs, deltas.length > 0 ? silenceMs : 0);
  const needed = textTokens(words.join("")) + assistantAudioTokens(audioMs);
  const left = settings.max_output_tokens === "inf" ? Infinity : settings.max_output_tokens - reasoning;
  if (needed <= left) return { words: words.length, deltas: deltas.length, isCut: false };
  const share = Math.max(0, left) / needed;
  return { words: Math.floor(words.length * share), deltas: Math.floor(deltas.length * share), isCut: true };
}

function wordDueUs(state: ConversationState, response: ActiveResponse, index: number): number {
  const { deltaMs, burst } = state.options.profile;
  const audioSpanMs = response.deltas * deltaMs.value * burst.value * TRANSCRIPT_LEAD;
  const spacingMs = isText(response.settings) ? TEXT_WORD_MS : audioSpanMs / Math.max(1, response.words);
  return response.firstUs + msToUs(index * spacingMs);
}

const deltaDueUs = (state: ConversationState, response: ActiveResponse, index: number): number =>
  response.firstUs + msToUs(index * state.options.profile.deltaMs.value * state.options.profile.burst.value);

/** When the response has its next step to do. */
export function responseDueUs(state: ConversationState, response: ActiveResponse): number {
  if (!response.isOpen) return response.firstUs;
  const word = response.sentWords < response.words ? wordDueUs(state, response, response.sentWords) : Infinity;
  const delta = response.sentDeltas < response.deltas ? deltaDueUs(state, response, response.sentDeltas) : Infinity;
  if (word !== Infinity || delta !== Infinity) return Math.min(word, delta);
  const lastUs = Math.max(wordDueUs(state, response, Math.max(0, response.words - 1)), deltaDueUs(state, response, Math.max(0, response.deltas - 1)));
  return lastUs + msToUs(CLOSING_MS);
}

/** Does the step that is due: the opening with the first word and the first delta, a word, a delta, or the end. */
export function stepResponse(state: ConversationState, response: ActiveResponse, dueUs: number): void {
  if (!response.isAnswered) {
    const error = { type: "server_error", code: null, message: "The server had an error while processing your request." };
    return endResponse(state, response, dueUs, { status: "failed", status_details: { type: "failed", error } });
  }
  if (!response.isOpen) return open(state, response);
  if (response.sentWords < response.words && wordDueUs(state, response, response.sentWords) <= dueUs) return sendWord(state, response);
  if (response.sentDeltas < response.deltas && deltaDueUs(state, response, response.sentDeltas) <= dueUs) return sendDelta(state, response);
  if (response.isCut) return endResponse(state, response, dueUs, { status: "incomplete", status_details: { type: "incomplete", reason: "max_output_tokens" } });
  endResponse(state, response, dueUs, { status: "completed", status_details: null });
}

const inPart = (response: ActiveResponse) => ({ response_id: response.id, item_id: response.itemId, output_index: 0, content_index: 0 }) as const;

function open(state: ConversationState, response: ActiveResponse): void {
  response.isOpen = true;
  const started = assistantMessage(response.itemId, "in_progress", [], 0);
  emit(state, { type: "response.output_item.added", response_id: response.id, output_index: 0, item: started.item });
  emit(state, { type: "conversation.item.added", item: started.item, previous_item_id: state.items.add(started) });
  const part: ContentPart = isText(response.settings) ? { type: "text", text: "" } : { type: "audio", transcript: "" };
  emit(state, { type: "response.content_part.added", ...inPart(response), part });
}

function sendWord(state: ConversationState, response: ActiveResponse): void {
  const delta = response.utterance.words[response.sentWords++] as string;
  const padded = { delta, obfuscation: state.options.ids.padding(Math.max(0, 16 - delta.length)) };
  if (!isText(response.settings)) return emit(state, { type: "response.output_audio_transcript.delta", ...inPart(response), ...padded });
  const isFirst = response.sentWords === 1;
  emit(
    state,
    { type: "response.output_text.delta", ...inPart(response), ...padded },
    isFirst ? { row: response.turn.truth, field: "firstDeltaSentUs" } : undefined,
  );
  if (isFirst) writeTruth(state, response.turn, "answered");
}

function sendDelta(state: ConversationState, response: ActiveResponse): void {
  const isFirst = response.sentDeltas === 0;
  const delta = isFirst ? response.first : (response.utterance.deltas[response.sentDeltas] as { base64: string; audioMs: number });
  response.sentDeltas++;
  response.sentAudioMs += delta.audioMs;
  state.hasSpoken = true;
  const event = { type: "response.output_audio.delta", ...inPart(response), delta: delta.base64 } as const;
  if (!isFirst) return emit(state, event);
  emit(state, event, { row: response.turn.truth, field: "firstDeltaSentUs" });
  writeTruth(state, response.turn, "answered");
}

/** Stops the answer where it is: the caller cancelled it or spoke again. */
export function cancelResponse(state: ConversationState, response: ActiveResponse, atUs: number, reason: "turn_detected" | "client_cancelled"): void {
  endResponse(state, response, atUs, { status: "cancelled", status_details: { type: "cancelled", reason } });
}

function endResponse(state: ConversationState, response: ActiveResponse, atUs: number, end: Pick<ResponseEnd, "status" | "status_details">): void {
  const entry = response.isOpen ? closeItem(state, response, end.status === "completed" ? "completed" : "incomplete") : undefined;
  const hasSounded = response.sentDeltas > 0 || (isText(response.settings) && response.sentWords > 0);
  if (response.isAnswered && !hasSounded) writeTruth(state, response.turn, end.status === "cancelled" ? "cancelled" : "unanswered");
  const audio = assistantAudioTokens(response.sentAudioMs);
  const { reasoningTokens } = state.options.profile.efforts[response.settings.reasoning.effort];
  const most = response.settings.max_output_tokens === "inf" ? Infinity : Math.max(0, response.settings.max_output_tokens - audio);
  const text = Math.min(most, reasoningTokens.value + textTokens(spokenText(response)));
  const usage = usageOf(response.input, { text, audio });
  state.options.limiter?.spend(atUs, usage.output_tokens);
  state.response = undefined;
  state.seen = entry ? [...response.prompt, { key: entry.item.id, ...entry.tokens }] : response.prompt;
  emit(state, { type: "response.done", response: responseObject(state, response, { ...end, output: entry ? [entry.item] : [], usage }) });
  state.agenda.add(atUs + msToUs(RATE_LIMITS_MS), { type: "rate_limits", usedTokens: usage.total_tokens });
}

const spokenText = (response: ActiveResponse): string => response.utterance.words.slice(0, response.sentWords).join("");

/** The closing events of the part and the item, saying only what was sent. */
function closeItem(state: ConversationState, response: ActiveResponse, status: "completed" | "incomplete"): Entry {
  const spoken = spokenText(response);
  const ids = inPart(response);
  const content: AssistantContent = isText(response.settings) ? { type: "output_text", text: spoken } : { type: "output_audio", transcript: spoken };
  const entry = assistantMessage(response.itemId, status, [content], response.sentAudioMs);
  if (isText(response.settings)) {
    emit(state, { type: "response.output_text.done", ...ids, text: spoken });
    emit(state, { type: "response.content_part.done", ...ids, part: { type: "text", text: spoken } });
  } else {
    emit(state, { type: "response.output_audio.done", ...ids });
    emit(state, { type: "response.output_audio_transcript.done", ...ids, transcript: spoken });
    emit(state, { type: "response.content_part.done", ...ids, part: { type: "audio", transcript: spoken } });
  }
  state.items.replace(entry);
  emit(state, { type: "conversation.item.done", item: entry.item, previous_item_id: state.items.before(entry.item.id) });
  emit(state, { type: "response.output_item.done", response_id: response.id, output_index: 0, item: entry.item });
  return entry;
}

function responseObject(state: ConversationState, response: ActiveResponse, end: ResponseEnd): ResponseObject {
  const { output_modalities, max_output_tokens, audio, metadata } = response.settings;
  return {
    object: "realtime.response",
    id: response.id,
    conversation_id: state.conversationId,
    output_modalities,
    max_output_tokens,
    audio,
    metadata,
    ...end,
  };
}
