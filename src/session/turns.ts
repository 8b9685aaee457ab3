// From one turn to the next: when it is wanted, what has to be agreed before it, and its first frame.

import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import type { PlannedTurn, PlannedWords } from "../plan/planned-turn.ts";
import { ask, closeReservations } from "./account.ts";
import type { Account } from "./reservation.ts";
import { endCall } from "./ending.ts";
import { frameUsOf, onGrid } from "./grid.ts";
import { cancelOldAnswer, recordsOf } from "./interrupt.ts";
import { isOver, nextTurn, withReaction } from "./next-turn.ts";
import { silent } from "./playback.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { sendText } from "./text-turn.ts";
import { turnUpdate } from "./turn-ask.ts";
import { beginTurn, type TurnState } from "./turn-state.ts";

/** The caller has heard the answer (or given up) at `fromUs` and thinks; then the next turn, or the end of the call. */
export function scheduleTurn(state: SessionState, fromUs: number): Stepped {
  const quiet: readonly Command[] = (["patience", "playout", "stalled", "tool", "back channel"] as const).map((timer) => ({ type: "clear", timer }));
  const interruption = nextTurn(state);
  if (interruption?.interruptAt && !state.draining) {
    // Over an answer shorter than that the words come when they were to come; without an answer there is nothing to interrupt.
    if (state.nextPlannedUs !== undefined) return { state: { ...state, phase: "between" }, commands: quiet };
    const failure = state.turn?.outcome === "answered" ? "the answer did not have the word to interrupt it at" : "there was no answer to interrupt";
    const rest = scheduleTurn({ ...state, nextTurn: state.nextTurn + 1 }, fromUs);
    return { state: rest.state, commands: [{ type: "skip", planned: interruption, outcome: "dropped", failure }, ...rest.commands] };
  }
  const idle: SessionState = { ...withReaction(state), phase: "between" };
  const planned = nextTurn(idle);
  if (!planned || state.draining || isOver(state)) {
    const closed = closeReservations({ ...state, phase: "between" });
    const ended = endCall(closed.state, { rest: "dropped", atUs: fromUs });
    return { state: ended.state, commands: [...quiet, ...closed.commands, ...ended.commands] };
  }
  const nextPlannedUs = onGrid(state, fromUs + planned.thinkUs);
  const closed = closeReservations({ ...idle, nextPlannedUs });
  const next = closed.state.account
    ? askForTurn(closed.state, closed.state.account, planned)
    : prepareTurn(closed.state, { planned, nextPlannedUs, atUs: nextPlannedUs });
  return { state: next.state, commands: [...quiet, ...closed.commands, ...next.commands] };
}

/** With a budget the turn waits until its cost is granted, and that of all that is said over its answer with it. */
function askForTurn(state: SessionState, account: Account, planned: PlannedTurn): Stepped {
  const words: PlannedWords[] = [planned, ...(planned.backChannel ? [planned.backChannel] : [])];
  if (!state.reaction) {
    for (let turn = state.nextTurn + 1; ; turn++) {
      const following = nextTurn({ ...state, nextTurn: turn });
      if (!following?.interruptAt) break;
      words.push(following);
    }
  }
  const asked = ask({ ...state, phase: "reserving" }, account, words);
  return { state: asked.state, commands: [asked.command] };
}

export interface TurnToPrepare {
  readonly planned: PlannedTurn;
  readonly nextPlannedUs: number;
  readonly atUs: number;
}

/** What has to be agreed with the server before the turn, and then its begin: as planned, or at `atUs` where that is later. */
export function prepareTurn(state: SessionState, { planned, nextPlannedUs, atUs }: TurnToPrepare): Stepped {
  const dueUs = Math.max(nextPlannedUs, atUs);
  const update = turnUpdate(state.call, state.asked, planned);
  if (!update) return { state: { ...state, phase: "between", nextPlannedUs }, commands: [{ type: "timer", timer: "turn", atUs: dueUs }] };
  const ready: Command = { type: "timer", timer: "ready", atUs: dueUs + UPDATE_PATIENCE_US };
  const { effort, maxOutputTokens } = planned;
  const asked = { ...(effort === undefined ? {} : { effort }), maxOutputTokens };
  return { state: { ...state, asked, phase: "updating", nextPlannedUs }, commands: [{ type: "send", event: update }, ready] };
}

