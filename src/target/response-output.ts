// One item of a response as it is sent: a spoken or written message, or the call of a function. When its next event is due,
// what that says, and how the item ends, whether whole or cut.

import type { AudioFormat } from "../audio/format.ts";
import { msToUs } from "../core/units.ts";
import { formatName } from "../protocol/audio-format.ts";
import type { AssistantContent, ContentPart, ItemStatus } from "../protocol/conversation-item.ts";
import { assistantAudioTokens } from "../protocol/usage.ts";
import type { ActiveResponse, CallOutput, ConversationState, MessageOutput, Output } from "./conversation-state.ts";
import { emit, writeTruth } from "./conversation-state.ts";
import { assistantMessage, functionCall } from "./items.ts";
import type { Entry } from "./items.ts";
import type { ScriptCall } from "./script.ts";
import type { ResponseSettings } from "./session-update.ts";
import { firstDelta, wholeSamplesMs } from "./speech.ts";
import type { Utterance } from "./speech.ts";
import { textTokens } from "./usage-meter.ts";

/** Between the words of a text answer, and assumed between the pieces of a call's arguments: five deltas in 36 ms in a live capture. */
const TEXT_DELTA_MS = 7;
/** Of the time that the audio takes to be sent, the transcript takes this share. */
const TRANSCRIPT_LEAD = 0.5;
/** From the last delta to the closing events, as captured. */
const CLOSING_MS = 6;
/** Characters in a delta of arguments: about a token. */
const PIECE = /[\s\S]{1,4}/gu;

export const isText = (settings: ResponseSettings): boolean => settings.output_modalities[0] === "text";

/** A message with as many words and deltas as `left` tokens allow. */
export function messageOutput(itemId: string, utterance: Utterance, leadingSilenceMs: number, settings: ResponseSettings, left: number): MessageOutput {
  const format: AudioFormat = formatName(settings.audio.output.format);
  const silenceMs = isText(settings) ? 0 : wholeSamplesMs(leadingSilenceMs, format);
  const deltas = isText(settings) ? [] : utterance.deltas;
  const audioMs = deltas.reduce((sum, delta) => sum + delta.audioMs, deltas.length > 0 ? silenceMs : 0);
  const needed = textTokens(utterance.words.join("")) + assistantAudioTokens(audioMs);
  const share = needed <= left ? 1 : Math.max(0, left) / needed;
  const mostAudioMs = share * audioMs;
  let sentMs = silenceMs;
  // The first delta also holds the silence, so a share of the deltas would be more than a share of the audio.
  const count = share === 1 ? deltas.length : deltas.findIndex((delta) => (sentMs += delta.audioMs) > mostAudioMs);
  return {
    type: "message",
    itemId,
    utterance,
    silenceMs,
    first: firstDelta(utterance, silenceMs),
    needed,
    isCut: share < 1,
    words: Math.floor(utterance.words.length * share),
    deltas: Math.max(0, count),
    startUs: 0,
    isOpen: false,
    sentWords: 0,
    sentDeltas: 0,
    sentAudioMs: 0,
  };
}

export function callOutput(itemId: string, callId: string, call: ScriptCall, left: number): CallOutput {
  const all = JSON.stringify(call.arguments).match(PIECE) ?? [];
  const needed = all.length + 1;
  const pieces = all.slice(0, Math.max(0, Math.min(all.length, left - 1)));
  return { type: "call", itemId, callId, name: call.name, pieces, needed, isCut: needed > left, startUs: 0, isOpen: false, sentPieces: 0 };
}

const wordDueUs = (state: ConversationState, { settings }: ActiveResponse, output: MessageOutput, index: number): number => {
  const { deltaMs, burst } = state.options.profile;
  const audioSpanMs = output.deltas * deltaMs.value * burst.value * TRANSCRIPT_LEAD;
  return output.startUs + msToUs(index * (isText(settings) ? TEXT_DELTA_MS : audioSpanMs / Math.max(1, output.words)));
};

const deltaDueUs = ({ options: { profile } }: ConversationState, output: MessageOutput, index: number): number =>
  output.startUs + msToUs(index * profile.deltaMs.value * profile.burst.value);

const pieceDueUs = (output: CallOutput, index: number): number => output.startUs + msToUs(index * TEXT_DELTA_MS);

/** When its next delta is due; undefined when all were sent. */
function nextDeltaUs(state: ConversationState, response: ActiveResponse, output: Output): number | undefined {
  if (output.type === "call") return output.sentPieces < output.pieces.length ? pieceDueUs(output, output.sentPieces) : undefined;
  const word = output.sentWords < output.words ? wordDueUs(state, response, output, output.sentWords) : Infinity;
  const delta = output.sentDeltas < output.deltas ? deltaDueUs(state, output, output.sentDeltas) : Infinity;
  return word === Infinity && delta === Infinity ? undefined : Math.min(word, delta);
}

function lastDeltaUs(state: ConversationState, response: ActiveResponse, output: Output): number {
  if (output.type === "call") return pieceDueUs(output, Math.max(0, output.pieces.length - 1));
  return Math.max(wordDueUs(state, response, output, Math.max(0, output.words - 1)), deltaDueUs(state, output, Math.max(0, output.deltas - 1)));
}

/** When it opens, sends its next delta, or closes. */
export function outputDueUs(state: ConversationState, response: ActiveResponse, output: Output): number {
  if (!output.isOpen) return output.startUs;
  return nextDeltaUs(state, response, output) ?? lastDeltaUs(state, response, output) + msToUs(CLOSING_MS);
}

