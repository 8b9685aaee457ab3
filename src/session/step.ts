// One session as a pure function: (state, what happened) to (next state, what to do). Sockets, timers and the microphone
// belong to driver.ts; every race between them is a unit test here.

import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { giveBackUnused, noteInput, openAccount } from "./account.ts";
import { onResponseEvent } from "./answer.ts";
import { onAudio } from "./audio.ts";
import { sayBackChannel } from "./back-channel.ts";
import { dialectOf, sessionUpdate } from "./configure.ts";
import { areLoaded, cacheSalt, loadDocuments, noteItem, trimContext } from "./context.ts";
import { decided, endCall, fail } from "./ending.ts";
import { classOfEnd, failureClassOf } from "./failure-class.ts";
import { knownServerEvents } from "./known-events.ts";
import { beginRecovery, stepRecovering } from "./recover.ts";
import { onReady, onWanted } from "./held.ts";
import { mayInterrupt } from "./interrupt.ts";
import { silent } from "./playback.ts";
import { errorOf, recordField, textField, type EventFields, type ServerError } from "./server-fields.ts";
import type { Command, Input, SessionState, Stepped, Timer } from "./state.ts";
import { onToolDue } from "./tools.ts";
import { sessionAsk, turnUpdateId } from "./turn-ask.ts";
import { onGranted, onRefused } from "./reserve.ts";
import { scheduleTurn, startSpeaking } from "./turns.ts";

export interface Beginning {
  readonly plannedUs: number;
  /** It is dialled before its call is wanted, and `plannedUs` is known when it is. */
  readonly held?: true | undefined;
  /** What session.documents say. */
  readonly documents?: readonly string[] | undefined;
}

export function beginSession(call: PlannedCall, { plannedUs, held, documents }: Beginning): SessionState {
  const begun: SessionState = {
    call,
    plannedUs,
    phase: "connecting",
    draining: false,
    nextTurn: 0,
    asked: sessionAsk(call),
    playback: silent,
    pastResponseIds: [],
    unknownEvents: {},
    ...openAccount(call, documents),
    ...beginRecovery(call, plannedUs),
  };
  return held ? { ...begun, held } : begun;
}

export function step(state: SessionState, input: Input): Stepped {
  if (state.phase === "over") return { state, commands: [] };
  const noted = noteInput(state, input);
  const { recovery } = noted.state;
  return after(noted.commands, recovery ? stepRecovering({ ...noted.state, recovery }, input, decide) : decide(noted.state, input));
}

function decide(state: SessionState, input: Input): Stepped {
  switch (input.type) {
    case "opened": {
      const ready: Command = { type: "timer", timer: "ready", atUs: input.atUs + msToUs(limits.sessionReadyMs) };
      return { state: { ...state, phase: "configuring", openUs: input.atUs }, commands: [ready] };
    }
    case "event":
      return onEvent(state, input.name, input.fields, input.atUs);
    case "unreadable":
      return {
        state: { ...state, lastError: `an unreadable message: ${input.reason}`, unknownEvents: counted(state.unknownEvents, "(unreadable)") },
        commands: [],
      };
    case "audio":
      return onAudio(state, input);
    case "spoken":
      return { state: spoken(state, input), commands: [] };
    case "timer":
      return onTimer(state, input.timer, input.atUs);
    case "wanted":
      return onWanted(state, input);
    case "granted":
      return onGranted(state, input.key, input.atUs);
    case "refused":
      return onRefused(state, input.key, input.atUs);
    case "drain":
      return onDrain(state, input.atUs);
    case "cut":
      return endCall(decided(state, { outcome: "interrupted", failure: input.reason }, input.atUs), { rest: "dropped", atUs: input.atUs });
    case "closed": {
      const failure = {
        failureClass: classOfEnd({
          failureClass: input.failureClass ?? "network",
          lastErrorCode: state.lastErrorCode,
          wasReady: state.updatedUs !== undefined,
        }),
        failure: state.lastError ? `${input.reason}; the server's last error: ${state.lastError}` : input.reason,
      };
      return fail(state, failure, input.atUs);
    }
    case "pong":
    case "dialled":
    case "successor":
      return { state, commands: [] };
  }
}

/** The turn in progress may finish; one that has not begun never does. */
function onDrain(state: SessionState, atUs: number): Stepped {
  if (state.phase === "turn") return { state: { ...state, draining: true }, commands: [] };
  const unused = giveBackUnused(state);
  return after(unused.commands, endCall({ ...unused.state, draining: true }, { rest: "dropped", atUs }));
}

type Counts = Readonly<Record<string, number>>;

/** Servers choose names freely, as many and as long as they like, and "constructor" too: beyond a bound they are counted together. */
function counted(counts: Counts, name: string): Counts {
  const short = name.length > limits.eventNameChars ? `${name.slice(0, limits.eventNameChars)}…` : name;
  const isCounted = Object.hasOwn(counts, short) || Object.keys(counts).length < limits.unknownEventNames;
  const known = isCounted ? short : "(others)";
  return { ...counts, [known]: (Object.hasOwn(counts, known) ? (counts[known] ?? 0) : 0) + 1 };
}

const spoken = (state: SessionState, { turn, atUs, audioMs }: Extract<Input, { type: "spoken" }>): SessionState =>
  state.turn?.planned.turn === turn ? { ...state, turn: { ...state.turn, speechEndSentUs: atUs, speechEndAudioMs: audioMs } } : state;

