// One response from response.created to response.done: when each step is due and what it says, in the order of the live
// server. Its items come one after the other (response-output.ts); all are sent faster than they play.

import { msToUs, usToMs } from "../core/units.ts";
import type { Usage } from "../protocol/usage.ts";
import type { ResponseObject } from "../protocol/server-event.ts";
import type { ActiveResponse, ConversationState, Output, ResponseEnd, Turn } from "./conversation-state.ts";
import { emit, writeTruth } from "./conversation-state.ts";
import { awaitCaller, breakSilence } from "./idle-timeout.ts";
import type { Entry } from "./items.ts";
import { growthFactor } from "./growth.ts";
import { stretchOf } from "./items.ts";
import { promptFront } from "./memory.ts";
import { awaitedToolTurn, chooseOutputs } from "./reply-choice.ts";
import { closeOutput, isText, outputDueUs, sentTokens, stepOutput } from "./response-output.ts";
import type { ResponseSettings } from "./session-update.ts";
import { asideTurn, followUpTurn, textTurn } from "./turn.ts";
import { inputTokens, usageOf } from "./usage-meter.ts";

/** After this a response that the profile leaves unanswered fails. */
const UNANSWERED_MS = 60_000;
/** From response.done to rate_limits.updated, as captured. */
const RATE_LIMITS_MS = 43;
/** Of a failed response: nobody pays for it. */
const noUsage = usageOf({ text: 0, audio: 0, cachedText: 0, cachedAudio: 0 }, { text: 0, audio: 0 });

/** Begins a response that reads `entries`: beside the conversation, or as the answer to its turn. The first delta is due thinkMs after `dueUs`. */
export function beginResponse(state: ConversationState, dueUs: number, settings: ResponseSettings, entries: readonly Entry[]): void {
  const { profile, ids } = state.options;
  const isBeside = settings.conversation === "none";
  const after = isBeside || state.pending ? undefined : awaitedToolTurn(state);
  const turn: Turn = isBeside ? asideTurn(state) : (state.pending ?? (after ? followUpTurn(state, after) : textTurn(state)));
  const effort = settings.reasoning.effort;
  const isAnswered = turn.delays.isAnswered(effort);
  const prompt = [...promptFront(settings), ...entries.map(stretchOf)];
  const input = inputTokens(state.seen, prompt);
  const thinkMs = turn.delays.thinkMs(effort) * growthFactor(profile, usToMs(dueUs - state.options.openedAtUs), input.text + input.audio);
  const refusal = state.options.limiter?.reserve(dueUs, input.text + input.audio);
  const queueUs = isAnswered && refusal === undefined ? (state.options.queue?.enter(dueUs, msToUs(thinkMs)) ?? 0) : 0;
  const mostTokens = settings.max_output_tokens === "inf" ? Infinity : settings.max_output_tokens - profile.efforts[effort].reasoningTokens.value;
  const { outputs, toolTurn, trick } = chooseOutputs(state, { settings, turn, entries, after }, mostTokens);
  const firstUs = dueUs + queueUs + msToUs(isAnswered ? thinkMs : UNANSWERED_MS);
  const response: ActiveResponse = {
    id: ids.next("resp"),
    isBeside,
    settings,
    turn,
    input,
    prompt,
    outputs,
    finished: [],
    isAnswered,
    firstUs,
    hasSounded: false,
  };
  for (const output of outputs) output.startUs = firstUs;
  if (isBeside) state.beside = [...state.beside, response];
  else {
    state.pending = undefined;
    state.response = response;
    // A refused answer to tools' outputs can be asked for again.
    if (refusal === undefined && (toolTurn ?? after)) state.toolTurn = toolTurn;
    breakSilence(state);
  }
  planTruth(response, thinkMs, usToMs(queueUs));
  const begun = responseObject(state, response, { status: "in_progress", status_details: null, output: [], usage: null });
  emit(state, { type: "response.created", response: begun }, undefined, trick);
  if (refusal !== undefined) return refuse(state, response, dueUs, refusal);
  if (!isAnswered) account(state, response, "unanswered");
}

/** Over its rate limit a response fails at once, costs nothing, and there is no error event besides. */
function refuse(state: ConversationState, response: ActiveResponse, dueUs: number, message: string): void {
  if (response.isBeside) state.beside = state.beside.filter((other) => other !== response);
  else state.response = undefined;
  account(state, response, "unanswered");
  const error = { type: "invalid_request_error", code: "rate_limit_exceeded", message };
  const end = { status: "failed", status_details: { type: "failed", error }, output: [], usage: noUsage } as const;
  emit(state, { type: "response.done", response: responseObject(state, response, end) });
  state.agenda.add(dueUs + msToUs(RATE_LIMITS_MS), { type: "rate_limits", usedTokens: 0 });
}

function planTruth({ id, turn, settings, outputs }: ActiveResponse, thinkMs: number, queueMs: number): void {
  const { truth } = turn;
  truth.responseId = id;
  truth.effort = settings.reasoning.effort;
  truth.planned = { ...truth.planned, queueMs, thinkMs, leadingSilenceMs: turn.delays.leadingSilenceMs };
  const message = outputs.find((output) => output.type === "message");
  if (message && !isText(settings)) truth.firstAudibleOffsetMs = message.silenceMs;
}

/** A response beside the conversation answers no turn, so it has no row. */
function account(state: ConversationState, response: ActiveResponse, outcome: Parameters<typeof writeTruth>[2]): void {
  if (!response.isBeside) writeTruth(state, response.turn, outcome);
}

