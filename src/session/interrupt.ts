// Barge-in: the caller speaks over an answer. When the server has noticed (or at once, with push to talk), the player stops,
// and the server is told how much of the answer was heard.

import { momentUs } from "./back-channel.ts";
import { onGrid } from "./grid.ts";
import { hear, heardUntil, itemHeardUs } from "./heard.ts";
import { nextTurn } from "./next-turn.ts";
import { play, silent } from "./playback.ts";
import { recordField, textField, usageOf, type EventFields } from "./server-fields.ts";
import type { Command, Input, SessionState, Stepped } from "./state.ts";
import { addUsage, type Interruption, type TurnState } from "./turn-state.ts";

/** When the answer of the current turn is to be interrupted, once that is known, and again when it is known better. */
export function planInterruption(state: SessionState, atUs: number): Stepped {
  const next = nextTurn(state);
  const voiceUs = next?.interruptAt && state.turn?.outcome === "answered" ? momentUs(state.turn, next.interruptAt) : undefined;
  if (!next || voiceUs === undefined) return { state, commands: [] };
  const nextPlannedUs = onGrid(state, Math.max(voiceUs - next.speechStartMs * 1_000, atUs));
  return { state: { ...state, nextPlannedUs }, commands: [{ type: "timer", timer: "turn", atUs: nextPlannedUs }] };
}

/** The answer is none after all: nothing is there to be interrupted yet. */
export function forgetInterruption(state: SessionState): Stepped {
  if (nextTurn(state)?.interruptAt === undefined) return { state, commands: [] };
  const { nextPlannedUs: _never, ...rest } = state;
  return { state: rest, commands: [{ type: "clear", timer: "turn" }] };
}

/** Whether the next turn may begin while the current one is still heard. */
export const mayInterrupt = (state: SessionState): boolean =>
  state.phase === "turn" &&
  !state.draining &&
  state.nextPlannedUs !== undefined &&
  state.turn?.outcome === "answered" &&
  nextTurn(state)?.interruptAt !== undefined;

/** The player falls silent at `atUs`, and the server learns where, unless the answer had been heard to its end. */
export function stopOldAnswer(state: SessionState, atUs: number): Stepped {
  const { turn, interrupted } = state;
  const heard = interrupted?.heard;
  if (!turn?.interruption || !interrupted || !heard || turn.interruption.stoppedUs !== undefined) return { state, commands: [] };
  const unheardUs = Math.max(0, heard.endUs - atUs);
  const isCut = unheardUs > 0 || interrupted.openResponses.length > 0;
  const stopped = heardUntil(heard, atUs);
  const truncateSentMs = Math.floor(itemHeardUs(heard, atUs) / 1_000);
  const interruption: Interruption = {
    ...turn.interruption,
    stoppedUs: atUs,
    itemId: heard.itemId,
    unheardUs,
    ...(stopped.audibleEndUs === undefined ? {} : { audibleEndUs: stopped.audibleEndUs }),
    ...(isCut ? { truncateSentMs } : {}),
  };
  const cut: TurnState = { ...interrupted, heard: stopped, isCutOff: isCut, playoutEndUs: Math.min(interrupted.playoutEndUs ?? atUs, atUs) };
  const truncate: Command = {
    type: "send",
    event: { type: "conversation.item.truncate", item_id: heard.itemId, content_index: 0, audio_end_ms: truncateSentMs },
  };
  return { state: { ...state, playback: silent, interrupted: cut, turn: { ...turn, interruption } }, commands: isCut ? [truncate] : [] };
}

/** Who stops the answer themselves, because no server does it for them, says so first. */
export function cancelOldAnswer(state: SessionState, atUs: number): Stepped {
  const cancel: readonly Command[] = (state.interrupted?.openResponses.length ?? 0) > 0 ? [{ type: "send", event: { type: "response.cancel" } }] : [];
  const stopped = stopOldAnswer(state, atUs);
  return { state: stopped.state, commands: [...cancel, ...stopped.commands] };
}

export const isOldAnswer = (state: SessionState, responseId: string): boolean => state.interrupted?.responseIds.includes(responseId) ?? false;

/** Sound of the old answer: played until the player stops, and afterwards lost on the caller. */
export function onOldAudio(state: SessionState, input: Extract<Input, { type: "audio" }>): SessionState {
  const { turn, interrupted } = state;
  if (!turn?.interruption || !interrupted) return state;
  const interruption: Interruption = { ...turn.interruption, lastOldDeltaUs: input.atUs };
  if (interruption.stoppedUs !== undefined)
    return { ...state, turn: { ...turn, interruption: { ...interruption, unheardUs: interruption.unheardUs + input.durationUs } } };
  const startBufferUs = state.call.cell.settings.caller.startBufferMs * 1_000;
  const played = play(state.playback, { atUs: input.atUs, durationUs: input.durationUs, startBufferUs });
  const heard =
    interrupted.answerId === input.responseId ? hear(interrupted.heard, { ...input, ...played, sinceUs: interrupted.speechEndUs }) : interrupted.heard;
  const old: TurnState = { ...interrupted, audioHeardUs: interrupted.audioHeardUs + input.durationUs, playoutEndUs: played.toUs, ...(heard ? { heard } : {}) };
  return { ...state, playback: played.playback, interrupted: old, turn: { ...turn, interruption } };
}

/** The end of a response of the interrupted turn, with its money. */
export function onOldDone(state: SessionState, fields: EventFields, atUs: number): SessionState {
  const { interrupted } = state;
  const response = recordField(fields, "response");
  const id = textField(response ?? {}, "id") ?? "";
  if (!interrupted) return state;
  const usage = usageOf(response);
  const money: Partial<TurnState> = usage ? { usage: addUsage(interrupted.usage, usage), contextTokens: usage.textIn + usage.audioIn } : {};
  return { ...state, interrupted: { ...interrupted, ...money, responseDoneUs: atUs, openResponses: interrupted.openResponses.filter((open) => open !== id) } };
}

/** The server's word on what was heard. */
export function onTruncated(turn: TurnState, fields: EventFields): TurnState {
  const { interruption } = turn;
  const saidMs = fields["audio_end_ms"];
  if (!interruption || interruption.itemId !== textField(fields, "item_id") || typeof saidMs !== "number") return turn;
  return { ...turn, interruption: { ...interruption, truncatedMs: saidMs } };
}

/** What is recorded when the current turn is over: before it the turn that it interrupted, whose end is known by now. */
export function recordsOf(state: SessionState, atUs: number): readonly Command[] {
  const { turn, interrupted } = state;
  if (!turn) return [];
  if (!interrupted || !turn.interruption) return [{ type: "record", turn }];
  const audibleEndUs = turn.interruption.audibleEndUs ?? (interrupted.heard && heardUntil(interrupted.heard, atUs).audibleEndUs);
  const interruption: Interruption = { ...turn.interruption, ...(audibleEndUs === undefined ? {} : { audibleEndUs }) };
  return [
    { type: "record", turn: interrupted },
    { type: "record", turn: { ...turn, interruption } },
  ];
}
