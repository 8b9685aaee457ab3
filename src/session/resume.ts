// The new session takes over: what was in progress goes on in it. A turn that nobody had answered is asked again, in the way
// that loses least; its patience goes on from its own end of speech.

import { sessionAsk, turnUpdate, responseCreate } from "./turn-ask.ts";
import { decided } from "./ending.ts";
import { frameUsOf, onGrid } from "./grid.ts";
import { onReady } from "./held.ts";
import { callerItem, callItems } from "./history.ts";
import type { Recoverable } from "./lost.ts";
import { nextTurn } from "./next-turn.ts";
import { silent } from "./playback.ts";
import type { RecoveryNotes } from "./recovery.ts";
import type { NewItem } from "../protocol/client-event.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { sendText } from "./text-turn.ts";
import { askOn, toolTimer } from "./tools.ts";
import { prepareTurn, scheduleTurn, speakCommand } from "./turns.ts";
import { beginTurn, type TurnState } from "./turn-state.ts";
import { watchCommands } from "./watch.ts";

const after = (commands: readonly Command[], stepped: Stepped): Stepped => ({ state: stepped.state, commands: [...commands, ...stepped.commands] });
const isManual = ({ call }: SessionState): boolean => call.cell.settings.session.turnDetection.type === "manual";

/** Goes on streaming from the next frame boundary. */
const streamOn = (state: SessionState, atUs: number): readonly Command[] =>
  isManual(state) ? [] : [{ type: "resume", fromUs: onGrid(state, atUs), streams: true }];

export function takeOver(state: Recoverable, atUs: number): Stepped {
  const { successor, going, stood: before, ...rest } = state.recovery;
  if (!successor || !going) return { state, commands: [] };
  const { expiresUs: _old, pingedUs: _asked, ...kept } = rest;
  const { sessionId, createdUs, openUs, updateSentUs, updatedUs, expiresUs } = successor;
  const isFirst = state.updatedUs === undefined;
  const instants = isFirst ? { createdUs, openUs, updateSentUs, updatedUs } : {};
  const recovery = {
    ...kept,
    isLost: false,
    aliveUs: atUs,
    eventUs: atUs,
    stood: { ...going, switchedUs: atUs },
    ...(expiresUs === undefined ? {} : { expiresUs }),
  };
  const dead = [...(state.turn?.responseIds ?? []), ...(state.interrupted?.responseIds ?? [])];
  const known = Object.fromEntries(Object.entries({ sessionId, ...instants }).filter(([, value]) => value !== undefined)) as Partial<SessionState>;
  const next: Recoverable = {
    ...withOldSession(state),
    ...known,
    recovery,
    asked: sessionAsk(state.call),
    pastResponseIds: [...state.pastResponseIds, ...dead],
    ...(state.call.cell.settings.session.context ? { turnItems: successor.turnItems } : {}),
  };
  const watch = watchCommands(recovery, { atUs, sinceUs: openUs ?? atUs });
  // In the session before this one nothing was heard, or not to its end.
  const said: readonly Command[] = before ? [{ type: "recovery", notes: before }] : [];
  const begun: readonly Command[] = [...said, { type: "clear", timer: "successor" }, { type: "clear", timer: "pong" }, { type: "switch", isFirst }, ...watch];
  return after(begun, goOn(next, atUs));
}

/** A turn that is over was the old session's. */
function withOldSession({ lastError: _its, lastErrorCode: _own, ...state }: Recoverable): Recoverable {
  const { turn, sessionId } = state;
  if (!turn || turn.outcome === undefined || turn.sessionId !== undefined || sessionId === undefined) return state;
  return { ...state, turn: { ...turn, sessionId } };
}

