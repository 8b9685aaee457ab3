// Transcripts of what the caller said: deltas and a last word, some time after the commit, beside whatever else the session
// does. How long after is the profile's; what was said is the recogniser's.

import { stream } from "../core/random.ts";
import { MS_PER_S, msToUs } from "../core/units.ts";
import type { InputTranscriptionConfig } from "../protocol/session-config.ts";
import { userAudioTokens } from "../protocol/usage.ts";
import type { TranscriptionUsage } from "../protocol/usage.ts";
import type { ConversationState, EndedTurn } from "./conversation-state.ts";
import { emit } from "./conversation-state.ts";
import { quantileOf } from "./distribution.ts";
import type { TranscriptJob } from "./hearing-state.ts";
import type { Heard } from "./recogniser.ts";
import { textTokens } from "./usage-meter.ts";
import { withErrors } from "./word-errors.ts";

/** What the profile says of a model, at the delay that was asked for. */
export function modelPlan(state: ConversationState, config: InputTranscriptionConfig) {
  const { models, streaming } = state.options.profile.transcription;
  const model = models[config.model];
  if (model) return { firstMs: model.firstDeltaMs.delay, spanMs: model.spanMs.delay, failed: model.failedShare.value, errors: model.wordErrorShare.value };
  const { lagMs, wordErrorShare } = streaming.delays[config.delay ?? "medium"];
  return { firstMs: lagMs.delay, spanMs: streaming.spanMs.delay, failed: streaming.failedShare.value, errors: wordErrorShare.value };
}

/** Luck of its own for each part of a transcript, named as the latency model names its own. */
export const luckOf = (state: ConversationState, turn: number | string, part: string) => {
  const { seed, session, call } = state.options.key;
  return stream(seed, "target", session, call, turn, "transcript", part);
};

/** Plans the transcript of a turn that was committed at `dueUs`, if the session wants one. */
export function beginTranscript(state: ConversationState, turn: EndedTurn, dueUs: number): void {
  const config = state.session.audio.input.transcription;
  const live = state.hearing.live;
  if (live?.itemId === turn.itemId) state.hearing.live = undefined;
  if (!config) return;
  const plan = modelPlan(state, config);
  const isLive = live !== undefined && live.itemId === turn.itemId && live.knownUntilMs > 0;
  const spanUs = msToUs(quantileOf(plan.spanMs, luckOf(state, turn.drawnAs, "span").uniform()));
  const firstUs = dueUs + msToUs(quantileOf(plan.firstMs, luckOf(state, turn.drawnAs, "first").uniform()));
  const job: TranscriptJob = {
    itemId: turn.itemId,
    drawnAs: turn.drawnAs,
    audioMs: turn.endMs - turn.startMs,
    config,
    spanUs,
    fails: luckOf(state, turn.drawnAs, "failed").uniform() < plan.failed,
    pieces: isLive ? live.pieces : undefined,
    sent: isLive ? live.pieces.length : 0,
    startUs: firstUs,
    isOverdue: false,
  };
  state.hearing.jobs.set(turn.itemId, job);
  // What streamed is closed as soon as its last word is out.
  state.agenda.add(isLive ? Math.max(live.lastDueUs, dueUs + spanUs) : firstUs, { type: "transcript", turn });
}

/** Does what is due of a turn's transcript: its next delta, or its end. */
export function stepTranscript(state: ConversationState, turn: EndedTurn, dueUs: number): void {
  const job = state.hearing.jobs.get(turn.itemId);
  if (!job) return;
  if (!job.pieces) {
    if (state.hearing.asked.has(turn.itemId)) {
      job.isOverdue = true;
      return;
    }
    if (!turn.heard || job.fails) return failTranscript(state, job);
    job.pieces = piecesOf(state, job, turn.heard);
    job.startUs = dueUs;
  }
  if (job.sent < job.pieces.length) {
    emitPiece(state, job.itemId, job.pieces[job.sent] as string);
    job.sent++;
    return state.agenda.add(job.startUs + Math.round((job.spanUs * job.sent) / job.pieces.length), { type: "transcript", turn });
  }
  if (job.fails) return failTranscript(state, job);
  completeTranscript(state, job, job.pieces.join(""));
}

/** Goes on with a transcript that was due before the turn was heard. */
export function resumeTranscript(state: ConversationState, turn: EndedTurn, atUs: number): void {
  const job = state.hearing.jobs.get(turn.itemId);
  if (!job?.isOverdue) return;
  job.isOverdue = false;
  stepTranscript(state, turn, atUs);
}

export function emitPiece(state: ConversationState, item_id: string, delta: string): void {
  const obfuscation = state.options.ids.padding(Math.max(0, 16 - delta.length));
  emit(state, { type: "conversation.item.input_audio_transcription.delta", item_id, content_index: 0, delta, obfuscation });
}

function piecesOf(state: ConversationState, job: TranscriptJob, heard: Heard): string[] {
  if (heard.clip === undefined) return heard.text === "" ? [] : [heard.text];
  const { errors } = modelPlan(state, job.config);
  const words = withErrors(
    heard.words.map(({ text }) => text),
    errors,
    luckOf(state, job.drawnAs, "words"),
  );
  const pieces = words.map((word, index) => (index === 0 ? word : ` ${word}`));
  // It hears the whole turn before it writes anything.
  return job.config.model === "whisper-1" && pieces.length > 0 ? [pieces.join("")] : pieces;
}

function completeTranscript(state: ConversationState, job: TranscriptJob, transcript: string): void {
  state.hearing.jobs.delete(job.itemId);
  const entry = state.items.find(job.itemId);
  if (entry?.item.type === "message" && entry.item.role === "user") {
    state.items.replace({ ...entry, item: { ...entry.item, content: [{ type: "input_audio" as const, transcript }] } });
  }
  const usage = transcriptionUsage(job.config, job.audioMs, transcript);
  emit(state, { type: "conversation.item.input_audio_transcription.completed", item_id: job.itemId, content_index: 0, transcript, usage });
}

function failTranscript(state: ConversationState, job: TranscriptJob): void {
  state.hearing.jobs.delete(job.itemId);
  const error = { type: "server_error", code: "transcription_failed", message: "Input transcription failed for this item." } as const;
  emit(state, { type: "conversation.item.input_audio_transcription.failed", item_id: job.itemId, content_index: 0, error });
}

const tokenModels = /^gpt-4o-/;

/** By tokens for the gpt-4o models, by whole seconds begun for all others: seconds were whole in every capture, which way they round is not known. */
export function transcriptionUsage(config: InputTranscriptionConfig, audioMs: number, transcript: string): TranscriptionUsage {
  if (!tokenModels.test(config.model)) return { type: "duration", seconds: Math.ceil(audioMs / MS_PER_S) };
  const text_tokens = textTokens(config.prompt ?? "");
  const audio_tokens = userAudioTokens(audioMs);
  const input_tokens = text_tokens + audio_tokens;
  const output_tokens = textTokens(transcript);
  return { type: "tokens", total_tokens: input_tokens + output_tokens, input_tokens, input_token_details: { text_tokens, audio_tokens }, output_tokens };
}