function onEvent(state: SessionState, name: string, fields: EventFields, atUs: number): Stepped {
  switch (name) {
    case "session.created":
      return onCreated(state, fields, atUs);
    case "conversation.created":
      return askFor(state, atUs);
    case "session.updated":
      return onUpdated(state, atUs);
    case "error":
      return onError(state, fields, atUs);
    case "conversation.item.added":
    case "conversation.item.created": {
      const noted = noteItem(state, fields);
      return noted.phase === "loading" && areLoaded(noted) ? onReady(noted, atUs) : { state: noted, commands: [] };
    }
    default:
      if (knownServerEvents.has(name)) return onResponseEvent(state, name, fields, atUs);
      return { state: { ...state, unknownEvents: counted(state.unknownEvents, name) }, commands: [] };
  }
}

function onCreated(state: SessionState, fields: EventFields, atUs: number): Stepped {
  if (state.createdUs !== undefined) return { state, commands: [] };
  const sessionId = textField(recordField(fields, "session") ?? {}, "id");
  return askFor({ ...state, createdUs: atUs, ...(sessionId === undefined ? {} : { sessionId }) }, atUs);
}

/** Some servers begin with conversation.created, and only then, or once they are configured, with session.created. */
function askFor(state: SessionState, atUs: number): Stepped {
  if (state.updateSentUs !== undefined) return { state, commands: [] };
  const event = sessionUpdate(state.call.cell.settings, dialectOf(state.call), cacheSalt(state));
  return { state: { ...state, updateSentUs: atUs }, commands: [{ type: "send", event }] };
}

function onUpdated(state: SessionState, atUs: number): Stepped {
  if (state.phase === "configuring") {
    const updated: SessionState = { ...state, updatedUs: atUs };
    return state.call.cell.settings.session.documents ? loadDocuments(updated) : onReady(updated, atUs);
  }
  if (state.phase !== "updating" || state.nextPlannedUs === undefined) return { state, commands: [] };
  return {
    state: { ...state, phase: "between" },
    commands: [
      { type: "clear", timer: "ready" },
      { type: "timer", timer: "turn", atUs: Math.max(state.nextPlannedUs, atUs) },
    ],
  };
}

const after = (commands: readonly Command[], stepped: Stepped): Stepped => ({ state: stepped.state, commands: [...commands, ...stepped.commands] });

/** A refused configuration ends the session: going on would measure something else than what was asked. Other errors are remembered. */
function onError(state: SessionState, fields: EventFields, atUs: number): Stepped {
  const error = errorOf(recordField(fields, "error") ?? { message: fields["error"], ...fields });
  const text = error.code === undefined ? error.message : `${error.code}: ${error.message}`;
  const isRefusal = state.phase === "configuring" || state.phase === "loading" || (state.phase === "updating" && isOfUpdate(error));
  if (!isRefusal) return { state: { ...state, lastError: text, lastErrorCode: error.code }, commands: [] };
  const refused = state.updateSentUs === undefined ? "the session" : state.phase === "loading" ? "a document of session.documents" : "session.update";
  return fail(state, { failureClass: failureClassOf(error.code), failure: `the server refused ${refused}: ${text}` }, atUs);
}

/** Whether the error answers session.update: by its echoed id, or, where a server echoes none, by not being about something else. */
function isOfUpdate({ eventId, code }: ServerError): boolean {
  return eventId === undefined ? code !== "response_cancel_not_active" : eventId === turnUpdateId;
}

function onTimer(state: SessionState, timer: Timer, atUs: number): Stepped {
  switch (timer) {
    case "ready": {
      const configured = state.phase === "loading" ? "conversation.item.added for each document" : "session.updated";
      const waitedFor = state.phase === "connecting" ? "the connection" : state.updateSentUs === undefined ? "session.created" : configured;
      return fail(state, { failureClass: "timeout", failure: `waited in vain for ${waitedFor}` }, atUs);
    }
    case "turn":
      return state.phase === "between" || mayInterrupt(state) ? trimContext(startSpeaking(state, atUs)) : { state, commands: [] };
    case "patience":
      return onPatience(state, atUs);
    case "playout":
      return onPlayout(state, atUs);
    case "stalled":
      return onStalled(state, atUs);
    case "tool":
      return onToolDue(state, atUs);
    case "back channel":
      return sayBackChannel(state, atUs);
    case "ping":
    case "pong":
    case "silence":
    case "rollover":
    case "successor":
      return { state, commands: [] };
  }
}

function onPatience(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  if (state.phase !== "turn" || !turn || turn.outcome) return { state, commands: [] };
  const cancel: readonly Command[] = turn.openResponses.length > 0 ? [{ type: "send", event: { type: "response.cancel" } }] : [];
  return after(cancel, scheduleTurn(decided(state, { outcome: "unanswered" }, atUs), atUs));
}

function onPlayout(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  if (state.phase !== "turn" || turn?.outcome !== "answered" || turn.openResponses.length > 0) return { state, commands: [] };
  const endUs = Math.max(turn.playoutEndUs ?? atUs, turn.backChannel?.endUs ?? 0);
  if (endUs > atUs) return { state, commands: [{ type: "timer", timer: "playout", atUs: endUs }] };
  return scheduleTurn(state, endUs);
}

/** A response that was heard and never finished: after a whole patience without sound the caller goes on. */
function onStalled(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  if (state.phase !== "turn" || turn?.outcome !== "answered") return { state, commands: [] };
  const untilUs = (turn.playoutEndUs ?? atUs) + state.call.cell.settings.caller.patienceMs * 1_000;
  if (untilUs > atUs) return { state, commands: [{ type: "timer", timer: "stalled", atUs: untilUs }] };
  const stalled = { ...turn, openResponses: [], failure: "the response was heard but never finished" };
  return after([{ type: "send", event: { type: "response.cancel" } }], scheduleTurn({ ...state, turn: stalled }, atUs));
}