function goOn(state: Recoverable, atUs: number): Stepped {
  switch (state.phase) {
    case "connecting":
    case "configuring":
    case "loading":
      return onReady(state, atUs);
    case "turn":
      return state.turn?.outcome === undefined ? resumeTurn(state, atUs) : after(streamOn(state, atUs), awaitInterruption(state, atUs));
    case "between":
    case "updating": {
      const planned = nextTurn(state);
      const stream = streamOn(state, atUs);
      if (!planned || state.nextPlannedUs === undefined) return { state, commands: stream };
      return after([...stream, { type: "clear", timer: "ready" }], prepareTurn(state, { planned, nextPlannedUs: state.nextPlannedUs, atUs }));
    }
    default:
      return { state, commands: streamOn(state, atUs) };
  }
}

/** Words that were to come over an answer come, though the answer broke off. */
function awaitInterruption(state: Recoverable, atUs: number): Stepped {
  if (state.nextPlannedUs === undefined || nextTurn(state)?.interruptAt === undefined) return { state, commands: [] };
  return { state, commands: [{ type: "timer", timer: "turn", atUs: Math.max(state.nextPlannedUs, atUs) }] };
}

/** What of the turn the old session knew is nothing to the new one. */
function anew(turn: TurnState): TurnState {
  const { speechStartedUs: _a, speechStoppedUs: _b, committedUs: _c, itemId: _d, audioStartMs: _e, audioEndMs: _f, ...one } = turn;
  const { firstDeltaUs: _g, deltaResponseId: _h, playerStartUs: _i, heard: _j, responseCreatedUs: _k, playoutEndUs: _l, ...two } = one;
  const { speechEndSentUs: _m, speechEndAudioMs: _n, failure: _o, firstTranscriptUs: _p, finalTranscriptUs: _q, ...rest } = two;
  return { ...rest, isRecovered: true, responseIds: [], openResponses: [], inputItemIds: [], inputTranscripts: {}, earlyEndpoint: false };
}

const create = (item: NewItem): Command => ({ type: "send", event: { type: "conversation.item.create", item } });

function resumeTurn(state: Recoverable, atUs: number): Stepped {
  const { turn, call, recovery } = state;
  if (!turn) return { state, commands: streamOn(state, atUs) };
  if (recovery.policy.lostTurn === "drop") return drop(state, turn, atUs);
  const update = turnUpdate(call, state.asked, turn.planned);
  const { effort, maxOutputTokens } = turn.planned;
  const asked = update ? { asked: { ...(effort === undefined ? {} : { effort }), maxOutputTokens } } : {};
  const going: Recoverable = { ...state, ...asked, playback: silent, turn: anew(turn) };
  const agreed: readonly Command[] = update ? [{ type: "send", event: update }] : [];
  return after(agreed, askAgain(going, turn, atUs));
}

/** `lost`: the turn as it was in the old session. */
function askAgain(state: Recoverable, lost: TurnState, atUs: number): Stepped {
  const { call, turn } = state;
  if (!turn) return { state, commands: [] };
  const caller = callerItem(lost);
  if (lost.calls.length > 0 && caller.length > 0) {
    const calls: readonly NewItem[] = [...callItems(lost), ...openCalls(lost)];
    // The outputs were asked on in the old session, whose answer never came.
    const waiting: SessionState = { ...counted(state, caller.length + calls.length), turn: { ...turn, ...spokenOf(lost), askedOn: [] } };
    const asked = askOn(waiting);
    return after([...streamOn(state, atUs), ...[...caller, ...calls].map(create)], { state: asked.state, commands: [...asked.commands, ...toolTimer(turn)] });
  }
  if (lost.planned.text !== undefined) return { state, commands: [...streamOn(state, atUs), ...sendText(call, lost.planned, lost.planned.text)] };
  // What the server had taken as said is told, not said again.
  if (lost.committedUs !== undefined && caller.length > 0) {
    const again: Command = { type: "send", event: responseCreate(call, turn.planned) };
    return {
      state: { ...counted(state, caller.length), turn: { ...turn, ...spokenOf(lost) } },
      commands: [...streamOn(state, atUs), ...caller.map(create), again],
    };
  }
  return state.recovery.policy.lostTurn === "repeat" ? repeat(state, turn, atUs) : resend(state, turn, atUs);
}

