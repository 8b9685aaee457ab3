// How turns and calls end: decided once, recorded once.

import type { FailureClass } from "../core/failure-classes.ts";
import type { Outcome } from "../metrics/turn-row.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import { isOpenEnded } from "../plan/plan-script.ts";
import { recordsOf } from "./interrupt.ts";
import { nextTurn } from "./next-turn.ts";
import type { Command, SessionState, Stepped } from "./state.ts";

interface Decision {
  readonly outcome: Outcome;
  readonly failureClass?: FailureClass;
  readonly failure?: string;
}

/**
 * The current turn with its outcome, unless it has one already. A turn that was not answered counts as longer than what
 * the caller waited; one whose session broke, as longer than the caller's patience, since waiting on would have been in vain.
 */
export function decided(state: SessionState, decision: Decision, atUs: number): SessionState {
  const { turn } = state;
  if (!turn || turn.outcome) return state;
  const patienceUs = state.call.cell.settings.caller.patienceMs * 1_000;
  const waitedUs = decision.outcome === "interrupted" ? atUs - turn.speechEndUs : patienceUs;
  return { ...state, turn: { ...turn, ...decision, ...(waitedUs >= 0 ? { censoredAtUs: waitedUs } : {}) } };
}

/** The session broke: the turn in progress and all that would have followed have failed. */
export function fail(state: SessionState, failure: { readonly failureClass: FailureClass; readonly failure: string }, atUs: number): Stepped {
  // What draining had already given up was never going to be asked: it did not fail.
  return endCall({ ...decided(state, { outcome: "failed", ...failure }, atUs), ...failure }, { rest: state.draining ? "dropped" : "failed", atUs });
}

/** Records what is left and hangs up. */
export function endCall(state: SessionState, { rest, atUs }: { readonly rest: "failed" | "dropped"; readonly atUs: number }): Stepped {
  const commands: Command[] = [...recordsOf(state, atUs)];
  const reason =
    rest === "failed" ? { ...(state.failureClass ? { failureClass: state.failureClass } : {}), ...(state.failure ? { failure: state.failure } : {}) } : {};
  const left = turnsLeft(state, rest);
  for (const planned of left) commands.push({ type: "skip", planned, outcome: rest, ...reason });
  const { turn: _recorded, interrupted: _too, ...remaining } = state;
  return { state: { ...remaining, phase: "over", nextTurn: state.nextTurn + left.length }, commands: [...commands, { type: "hang up" }] };
}

/**
 * The turns that the call still owes: all that are left. A caller who calls again until the time is over was cut short by
 * nothing but that, and owes a first word at most. Where answers decide how many turns there are, it owes none but the one that must tell what
 * became of it: the turn that a broken session kept from beginning, and the first of a caller who never came to speak.
 */
function turnsLeft(state: SessionState, rest: "failed" | "dropped"): readonly PlannedTurn[] {
  const { call, turn } = state;
  const { repeat, reactions } = call.cell.settings.caller;
  const isRedial = repeat === "call" && reactions === undefined;
  if (!isOpenEnded(call.cell.settings) || (isRedial && rest === "failed")) return call.turns.slice(state.nextTurn);
  const isToldAlready = rest === "failed" ? turn?.outcome === "failed" : state.nextTurn > 0;
  const next = nextTurn(state);
  return isToldAlready || !next ? [] : [next];
}
