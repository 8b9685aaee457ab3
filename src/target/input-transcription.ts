// Transcripts of what the caller said: deltas and a last word, some time after the commit, beside whatever else the session
// does. How long after is the profile's; what was said is the recogniser's.

import { stream } from "../core/random.ts";
import { MS_PER_S, msToUs } from "../core/units.ts";
import type { LogProb } from "../protocol/server-event.ts";
import type { InputTranscriptionConfig } from "../protocol/session-config.ts";
import { userAudioTokens } from "../protocol/usage.ts";
import type { TranscriptionUsage } from "../protocol/usage.ts";
import type { ConversationState, EndedTurn } from "./conversation-state.ts";
import { emit } from "./conversation-state.ts";
import { quantileOf } from "./distribution.ts";
import type { TranscriptJob } from "./hearing-state.ts";
import { givesLogprobs, logprobOf } from "./logprobs.ts";
import type { Heard } from "./recogniser.ts";
import { segmentsOf } from "./speaker-segments.ts";
import { SPEAKER_MODEL } from "./transcription-config.ts";
import { textTokens } from "./usage-meter.ts";
import { withErrors } from "./word-errors.ts";

/** What the profile says of a model, at the delay that was asked for. */
export function modelPlan(state: ConversationState, config: InputTranscriptionConfig) {
  const { models, streaming } = state.options.profile.transcription;
  // Nobody published how long telling speakers apart takes; the model that it is made of stands for it.
  const model = models[config.model === SPEAKER_MODEL ? "gpt-4o-transcribe" : config.model];
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
    writeTranscript(state, job, turn, turn.heard);
    job.startUs = dueUs;
  }
  const pieces = job.pieces ?? [];
  if (job.sent < pieces.length) {
    const logprob = job.logprobs?.[job.sent];
    emitPiece(state, job.itemId, pieces[job.sent] as string, logprob && [logprob]);
    emitSegment(state, job);
    job.sent++;
    return state.agenda.add(job.startUs + Math.round((job.spanUs * job.sent) / pieces.length), { type: "transcript", turn });
  }
  if (job.fails) return failTranscript(state, job);
  completeTranscript(state, job, turn.heard, pieces.join(""));
}

/** Goes on with a transcript that was due before the turn was heard. */
export function resumeTranscript(state: ConversationState, turn: EndedTurn, atUs: number): void {
  const job = state.hearing.jobs.get(turn.itemId);
  if (!job?.isOverdue) return;
  job.isOverdue = false;
  stepTranscript(state, turn, atUs);
}

export function emitPiece(state: ConversationState, item_id: string, delta: string, logprobs?: readonly LogProb[]): void {
  const obfuscation = state.options.ids.padding(Math.max(0, 16 - delta.length));
  emit(state, { type: "conversation.item.input_audio_transcription.delta", item_id, content_index: 0, delta, ...(logprobs ? { logprobs } : {}), obfuscation });
}

/** The speaker follows on what was said. */
function emitSegment(state: ConversationState, { itemId, segments, sent }: TranscriptJob): void {
  const segment = segments?.[sent];
  if (!segment) return;
  const { words, ...who } = segment;
  const id = state.options.ids.next("seg");
  emit(state, { type: "conversation.item.input_audio_transcription.segment", item_id: itemId, content_index: 0, id, ...who, text: words.join(" ") });
}

/** What the job will say, mistakes included. */
function writeTranscript(state: ConversationState, job: TranscriptJob, turn: EndedTurn, heard: Heard): void {
  const { model } = job.config;
  const { errors } = modelPlan(state, job.config);
  const luck = luckOf(state, job.drawnAs, "words");
  const mistaken = (words: readonly string[]): readonly string[] => (heard.clip === undefined ? words : withErrors(words, errors, luck));
  const spaced = (texts: readonly string[]): string[] => texts.map((text, index) => (index === 0 ? text : ` ${text}`));
  if (model === SPEAKER_MODEL) {
    const fromMs = (turn.heardFromMs ?? turn.startMs) - turn.startMs;
    const segments = segmentsOf(heard, state.hearing.voices, fromMs, job.audioMs).map((segment) => ({ ...segment, words: mistaken(segment.words) }));
    job.segments = segments.filter(({ words }) => words.length > 0);
    job.pieces = spaced(job.segments.map(({ words }) => words.join(" ")));
    return;
  }
  const whole = heard.clip === undefined ? [heard.text].filter((text) => text !== "") : heard.words.map(({ text }) => text);
  const pieces = spaced(mistaken(whole));
  // It hears the whole turn before it writes anything.
  job.pieces = model === "whisper-1" && pieces.length > 0 ? [pieces.join("")] : pieces;
  if (!state.session.include || !givesLogprobs(model)) return;
  const sureness = luckOf(state, job.drawnAs, "logprobs");
  job.logprobs = job.pieces.map((piece) => logprobOf(piece, sureness));
}

function completeTranscript(state: ConversationState, job: TranscriptJob, heard: Heard | undefined, transcript: string): void {
  const item_id = job.itemId;
  state.hearing.jobs.delete(item_id);
  setTranscript(state, item_id, transcript);
  const usage = transcriptionUsage(job.config, job.audioMs, transcript);
  const logprobs = job.logprobs ? { logprobs: job.logprobs } : {};
  const languages = job.config.model === "gpt-transcribe" ? { languages: heard?.language === undefined ? [] : [{ code: heard.language }] } : {};
  emit(state, { type: "conversation.item.input_audio_transcription.completed", item_id, content_index: 0, transcript, usage, ...logprobs, ...languages });
}

/** Null takes it back. */
export function setTranscript(state: ConversationState, itemId: string, transcript: string | null): void {
  const entry = state.items.find(itemId);
  if (entry?.item.type !== "message" || entry.item.role !== "user") return;
  state.items.replace({ ...entry, item: { ...entry.item, content: [{ type: "input_audio" as const, transcript }] } });
}

function failTranscript(state: ConversationState, job: TranscriptJob): void {
  state.hearing.jobs.delete(job.itemId);
  emit(state, failedTranscript(job.itemId));
}

/** `param` is null in the API's own example; the agents package takes only text, so text it is. */
export const failedTranscript = (item_id: string) =>
  ({
    type: "conversation.item.input_audio_transcription.failed",
    item_id,
    content_index: 0,
    error: { type: "transcription_error", code: "audio_unintelligible", message: "What was said in this item could not be made out.", param: "audio" },
  }) as const;

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