const spokenOf = ({ speechEndSentUs, speechStoppedUs, committedUs }: TurnState): Partial<TurnState> => ({
  ...(speechEndSentUs === undefined ? {} : { speechEndSentUs }),
  ...(speechStoppedUs === undefined ? {} : { speechStoppedUs }),
  ...(committedUs === undefined ? {} : { committedUs }),
});

/** Calls that wait for their output, without it. */
const openCalls = (turn: TurnState): readonly NewItem[] =>
  turn.calls
    .filter(({ sentUs, isDropped }) => sentUs === undefined && !isDropped)
    .map(({ callId, name, arguments: given }) => ({ type: "function_call", call_id: callId, name, arguments: given }));

function noted(state: Recoverable, change: (stood: RecoveryNotes) => Partial<RecoveryNotes>): Recoverable {
  const { stood } = state.recovery;
  return stood ? { ...state, recovery: { ...state.recovery, stood: { ...stood, ...change(stood) } } } : state;
}

const counted = (state: Recoverable, items: number): Recoverable => noted(state, ({ itemsReplayed }) => ({ itemsReplayed: itemsReplayed + items }));

/** The audio again, all that was due at once, and the rest as it is spoken. */
function resend(state: Recoverable, turn: TurnState, atUs: number): Stepped {
  const { policy } = state.recovery;
  const frameUs = frameUsOf(state);
  const keptUs = atUs - policy.keepAudioMs * 1_000;
  const fromUs = turn.startedUs + Math.max(0, Math.ceil((keptUs - turn.startedUs) / frameUs)) * frameUs;
  const pushToTalk = isManual(state);
  const speak = speakCommand(turn, turn.planned.clip ?? "", { frameUs, pushToTalk });
  const sent = noted(state, () => ({
    audioReplayedUs: Math.max(0, Math.min(atUs, turn.speechEndFrameUs) - fromUs),
    audioLostUpUs: Math.max(0, Math.min(fromUs, turn.speechEndUs) - turn.speechStartUs),
  }));
  return { state: sent, commands: [{ type: "resume", fromUs, streams: !pushToTalk, speak }] };
}

/** The words anew, from their beginning; what was waited until then is seen as a late begin. */
function repeat(state: Recoverable, turn: TurnState, atUs: number): Stepped {
  const frameUs = frameUsOf(state);
  const startedUs = onGrid(state, atUs);
  const begun: TurnState = { ...beginTurn(turn.planned, { plannedUs: turn.plannedUs, startedUs, frameUs }), isRecovered: true };
  const pushToTalk = isManual(state);
  const said = noted(state, ({ lostUs }) => ({ audioReplayedUs: Math.max(0, Math.min(lostUs, turn.speechEndFrameUs) - turn.startedUs) }));
  const patience: Command = { type: "timer", timer: "patience", atUs: begun.speechEndUs + state.call.cell.settings.caller.patienceMs * 1_000 };
  const speak = speakCommand(begun, turn.planned.clip ?? "", { frameUs, pushToTalk });
  return { state: { ...said, turn: begun }, commands: [{ type: "resume", fromUs: startedUs, streams: !pushToTalk, speak }, patience] };
}

function drop(state: Recoverable, turn: TurnState, atUs: number): Stepped {
  const { failureClass = "network", failure = "the connection was lost" } = state.recovery.stood ?? {};
  const gone = noted({ ...state, turn: { ...turn, isRecovered: true, openResponses: [] } }, ({ lostUs }) => ({
    audioLostUpUs: turn.committedUs === undefined ? Math.max(0, Math.min(atUs, turn.speechEndUs) - Math.max(lostUs, turn.speechStartUs)) : 0,
  }));
  return after(streamOn(state, atUs), scheduleTurn(decided(gone, { outcome: "failed", failureClass, failure }, atUs), atUs));
}