/**
 * The first turn of a session that is ready at `readyUs`. It is wanted as if the session had been ready in the time that
 * the plan allows for that: what a slow or frozen server takes longer delays the turn, and is seen as its delay.
 */
export const scheduleFirstTurn = (state: SessionState, readyUs: number): Stepped =>
  scheduleTurn(state, Math.min(readyUs, state.plannedUs + msToUs(limits.expectedReadyMs)));

/** How long the server may take to acknowledge new settings before the session counts as broken, µs. */
const UPDATE_PATIENCE_US = 10_000_000;

/**
 * The turn's first frame begins now: on its planned boundary while that frame is not yet due, else on the next one. The
 * turn before is recorded; nothing that comes from here on can change it.
 */
export function startSpeaking(state: SessionState, atUs: number): Stepped {
  const planned = nextTurn(state);
  if (!planned || state.nextPlannedUs === undefined) return { state, commands: [] };
  const settings = state.call.cell.settings;
  const frameUs = frameUsOf(state);
  const isWritten = planned.text !== undefined;
  const startedUs = isWritten ? atUs : Math.max(state.gridUs ?? 0, atUs < state.nextPlannedUs + frameUs ? state.nextPlannedUs : onGrid(state, atUs));
  const begun = beginTurn(planned, { plannedUs: state.nextPlannedUs, startedUs, frameUs });
  const isInterruption = planned.interruptAt !== undefined && state.turn !== undefined;
  const turn: TurnState = isInterruption ? { ...begun, interruption: { unheardUs: 0 } } : begun;
  const pastResponseIds = [...state.pastResponseIds, ...(state.turn?.responseIds ?? [])].slice(-KEPT_RESPONSE_IDS);
  const { nextPlannedUs: _used, interrupted: _recorded, reaction: _begun, ...rest } = state;
  const isManual = settings.session.turnDetection.type === "manual";
  const patience: Command = { type: "timer", timer: "patience", atUs: turn.speechEndUs + settings.caller.patienceMs * 1_000 };
  const speaking: SessionState = { ...rest, phase: "turn", turn, nextTurn: state.nextTurn + 1, pastResponseIds };
  const speak =
    planned.text === undefined ? [speakCommand(turn, planned.clip ?? "", { frameUs, pushToTalk: isManual })] : sendText(state.call, planned, planned.text);
  if (!isInterruption || !state.turn) {
    return { state: { ...speaking, playback: silent }, commands: [...recordsOf(state, atUs), ...speak, patience] };
  }
  const quiet: readonly Command[] = [
    { type: "clear", timer: "playout" },
    { type: "clear", timer: "stalled" },
    { type: "clear", timer: "back channel" },
    { type: "set aside", turn: state.turn.planned.turn },
  ];
  // Whoever pushes to talk silences the answer with the same button; a server that hears for itself must notice first.
  const stopped = isManual
    ? cancelOldAnswer({ ...speaking, interrupted: state.turn }, startedUs)
    : { state: { ...speaking, interrupted: state.turn }, commands: [] };
  return { state: stopped.state, commands: [...quiet, ...stopped.commands, ...speak, patience] };
}

export function speakCommand(
  turn: TurnState,
  clip: string,
  { frameUs, pushToTalk }: { readonly frameUs: number; readonly pushToTalk: boolean },
): Extract<Command, { readonly type: "speak" }> {
  const lastVoicedFrame = Math.round((turn.speechEndFrameUs - turn.startedUs) / frameUs) - 1;
  return { type: "speak", turn: turn.planned.turn, clip, startUs: turn.startedUs, lastVoicedFrame, pushToTalk };
}

/** Enough to recognise whatever a server may still be sending; a bound, because calls can be long. */
const KEPT_RESPONSE_IDS = 16;
