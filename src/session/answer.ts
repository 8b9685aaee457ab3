// What the server says in a turn: the events of its ladder, and the audio that the caller hears.

import { outcomeOfResponse } from "./failure-class.ts";
import { decided } from "./ending.ts";
import { play, silent } from "./playback.ts";
import { recordField, textField, usageOf, type EventFields } from "./server-fields.ts";
import type { Command, Input, SessionState, Stepped } from "./state.ts";
import { scheduleTurn } from "./turns.ts";
import { addUsage, type TurnState } from "./turn-state.ts";

const unchanged = (state: SessionState): Stepped => ({ state, commands: [] });
const withTurn = (state: SessionState, turn: TurnState, change: Partial<TurnState>): Stepped => unchanged({ ...state, turn: { ...turn, ...change } });

/** An event of a turn's ladder, by its name in the protocol. Beta names of the same events are understood too. */
export function onResponseEvent(state: SessionState, name: string, fields: EventFields, atUs: number): Stepped {
  const { turn } = state;
  if (!turn) return unchanged(state);
  switch (name) {
    case "input_audio_buffer.speech_started":
      return onSpeechStarted(state, turn, atUs);
    case "input_audio_buffer.speech_stopped":
      return withTurn(state, turn, turn.firstAudibleUs !== undefined ? {} : atUs < turn.speechEndUs ? { earlyEndpoint: true } : { speechStoppedUs: atUs });
    case "input_audio_buffer.committed":
      return onCommitted(state, turn, fields, atUs);
    case "response.created":
      return onResponseCreated(state, turn, fields, atUs);
    case "response.output_audio_transcript.done":
    case "response.audio_transcript.done":
      return withTurn(state, turn, transcriptOf(turn, state.pastResponseIds, fields));
    case "conversation.item.input_audio_transcription.completed":
      return withTurn(state, turn, textField(fields, "item_id") === turn.itemId ? { callerTranscript: textField(fields, "transcript") ?? "" } : {});
    case "response.done":
      return onResponseDone(state, turn, fields, atUs);
    default:
      return unchanged(state);
  }
}

/** A caller who starts to speak stops listening: what is queued in the player is thrown away, an answer not yet heard too. */
function onSpeechStarted(state: SessionState, turn: TurnState, atUs: number): Stepped {
  const playoutEndUs = turn.playoutEndUs === undefined ? {} : { playoutEndUs: Math.min(turn.playoutEndUs, atUs) };
  const speechStartedUs = turn.speechStartedUs === undefined ? { speechStartedUs: atUs } : {};
  const flushed: TurnState = { ...turn, ...speechStartedUs, ...playoutEndUs };
  const isUnheard = (turn.firstAudibleUs ?? 0) > atUs;
  return isUnheard ? waitAnew({ ...state, playback: silent }, flushed) : unchanged({ ...state, playback: silent, turn: flushed });
}

/** A commit before the end of speech is an early endpoint's, not the end of the turn. */
function onCommitted(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const isManual = state.call.cell.settings.session.turnDetection.type === "manual";
  if (turn.firstAudibleUs !== undefined || (!isManual && atUs < turn.speechEndUs)) return unchanged(state);
  const itemId = textField(fields, "item_id");
  return withTurn(state, turn, { committedUs: atUs, ...(itemId === undefined ? {} : { itemId }) });
}

function onResponseCreated(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const id = textField(recordField(fields, "response") ?? {}, "id") ?? "";
  if (atUs < turn.speechStartUs) return unchanged({ ...state, pastResponseIds: [...state.pastResponseIds, id] });
  return withTurn(state, turn, { responseCreatedUs: atUs, responseIds: [...turn.responseIds, id], openResponses: [...turn.openResponses, id] });
}

function transcriptOf(turn: TurnState, pastResponseIds: readonly string[], fields: EventFields): Partial<TurnState> {
  const responseId = textField(fields, "response_id") ?? "";
  const transcript = textField(fields, "transcript");
  return transcript === undefined || !isOf(turn, pastResponseIds, responseId) ? {} : { answerTranscript: transcript };
}

/** Servers that never announce a response have it taken for the current turn's, unless it is known to be an earlier one's. */
const isOf = (turn: TurnState, pastResponseIds: readonly string[], id: string): boolean =>
  turn.responseIds.includes(id) || (turn.responseIds.length === 0 && !pastResponseIds.includes(id));