/** The item that is being sent, or waits to be. */
const current = (response: ActiveResponse): Output | undefined => response.outputs[response.finished.length];

/** Whether a response in progress still works on the item. */
export const isBeingSent = (state: ConversationState, itemId: string): boolean => state.response !== undefined && current(state.response)?.itemId === itemId;

/** When the response has its next step to do. */
function responseDueUs(state: ConversationState, response: ActiveResponse): number {
  const output = current(response);
  return response.isAnswered && output ? outputDueUs(state, response, output) : response.firstUs;
}

/** The response whose step is due first: the conversation's own, or one beside it. */
export function nextResponse(state: ConversationState): { readonly response: ActiveResponse; readonly dueUs: number } | undefined {
  let next: { response: ActiveResponse; dueUs: number } | undefined;
  for (const response of state.response ? [state.response, ...state.beside] : state.beside) {
    const dueUs = responseDueUs(state, response);
    if (!next || dueUs < next.dueUs) next = { response, dueUs };
  }
  return next;
}

/** Does the step that is due: an item's opening, a delta, its end and the next one's start, or the end of all. */
export function stepResponse(state: ConversationState, response: ActiveResponse, dueUs: number): void {
  if (!response.isAnswered) {
    const error = { type: "server_error", code: null, message: "The server had an error while processing your request." };
    return endResponse(state, response, dueUs, { status: "failed", status_details: { type: "failed", error } });
  }
  const output = current(response);
  if (output && stepOutput(state, response, output, dueUs) === "goes on") return;
  if (output?.isCut) return endResponse(state, response, dueUs, { status: "incomplete", status_details: { type: "incomplete", reason: "max_output_tokens" } });
  if (output) closeOutput(state, response, output, "completed");
  const next = current(response);
  if (next) next.startUs = dueUs;
  else endResponse(state, response, dueUs, { status: "completed", status_details: null });
}

/** Stops the answer where it is: the caller cancelled it or spoke again. */
export function cancelResponse(state: ConversationState, response: ActiveResponse, atUs: number, reason: "turn_detected" | "client_cancelled"): void {
  endResponse(state, response, atUs, { status: "cancelled", status_details: { type: "cancelled", reason } });
}

function endResponse(state: ConversationState, response: ActiveResponse, atUs: number, end: Pick<ResponseEnd, "status" | "status_details">): void {
  const open = current(response);
  if (open?.isOpen) closeOutput(state, response, open, "incomplete");
  if (response.isAnswered && !response.hasSounded) {
    const called = response.finished.some(({ item }) => item.type === "function_call") ? "called" : "unanswered";
    account(state, response, end.status === "cancelled" ? "cancelled" : called);
  }
  const hasFailed = end.status === "failed";
  const usage = hasFailed ? noUsage : usageOf(response.input, outputTokens(state, response));
  state.options.limiter?.spend(atUs, usage.output_tokens);
  const output = response.finished.map(({ item }) => item);
  if (response.isBeside) state.beside = state.beside.filter((other) => other !== response);
  else {
    state.response = undefined;
    if (!hasFailed) state.seen = [...response.prompt, ...response.finished.map(stretchOf)];
  }
  writeUsage(state, response, end.status, usage);
  emit(state, { type: "response.done", response: responseObject(state, response, { ...end, output, usage }) });
  state.agenda.add(atUs + msToUs(RATE_LIMITS_MS), { type: "rate_limits", usedTokens: usage.total_tokens });
  // After a call it is the client's turn to speak, not the caller's.
  if (response.isBeside || output.some(({ type }) => type === "function_call")) return;
  const audioMs = response.outputs.reduce((sum, part) => sum + (part.type === "message" ? part.sentAudioMs : 0), 0);
  awaitCaller(state, atUs, audioMs);
}

function writeUsage(state: ConversationState, { id }: ActiveResponse, status: string, usage: Usage): void {
  const { callName } = state.options;
  const call = callName === undefined ? {} : { call: callName };
  state.commands.push({ type: "note", row: { v: 1, type: "usage", sessionId: state.session.id, ...call, responseId: id, status, usage } });
}

/** The session closed: what was being said is billed as far as it was, though nobody is left to be told. */
export function billUnfinished(state: ConversationState): void {
  for (const response of state.response ? [state.response, ...state.beside] : state.beside)
    writeUsage(state, response, "cut", response.isAnswered ? usageOf(response.input, outputTokens(state, response)) : noUsage);
}

/** What was sent, and the reasoning, within max_output_tokens. */
function outputTokens(state: ConversationState, { settings, outputs }: ActiveResponse): { readonly text: number; readonly audio: number } {
  const sent = outputs.map(sentTokens);
  const audio = sent.reduce((sum, tokens) => sum + tokens.audio, 0);
  const most = settings.max_output_tokens === "inf" ? Infinity : Math.max(0, settings.max_output_tokens - audio);
  const { reasoningTokens } = state.options.profile.efforts[settings.reasoning.effort];
  const text = sent.reduce((sum, tokens) => sum + tokens.text, reasoningTokens.value);
  return { text: Math.min(most, text), audio };
}

function responseObject(state: ConversationState, response: ActiveResponse, end: ResponseEnd): ResponseObject {
  const { output_modalities, max_output_tokens, audio, metadata } = response.settings;
  return {
    object: "realtime.response",
    id: response.id,
    conversation_id: response.isBeside ? null : state.conversationId,
    output_modalities,
    max_output_tokens,
    audio,
    metadata,
    ...end,
  };
}
