// From one turn to the next: when it is wanted, what has to be agreed before it, and its first frame.

import { effortUpdate } from "./configure.ts";
import { endCall } from "./ending.ts";
import { silent } from "./playback.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { beginTurn, type TurnState } from "./turn-state.ts";

const frameUsOf = (state: SessionState): number => state.call.cell.settings.session.frameMs * 1_000;

/** The first frame boundary of the streaming microphone at or after `wantedUs`; with manual turns any instant will do. */
function onGrid(state: SessionState, wantedUs: number): number {
  if (state.gridUs === undefined) return Math.ceil(wantedUs);
  const frameUs = frameUsOf(state);
  return state.gridUs + Math.max(0, Math.ceil((wantedUs - state.gridUs) / frameUs)) * frameUs;
}

/** The caller has heard the answer (or given up) at `fromUs` and thinks; then the next turn, or the end of the call. */
export function scheduleTurn(state: SessionState, fromUs: number): Stepped {
  const planned = state.call.turns[state.nextTurn];
  const idle: SessionState = { ...state, phase: "between" };
  const quiet: readonly Command[] = [
    { type: "clear", timer: "patience" },
    { type: "clear", timer: "playout" },
    { type: "clear", timer: "stalled" },
  ];
  if (!planned || state.draining) {
    const ended = endCall(idle, { rest: "dropped" });
    return { state: ended.state, commands: [...quiet, ...ended.commands] };
  }
  const nextPlannedUs = onGrid(state, fromUs + planned.thinkUs);
  if (planned.changesEffort && planned.effort !== undefined) {
    const ready: Command = { type: "timer", timer: "ready", atUs: nextPlannedUs + EFFORT_PATIENCE_US };
    return { state: { ...idle, phase: "updating", nextPlannedUs }, commands: [...quiet, { type: "send", event: effortUpdate(planned.effort) }, ready] };
  }
  return { state: { ...idle, nextPlannedUs }, commands: [...quiet, { type: "timer", timer: "turn", atUs: nextPlannedUs }] };
}

/** How long the server may take to acknowledge a new effort before the session counts as broken, µs. */
const EFFORT_PATIENCE_US = 10_000_000;

/**
 * The turn's first frame begins now: on its planned boundary while that frame is not yet due, else on the next one. The
 * turn before is recorded; nothing that comes from here on can change it.
 */
export function startSpeaking(state: SessionState, atUs: number): Stepped {
  const planned = state.call.turns[state.nextTurn];
  if (!planned || state.nextPlannedUs === undefined) return { state, commands: [] };
  const settings = state.call.cell.settings;
  const frameUs = frameUsOf(state);
  const startedUs = atUs < state.nextPlannedUs + frameUs ? state.nextPlannedUs : onGrid(state, atUs);
  const turn = beginTurn(planned, { plannedUs: state.nextPlannedUs, startedUs, frameUs });
  const recorded: readonly Command[] = state.turn ? [{ type: "record", turn: state.turn }] : [];
  const pastResponseIds = [...state.pastResponseIds, ...(state.turn?.responseIds ?? [])].slice(-KEPT_RESPONSE_IDS);
  const { nextPlannedUs: _used, ...rest } = state;
  return {
    state: { ...rest, phase: "turn", turn, nextTurn: state.nextTurn + 1, pastResponseIds, playback: silent },
    commands: [
      ...recorded,
      speakCommand(turn, frameUs, settings.session.turnDetection.type === "manual"),
      { type: "timer", timer: "patience", atUs: turn.speechEndUs + settings.caller.patienceMs * 1_000 },
    ],
  };
}

function speakCommand(turn: TurnState, frameUs: number, pushToTalk: boolean): Command {
  const lastVoicedFrame = Math.round((turn.speechEndFrameUs - turn.startedUs) / frameUs) - 1;
  return { type: "speak", turn: turn.planned.turn, clip: turn.planned.clip, startUs: turn.startedUs, lastVoicedFrame, pushToTalk };
}

/** Enough to recognise whatever a server may still be sending; a bound, because calls can be long. */
const KEPT_RESPONSE_IDS = 16;
