// What the server says in a turn: the events of its ladder, and what follows from them for the turn.

import { limits } from "../core/limits.ts";
import { outcomeOfResponse } from "./failure-class.ts";
import { wordsSoFar } from "./answer-words.ts";
import { isBackChannel, onBackChannelHeard, planBackChannel } from "./back-channel.ts";
import { decided } from "./ending.ts";
import { heardUntil } from "./heard.ts";
import { cancelOldAnswer, forgetInterruption, isOldAnswer, onOldDone, onTruncated, planInterruption, stopOldAnswer } from "./interrupt.ts";
import { silent } from "./playback.ts";
import { onInputTranscript } from "./input-transcript.ts";
import { numberField, recordField, textField, usageOf, type EventFields } from "./server-fields.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { askOn, dropCalls, noteFunctionName, toolCall, toolTimer } from "./tools.ts";
import { nextTurn } from "./next-turn.ts";
import { responseCreate } from "./turn-ask.ts";
import { scheduleTurn } from "./turns.ts";
import { addUsage, type TurnState } from "./turn-state.ts";

const unchanged = (state: SessionState): Stepped => ({ state, commands: [] });
const withTurn = (state: SessionState, turn: TurnState, change: Partial<TurnState>): Stepped => unchanged({ ...state, turn: { ...turn, ...change } });
const after = (commands: readonly Command[], stepped: Stepped): Stepped => ({ state: stepped.state, commands: [...commands, ...stepped.commands] });

/** An event of a turn's ladder, by its name in the protocol. Beta names of the same events are understood too. */
export function onResponseEvent(state: SessionState, name: string, fields: EventFields, atUs: number): Stepped {
  const { turn } = state;
  if (!turn) return unchanged(state);
  switch (name) {
    case "input_audio_buffer.speech_started":
      return onSpeechStarted(state, turn, fields, atUs);
    case "input_audio_buffer.speech_stopped":
      return onSpeechStopped(state, turn, fields, atUs);
    case "input_audio_buffer.committed":
      return onCommitted(state, turn, fields, atUs);
    case "response.created":
      return onResponseCreated(state, turn, fields, atUs);
    case "response.output_item.added":
      return unchanged({ ...state, turn: noteFunctionName(turn, fields) });
    case "response.function_call_arguments.done":
      return onCalled(state, turn, fields, atUs);
    case "response.output_audio_transcript.delta":
    case "response.audio_transcript.delta":
      return onWord(state, turn, fields, atUs);
    case "response.output_audio_transcript.done":
    case "response.audio_transcript.done":
    case "response.output_text.done":
    case "response.text.done":
      return withTurn(state, turn, transcriptOf(turn, state.pastResponseIds, fields));
    case "conversation.item.input_audio_transcription.delta":
    case "conversation.item.input_audio_transcription.completed":
      return unchanged({ ...state, turn: onInputTranscript(turn, name.endsWith("completed"), fields, atUs) });
    case "conversation.item.truncated":
      return unchanged({ ...state, turn: onTruncated(turn, fields) });
    case "response.done":
      return onResponseDone(state, turn, fields, atUs);
    default:
      return unchanged(state);
  }
}

/** An item that the server makes of this turn's speech. */
const withInputItem = (turn: TurnState, fields: EventFields): Pick<TurnState, "inputItemIds"> => {
  const id = textField(fields, "item_id");
  const isFull = turn.inputItemIds.length >= limits.itemsOfTurn;
  return { inputItemIds: id === undefined || isFull || turn.inputItemIds.includes(id) ? turn.inputItemIds : [...turn.inputItemIds, id] };
};

/** A caller who starts to speak stops listening: what is queued in the player is thrown away, an answer not yet heard too. */
function onSpeechStarted(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  if (isBackChannel(turn, atUs)) return onBackChannelHeard(state, turn, atUs);
  const audioStartMs = numberField(fields, "audio_start_ms");
  const first = turn.speechStartedUs === undefined ? { speechStartedUs: atUs, ...(audioStartMs === undefined ? {} : { audioStartMs }) } : {};
  const playoutEndUs = turn.playoutEndUs === undefined ? {} : { playoutEndUs: Math.min(turn.playoutEndUs, atUs) };
  const heard = turn.heard ? { heard: heardUntil(turn.heard, atUs) } : {};
  const flushed: TurnState = { ...turn, ...withInputItem(turn, fields), ...first, ...playoutEndUs, ...heard };
  const isUnheard = (turn.firstAudibleUs ?? 0) > atUs;
  const detection = state.call.cell.settings.session.turnDetection;
  const stop = flushed.interruption && detection.type !== "manual" && !detection.interruptResponse ? cancelOldAnswer : stopOldAnswer;
  const stopped = stop({ ...state, turn: flushed }, atUs);
  const quiet: SessionState = { ...stopped.state, playback: silent };
  return after(stopped.commands, isUnheard && quiet.turn ? waitAnew(quiet, quiet.turn) : unchanged(quiet));
}

function onSpeechStopped(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  if (turn.firstAudibleUs !== undefined || turn.planned.text !== undefined) return unchanged(state);
  const audioEndMs = numberField(fields, "audio_end_ms");
  if (atUs < turn.speechEndUs) return withTurn(state, turn, { ...withInputItem(turn, fields), earlyEndpoint: true });
  return withTurn(state, turn, { ...withInputItem(turn, fields), speechStoppedUs: atUs, ...(audioEndMs === undefined ? {} : { audioEndMs }) });
}

