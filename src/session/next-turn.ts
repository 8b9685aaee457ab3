// Which turn comes next: the script's, or a reaction to what the turn before brought.

import { thinkUsOf } from "../plan/plan-script.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import { reactionOf, turnOf } from "../plan/turn-of.ts";
import { cueCame } from "./cues.ts";
import type { SessionState } from "./state.ts";

/** The turn that the caller would begin now; undefined where the script has no more. */
export function nextTurn({ call, nextTurn: turn, reaction, reactionsUsed = [] }: SessionState): PlannedTurn | undefined {
  if (reaction) return reaction;
  const reacted = sumOf(reactionsUsed);
  const planned = turnOf(call, turn - reacted);
  return planned && reacted > 0 ? { ...planned, turn } : planned;
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Whether the turn that was heard to its end is the call's last: the words it was to end by came, or it has had turns enough. */
export function isOver({ call, turn, nextTurn: begun }: SessionState): boolean {
  const { endedBy, mostTurns } = call.cell.settings.caller;
  return (mostTurns !== undefined && begun >= mostTurns) || (endedBy !== undefined && turn !== undefined && cueCame(endedBy, turn));
}

/** The first reaction that the turn calls for and that may still be used takes the place of the script's next turn. */
export function withReaction(state: SessionState): SessionState {
  const { call, turn, nextTurn: number } = state;
  const { reactions } = call;
  if (!turn || !reactions || state.reaction) return state;
  const used = state.reactionsUsed ?? reactions.map(() => 0);
  const index = reactions.findIndex(({ when, times }, place) => (used[place] as number) < times && cueCame(when, turn));
  const scripted = number - sumOf(used);
  const said = index < 0 ? undefined : reactionOf(call, index, Math.max(0, scripted - 1));
  if (!said) return state;
  const reaction: PlannedTurn = { ...said, turn: number, thinkUs: thinkUsOf(call, "reaction", number) };
  return { ...state, reaction, reactionsUsed: used.with(index, (used[index] as number) + 1) };
}
