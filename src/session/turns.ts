// From one turn to the next: when it is wanted, what has to be agreed before it, and its first frame.

import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import { turnOf } from "../plan/turn-of.ts";
import type { PlannedTurn } from "../plan/plan.ts";
import { ask, closeReservations } from "./account.ts";
import type { Account } from "./reservation.ts";
import { effortUpdate } from "./configure.ts";
import { endCall } from "./ending.ts";
import { frameUsOf, onGrid } from "./grid.ts";
import { recordsOf, stopOldAnswer } from "./interrupt.ts";
import { silent } from "./playback.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { beginTurn, type TurnState } from "./turn-state.ts";

/** The caller has heard the answer (or given up) at `fromUs` and thinks; then the next turn, or the end of the call. */
export function scheduleTurn(state: SessionState, fromUs: number): Stepped {
  const planned = turnOf(state.call, state.nextTurn);
  const quiet: readonly Command[] = (["patience", "playout", "stalled", "tool"] as const).map((timer) => ({ type: "clear", timer }));
  if (!planned || state.draining) {
    const closed = closeReservations({ ...state, phase: "between" });
    const ended = endCall(closed.state, { rest: "dropped", atUs: fromUs });
    return { state: ended.state, commands: [...quiet, ...closed.commands, ...ended.commands] };
  }
  const idle: SessionState = { ...state, phase: "between" };
  if (planned.interruptAtMs !== undefined) {
    // Over an answer shorter than that the words come when they were to come; without an answer there is nothing to interrupt.
    if (state.nextPlannedUs !== undefined) return { state: idle, commands: quiet };
    const rest = scheduleTurn({ ...idle, nextTurn: state.nextTurn + 1 }, fromUs);
    return { state: rest.state, commands: [{ type: "skip", planned, outcome: "dropped", failure: "there was no answer to interrupt" }, ...rest.commands] };
  }
  const nextPlannedUs = onGrid(state, fromUs + planned.thinkUs);
  const closed = closeReservations({ ...idle, nextPlannedUs });
  const next = closed.state.account
    ? askForTurn(closed.state, closed.state.account, planned)
    : prepareTurn(closed.state, { planned, nextPlannedUs, atUs: nextPlannedUs });
  return { state: next.state, commands: [...quiet, ...closed.commands, ...next.commands] };
}

/** With a budget the turn waits until its cost is granted, and that of the turns that interrupt its answer with it. */
function askForTurn(state: SessionState, account: Account, planned: PlannedTurn): Stepped {
  const turns = [planned];
  for (let turn = turnOf(state.call, state.nextTurn + 1); turn?.interruptAtMs !== undefined; turn = turnOf(state.call, turn.turn + 1)) turns.push(turn);
  const asked = ask({ ...state, phase: "reserving" }, account, turns);
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
  if (!planned.changesEffort || planned.effort === undefined)
    return { state: { ...state, phase: "between", nextPlannedUs }, commands: [{ type: "timer", timer: "turn", atUs: dueUs }] };
  const ready: Command = { type: "timer", timer: "ready", atUs: dueUs + EFFORT_PATIENCE_US };
  return { state: { ...state, phase: "updating", nextPlannedUs }, commands: [{ type: "send", event: effortUpdate(planned.effort) }, ready] };
}

/**
 * The first turn of a session that is ready at `readyUs`. It is wanted as if the session had been ready in the time that
 * the plan allows for that: what a slow or frozen server takes longer delays the turn, and is seen as its delay.
 */
export const scheduleFirstTurn = (state: SessionState, readyUs: number): Stepped =>
  scheduleTurn(state, Math.min(readyUs, state.plannedUs + msToUs(limits.expectedReadyMs)));

/** How long the server may take to acknowledge a new effort before the session counts as broken, µs. */
const EFFORT_PATIENCE_US = 10_000_000;

/**
 * The turn's first frame begins now: on its planned boundary while that frame is not yet due, else on the next one. The
 * turn before is recorded; nothing that comes from here on can change it.
 */
export function startSpeaking(state: SessionState, atUs: number): Stepped {
  const planned = turnOf(state.call, state.nextTurn);
  if (!planned || state.nextPlannedUs === undefined) return { state, commands: [] };
  const settings = state.call.cell.settings;
  const frameUs = frameUsOf(state);
  const startedUs = Math.max(state.gridUs ?? 0, atUs < state.nextPlannedUs + frameUs ? state.nextPlannedUs : onGrid(state, atUs));
  const begun = beginTurn(planned, { plannedUs: state.nextPlannedUs, startedUs, frameUs });
  const isInterruption = planned.interruptAtMs !== undefined && state.turn !== undefined;
  const turn: TurnState = isInterruption ? { ...begun, interruption: { unheardUs: 0 } } : begun;
  const pastResponseIds = [...state.pastResponseIds, ...(state.turn?.responseIds ?? [])].slice(-KEPT_RESPONSE_IDS);
  const { nextPlannedUs: _used, interrupted: _recorded, ...rest } = state;
  const isManual = settings.session.turnDetection.type === "manual";
  const patience: Command = { type: "timer", timer: "patience", atUs: turn.speechEndUs + settings.caller.patienceMs * 1_000 };
  const speaking: SessionState = { ...rest, phase: "turn", turn, nextTurn: state.nextTurn + 1, pastResponseIds };
  const speak = speakCommand(turn, frameUs, isManual);
  if (!isInterruption || !state.turn) {
    return { state: { ...speaking, playback: silent }, commands: [...recordsOf(state, atUs), speak, patience] };
  }
  const quiet: readonly Command[] = [
    { type: "clear", timer: "playout" },
    { type: "clear", timer: "stalled" },
    { type: "set aside", turn: state.turn.planned.turn },
  ];
  // Whoever pushes to talk silences the answer with the same button; a server that hears for itself must notice first.
  const stopped = isManual
    ? stopAtOnce({ ...speaking, interrupted: state.turn }, startedUs)
    : { state: { ...speaking, interrupted: state.turn }, commands: [] };
  return { state: stopped.state, commands: [...quiet, ...stopped.commands, speak, patience] };
}

function stopAtOnce(state: SessionState, atUs: number): Stepped {
  const cancel: readonly Command[] = (state.interrupted?.openResponses.length ?? 0) > 0 ? [{ type: "send", event: { type: "response.cancel" } }] : [];
  const stopped = stopOldAnswer(state, atUs);
  return { state: stopped.state, commands: [...cancel, ...stopped.commands] };
}

function speakCommand(turn: TurnState, frameUs: number, pushToTalk: boolean): Command {
  const lastVoicedFrame = Math.round((turn.speechEndFrameUs - turn.startedUs) / frameUs) - 1;
  return { type: "speak", turn: turn.planned.turn, clip: turn.planned.clip, startUs: turn.startedUs, lastVoicedFrame, pushToTalk };
}

/** Enough to recognise whatever a server may still be sending; a bound, because calls can be long. */
const KEPT_RESPONSE_IDS = 16;