/** A commit before the end of speech is an early endpoint's, not the end of the turn. */
function onCommitted(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  if (isBackChannel(turn, atUs)) return unchanged(state);
  const { session, caller } = state.call.cell.settings;
  const isManual = session.turnDetection.type === "manual";
  if (turn.firstAudibleUs !== undefined || (!isManual && atUs < turn.speechEndUs)) return withTurn(state, turn, withInputItem(turn, fields));
  const itemId = textField(fields, "item_id");
  const committed: TurnState = { ...turn, ...withInputItem(turn, fields), committedUs: atUs, ...(itemId === undefined ? {} : { itemId }) };
  // With push to talk the response was asked for together with the commit.
  const asksNow = caller.effortBy === "response" && !isManual && turn.planned.text === undefined && state.phase === "turn" && turn.outcome === undefined;
  return { state: { ...state, turn: committed }, commands: asksNow ? [{ type: "send", event: responseCreate(state.call, turn.planned) }] : [] };
}

function onResponseCreated(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const id = textField(recordField(fields, "response") ?? {}, "id") ?? "";
  if (atUs < turn.speechStartUs) return unchanged({ ...state, pastResponseIds: [...state.pastResponseIds, id].slice(-limits.responsesOfTurn) });
  if (turn.responseIds.length >= limits.responsesOfTurn) return unchanged(state);
  return withTurn(state, turn, { responseCreatedUs: atUs, responseIds: [...turn.responseIds, id], openResponses: [...turn.openResponses, id] });
}

function transcriptOf(turn: TurnState, pastResponseIds: readonly string[], fields: EventFields): Partial<TurnState> {
  const responseId = textField(fields, "response_id") ?? "";
  const transcript = textField(fields, "transcript") ?? textField(fields, "text");
  if (transcript === undefined || !isOf(turn, pastResponseIds, responseId)) return {};
  const isFull = turn.spoken.length >= limits.itemsOfTurn;
  return { answerTranscript: transcript, spoken: isFull ? turn.spoken : [...turn.spoken, transcript] };
}

/** Kept only where somebody waits for a word. */
function onWord(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const moment = turn.planned.backChannel?.at ?? nextTurn(state)?.interruptAt;
  const responseId = textField(fields, "response_id") ?? "";
  if (!moment || !("onWord" in moment) || !isOf(turn, state.pastResponseIds, responseId)) return unchanged(state);
  const answerWords = wordsSoFar(turn.answerWords, responseId, textField(fields, "delta") ?? "");
  return planWords({ ...state, turn: { ...turn, answerWords } }, atUs);
}

/** Whoever waits for a moment of the answer may know it by now. */
function planWords(state: SessionState, atUs: number): Stepped {
  const planned = planInterruption(state, atUs);
  return { state: planned.state, commands: [...planned.commands, ...planBackChannel(planned.state, atUs).commands] };
}

/** Servers that never announce a response have it taken for the current turn's, unless it is known to be an earlier one's. */
const isOf = (turn: TurnState, pastResponseIds: readonly string[], id: string): boolean =>
  turn.responseIds.includes(id) || (turn.responseIds.length === 0 && !pastResponseIds.includes(id));

/** A response that calls a function is not the answer: what was heard of it fills the time until the answer. */
function onCalled(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const responseId = textField(fields, "response_id") ?? "";
  const isFiller = turn.outcome === "answered" && turn.answerId === responseId;
  if (!isOf(turn, state.pastResponseIds, responseId) || (turn.outcome !== undefined && !isFiller)) return unchanged(state);
  if (turn.calls.length >= limits.functionCallsOfTurn)
    return unchanged({ ...state, lastError: `more than ${limits.functionCallsOfTurn} function calls in one turn` });
  const called: TurnState = { ...turn, calls: [...turn.calls, toolCall(state.call, turn, fields, atUs)] };
  const due = toolTimer(called);
  if (!isFiller) return { state: { ...state, turn: called }, commands: due };
  const fillerUs = turn.fillerUs ?? turn.firstAudibleUs;
  return after(due, waitAnew(state, { ...called, ...(fillerUs === undefined ? {} : { fillerUs }) }));
}

function onResponseDone(state: SessionState, turn: TurnState, fields: EventFields, atUs: number): Stepped {
  const response = recordField(fields, "response");
  const id = textField(response ?? {}, "id") ?? "";
  if (isOldAnswer(state, id)) return unchanged(onOldDone(state, fields, atUs));
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
  const asked = askOn({ ...state, turn: status === "cancelled" ? dropCalls(done, id) : done });
  const planned = planWords(asked.state, atUs);
  return after([...asked.commands, ...planned.commands], settle(planned.state, atUs));
}

/** The answer was thrown away before any of it was heard, or was none: the caller waits for another, within the same patience. */
function waitAnew(state: SessionState, turn: TurnState): Stepped {
  const { answerId: _a, firstAudibleUs: _b, audibleDeltaUs: _c, firstDeltaUs: _d, playerStartUs: _e, deltaResponseId: _f, outcome: _g, ...unanswered } = turn;
  const { heard: _h, ...waiting } = unanswered;
  const untilUs = turn.speechEndUs + state.call.cell.settings.caller.patienceMs * 1_000;
  const commands: readonly Command[] = [
    { type: "clear", timer: "stalled" },
    { type: "clear", timer: "playout" },
    { type: "clear", timer: "back channel" },
    { type: "timer", timer: "patience", atUs: untilUs },
  ];
  return after(commands, forgetInterruption({ ...state, turn: waiting }));
}

/** Once an answered turn has no open response, it ends when the player has played what came. */
function settle(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  if (state.phase !== "turn" || turn?.outcome !== "answered" || turn.openResponses.length > 0) return unchanged(state);
  return { state, commands: [{ type: "timer", timer: "playout", atUs: Math.max(turn.playoutEndUs ?? atUs, atUs) }] };
}
