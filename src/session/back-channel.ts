// A back-channel: "uh-huh" over an answer, by a caller who goes on listening. No turn of its own; whether the answer went on
// over it is the turn's result.

import type { PlannedTurn } from "../plan/planned-turn.ts";
import { wordHeardUs } from "./answer-words.ts";
import { frameUsOf, onGrid } from "./grid.ts";
import { heardUntil, itemHeardUs } from "./heard.ts";
import { silent } from "./playback.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { beginTurn, type TurnState } from "./turn-state.ts";

/** The number that its frames go by: no turn's, for no end of a turn is to be noted with them. */
const NO_TURN = -1;

/** When the voice that `at` is about is to set in; undefined while the word did not come. */
export const momentUs = (turn: TurnState, at: NonNullable<PlannedTurn["interruptAt"]>): number | undefined => {
  if ("onWord" in at) return wordHeardUs(turn, at.onWord);
  return turn.firstAudibleUs === undefined ? undefined : turn.firstAudibleUs + at.atAnswerMs * 1_000;
};

/** Sets the instant once it is known, and again when it is known better. */
export function planBackChannel(state: SessionState, atUs: number): Stepped {
  const planned = state.turn?.planned.backChannel;
  const voiceUs = state.turn && planned && !state.turn.backChannel ? momentUs(state.turn, planned.at) : undefined;
  if (planned === undefined || voiceUs === undefined) return { state, commands: [] };
  const dueUs = onGrid(state, Math.max(voiceUs - planned.speechStartMs * 1_000, atUs));
  return { state, commands: [{ type: "timer", timer: "back channel", atUs: dueUs }] };
}

/** Over an answer that is no longer heard it is not said. */
export function sayBackChannel(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  const planned = turn?.planned.backChannel;
  if (!turn || !planned || turn.backChannel || state.phase !== "turn" || turn.outcome !== "answered") return { state, commands: [] };
  if (turn.openResponses.length === 0 && (turn.playoutEndUs ?? 0) <= atUs) return { state, commands: [] };
  const frameUs = frameUsOf(state);
  const startedUs = onGrid(state, atUs);
  const { speechStartUs, speechEndUs, speechEndFrameUs } = beginTurn({ ...turn.planned, ...planned }, { plannedUs: startedUs, startedUs, frameUs });
  const lastVoicedFrame = Math.round((speechEndFrameUs - startedUs) / frameUs) - 1;
  const speak: Command = { type: "speak", turn: NO_TURN, clip: planned.clip, startUs: startedUs, lastVoicedFrame, pushToTalk: false };
  return { state: { ...state, turn: { ...turn, backChannel: { speechStartUs, endUs: speechEndUs } } }, commands: [speak] };
}

/** Whether what the server hears from `atUs` on is the back-channel. */
export const isBackChannel = ({ backChannel }: TurnState, atUs: number): boolean => backChannel !== undefined && atUs >= backChannel.speechStartUs;

/** The server has heard it. One that lets itself be interrupted has stopped speaking, and so has the caller's player. */
export function onBackChannelHeard(state: SessionState, turn: TurnState, atUs: number): Stepped {
  const detection = state.call.cell.settings.session.turnDetection;
  const { heard, backChannel, openResponses } = turn;
  const isListening = heard !== undefined && (heard.endUs > atUs || openResponses.length > 0);
  const interrupts = detection.type === "manual" || detection.interruptResponse;
  if (!interrupts || !isListening || !backChannel || backChannel.stoppedUs !== undefined) return { state, commands: [] };
  const stopped: TurnState = {
    ...turn,
    heard: heardUntil(heard, atUs),
    playoutEndUs: Math.min(turn.playoutEndUs ?? atUs, atUs),
    isCutOff: true,
    backChannel: { ...backChannel, stoppedUs: atUs },
  };
  const audio_end_ms = Math.floor(itemHeardUs(heard, atUs) / 1_000);
  const truncate: Command = { type: "send", event: { type: "conversation.item.truncate", item_id: heard.itemId, content_index: 0, audio_end_ms } };
  const playout: readonly Command[] = openResponses.length > 0 ? [] : [{ type: "timer", timer: "playout", atUs: Math.max(atUs, backChannel.endUs) }];
  return { state: { ...state, playback: silent, turn: stopped }, commands: [truncate, ...playout] };
}
