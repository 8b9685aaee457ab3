// The turns that no end of speech began: a written question, the rest of a turn after its tools' outputs, and a response
// beside the conversation. The latter answers no turn, so it has no number and its luck disturbs no turn's.

import type { ConversationState, ToolTurn, Turn } from "./conversation-state.ts";
import type { TruthDraft } from "./ground-truth.ts";
import { drawFollowUp, drawTurn } from "./latency-model.ts";

function blankTruth(state: ConversationState, cause: TruthDraft["cause"]): TruthDraft {
  const { callName } = state.options;
  const planned = { endOfUtteranceMs: 0, pathMs: 0, queueMs: 0 };
  return { v: 1, type: "turn", sessionId: state.session.id, ...(callName === undefined ? {} : { call: callName }), cause, frames: [], planned, outcome: "cut" };
}

/** Text, or the same question again. */
export function textTurn(state: ConversationState): Turn {
  const { key, profile } = state.options;
  const number = state.turns++;
  return { number, drawnAs: number, cause: "text", delays: drawTurn(profile, { ...key, turn: number }), truth: blankTruth(state, "text") };
}

export function asideTurn(state: ConversationState): Turn {
  const { key, profile } = state.options;
  const drawnAs = `aside ${state.unnumbered++}`;
  return { drawnAs, cause: "text", delays: drawTurn(profile, { ...key, turn: drawnAs }), truth: blankTruth(state, "text") };
}

/** Its truth names the same caller's frames, because the caller has waited since their end. */
export function followUpTurn(state: ConversationState, { turn, round }: ToolTurn): Turn {
  const { key, profile } = state.options;
  const { itemId, heard, frames, stoppedSentUs, planned } = turn.truth;
  const { endOfUtteranceMs, pathMs } = planned;
  const truth: TruthDraft = { ...blankTruth(state, "tool"), frames, planned: { endOfUtteranceMs, pathMs, queueMs: 0 } };
  if (itemId !== undefined) truth.itemId = itemId;
  if (heard) truth.heard = heard;
  if (stoppedSentUs !== undefined) truth.stoppedSentUs = stoppedSentUs;
  return { ...turn, cause: "tool", delays: drawFollowUp(profile, { ...key, turn: turn.drawnAs }, round), truth };
}