/** Opens it or sends its next delta; "finished" when only closing is left. */
export function stepOutput(state: ConversationState, response: ActiveResponse, output: Output, dueUs: number): "goes on" | "finished" {
  if (!output.isOpen) open(state, response, output);
  else if (nextDeltaUs(state, response, output) === undefined) return "finished";
  else if (output.type === "call") sendPiece(state, response, output);
  else if (output.sentWords < output.words && wordDueUs(state, response, output, output.sentWords) <= dueUs) sendWord(state, response, output);
  else sendDelta(state, response, output);
  return "goes on";
}

const inItem = (response: ActiveResponse, output: Output) =>
  ({ response_id: response.id, item_id: output.itemId, output_index: response.finished.length }) as const;
const inPart = (response: ActiveResponse, output: Output) => ({ ...inItem(response, output), content_index: 0 }) as const;

const entryOf = (output: Output, status: ItemStatus, content: readonly AssistantContent[]): Entry =>
  output.type === "call"
    ? functionCall(output.itemId, status, output.name, output.callId, output.pieces.slice(0, output.sentPieces).join(""))
    : {
        ...assistantMessage(output.itemId, status, content, output.sentAudioMs),
        audio: { type: "said", utterance: output.utterance, silenceMs: output.silenceMs },
      };

function open(state: ConversationState, response: ActiveResponse, output: Output): void {
  output.isOpen = true;
  const started = entryOf(output, "in_progress", []);
  const { response_id, output_index } = inItem(response, output);
  emit(state, { type: "response.output_item.added", response_id, output_index, item: started.item });
  if (!response.isBeside) emit(state, { type: "conversation.item.added", item: started.item, previous_item_id: state.items.add(started) });
  if (output.type === "call") return;
  const part: ContentPart = isText(response.settings) ? { type: "text", text: "" } : { type: "audio", transcript: "" };
  emit(state, { type: "response.content_part.added", ...inPart(response, output), part });
}

/** The first thing that a caller gets of an answer settles its turn's truth. */
function settleTruth(state: ConversationState, response: ActiveResponse): void {
  response.hasSounded = true;
  if (!response.isBeside) writeTruth(state, response.turn, "answered");
}

const firstStamp = (response: ActiveResponse) => (response.hasSounded ? undefined : ({ row: response.turn.truth, field: "firstDeltaSentUs" } as const));

function sendWord(state: ConversationState, response: ActiveResponse, output: MessageOutput): void {
  const delta = output.utterance.words[output.sentWords++] as string;
  const padded = { delta, obfuscation: state.options.ids.padding(Math.max(0, 16 - delta.length)) };
  const ids = inPart(response, output);
  if (!isText(response.settings)) return emit(state, { type: "response.output_audio_transcript.delta", ...ids, ...padded });
  emit(state, { type: "response.output_text.delta", ...ids, ...padded }, firstStamp(response));
  if (!response.hasSounded) settleTruth(state, response);
}

function sendDelta(state: ConversationState, response: ActiveResponse, output: MessageOutput): void {
  const delta = output.sentDeltas === 0 ? output.first : (output.utterance.deltas[output.sentDeltas] as { base64: string; audioMs: number });
  output.sentDeltas++;
  output.sentAudioMs += delta.audioMs;
  state.hasSpoken = true;
  emit(state, { type: "response.output_audio.delta", ...inPart(response, output), delta: delta.base64 }, firstStamp(response));
  if (!response.hasSounded) settleTruth(state, response);
}

function sendPiece(state: ConversationState, response: ActiveResponse, output: CallOutput): void {
  const delta = output.pieces[output.sentPieces++] as string;
  emit(state, { type: "response.function_call_arguments.delta", ...inItem(response, output), call_id: output.callId, delta });
}

const spokenText = (output: MessageOutput): string => output.utterance.words.slice(0, output.sentWords).join("");

/** Output tokens of what was sent. */
export const sentTokens = (output: Output): { readonly text: number; readonly audio: number } =>
  output.type === "call"
    ? { text: output.isOpen ? output.sentPieces + 1 : 0, audio: 0 }
    : { text: textTokens(spokenText(output)), audio: assistantAudioTokens(output.sentAudioMs) };

/** The closing events of its part and its item, saying only what was sent. */
export function closeOutput(state: ConversationState, response: ActiveResponse, output: Output, status: "completed" | "incomplete"): void {
  const spoken = output.type === "call" ? "" : spokenText(output);
  const ids = inItem(response, output);
  const content: AssistantContent = isText(response.settings) ? { type: "output_text", text: spoken } : { type: "output_audio", transcript: spoken };
  const entry = entryOf(output, status, [content]);
  if (output.type === "call") {
    const given = output.pieces.slice(0, output.sentPieces).join("");
    emit(state, { type: "response.function_call_arguments.done", ...ids, call_id: output.callId, name: output.name, arguments: given });
  } else closePart(state, response, output, spoken);
  if (!response.isBeside) {
    state.items.replace(entry);
    emit(state, { type: "conversation.item.done", item: entry.item, previous_item_id: state.items.before(entry.item.id) });
  }
  emit(state, { type: "response.output_item.done", response_id: response.id, output_index: ids.output_index, item: entry.item });
  response.finished.push(entry);
}

function closePart(state: ConversationState, response: ActiveResponse, output: MessageOutput, spoken: string): void {
  const ids = inPart(response, output);
  if (isText(response.settings)) {
    emit(state, { type: "response.output_text.done", ...ids, text: spoken });
    emit(state, { type: "response.content_part.done", ...ids, part: { type: "text", text: spoken } });
    return;
  }
  emit(state, { type: "response.output_audio.done", ...ids });
  emit(state, { type: "response.output_audio_transcript.done", ...ids, transcript: spoken });
  emit(state, { type: "response.content_part.done", ...ids, part: { type: "audio", transcript: spoken } });
}