function onResponseDone(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const response = recordField(fields, "response");
  const id = textField(response ?? {}, "id") ?? "";
  const usage = usageOf(response);
  // Money is never lost: what a response of an earlier turn still cost is booked on the turn in which it is reported.
  const money: Partial<TurnState> = usage ? { usage: addUsage(turn.usage, usage), contextTokens: usage.textIn + usage.audioIn } : {};
  if (!isOf(turn, state.pastResponseIds, id)) return withTurn(state, turn, money);
  const done: TurnState = { ...turn, ...money, openResponses: turn.openResponses.filter((open) => open !== id), responseDoneUs: atUs };
  const { status, failureClass, failure } = outcomeOfResponse(response);
  if (status === "failed" && failureClass && turn.outcome === undefined) {
    // While the caller still speaks, another response may yet answer; if none does, the turn is unanswered.
    if (atUs < turn.speechEndUs) return unchanged({ ...state, turn: { ...done, failure } });
    return scheduleTurn(decided({ ...state, turn: done }, { outcome: "failed", failureClass, failure }, atUs), atUs);
  }
  if (status === "cancelled" && turn.answerId === id && (turn.firstAudibleUs ?? 0) > atUs) return waitAnew(state, done);
  return settle({ ...state, turn: done }, atUs);
}

/** The answer was thrown away before any of it was heard: the caller waits for another, within the same patience. */
function waitAnew(state: SessionState, turn: TurnState): Stepped {
  const { answerId: _a, firstAudibleUs: _b, audibleDeltaUs: _c, firstDeltaUs: _d, playerStartUs: _e, deltaResponseId: _f, outcome: _g, ...waiting } = turn;
  const untilUs = turn.speechEndUs + state.call.cell.settings.caller.patienceMs * 1_000;
  const commands: readonly Command[] = [
    { type: "clear", timer: "stalled" },
    { type: "clear", timer: "playout" },
    { type: "timer", timer: "patience", atUs: untilUs },
  ];
  return { state: { ...state, turn: waiting }, commands };
}

/** Once an answered turn has no open response, it ends when the player has played what came. */
function settle(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  if (state.phase !== "turn" || turn?.outcome !== "answered" || turn.openResponses.length > 0) return unchanged(state);
  return { state, commands: [{ type: "timer", timer: "playout", atUs: Math.max(turn.playoutEndUs ?? atUs, atUs) }] };
}

export function onAudio(state: SessionState, input: Extract<Input, { type: "audio" }>): Stepped {
  const { turn } = state;
  if (!turn || state.pastResponseIds.includes(input.responseId)) return unchanged(state);
  const settings = state.call.cell.settings.caller;
  const played = play(state.playback, { atUs: input.atUs, durationUs: input.durationUs, startBufferUs: settings.startBufferMs * 1_000 });
  const heard: TurnState = { ...turn, playoutEndUs: played.toUs, audioHeardUs: turn.audioHeardUs + input.durationUs };
  const next: SessionState = { ...state, playback: played.playback };
  if (turn.firstAudibleUs !== undefined) return unchanged({ ...next, turn: heard });

  const begun =
    turn.deltaResponseId === input.responseId ? heard : { ...heard, deltaResponseId: input.responseId, firstDeltaUs: input.atUs, playerStartUs: played.fromUs };
  const speechLeftUs = Math.max(0, turn.speechEndUs - played.fromUs);
  const talkedOver = turn.talkedOver || (speechLeftUs > 0 && (input.audibleFromUs(0) ?? Infinity) < speechLeftUs);
  const offsetUs = speechLeftUs < input.durationUs ? input.audibleFromUs(speechLeftUs) : undefined;
  if (offsetUs === undefined) return unchanged({ ...next, turn: { ...begun, talkedOver } });

  const firstAudibleUs = Math.round(played.fromUs + offsetUs);
  const isTooLate = firstAudibleUs > turn.speechEndUs + settings.patienceMs * 1_000;
  if (turn.outcome || isTooLate) {
    const late = turn.lateAnswerUs === undefined ? { lateAnswerUs: firstAudibleUs - turn.speechEndUs } : {};
    return unchanged({ ...next, turn: { ...heard, talkedOver, ...late } });
  }
  const answered: TurnState = { ...begun, talkedOver, firstAudibleUs, audibleDeltaUs: input.atUs, answerId: input.responseId, outcome: "answered" };
  const commands: Command[] = [
    { type: "clear", timer: "patience" },
    { type: "timer", timer: "stalled", atUs: input.atUs + settings.patienceMs * 1_000 },
  ];
  return { state: { ...next, turn: answered }, commands };
}
