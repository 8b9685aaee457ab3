// The turns of a call in their order: those of the plan, and in a run by time the same again, for as long as it takes.

import type { PlannedCall } from "./plan.ts";
import { thinkUsOf } from "./plan-script.ts";
import type { PlannedTurn } from "./planned-turn.ts";

/** The caller's next call after this one, for callers who call again: the same turns, their thinking drawn anew. */
export function redialOf(before: PlannedCall): PlannedCall {
  const call = { ...before, call: before.call + 1 };
  let asked = 0;
  return { ...call, turns: call.turns.map((turn) => (turn.interruptAt === undefined ? { ...turn, thinkUs: thinkUsOf(call, asked++) } : turn)) };
}

/** The turn with that number, from 0; undefined where the call has no more. In a run by time there is always one more. */
export function turnOf(call: PlannedCall, turn: number): PlannedTurn | undefined {
  const { turns, cell } = call;
  const first = turns[turn];
  const again = turns[turn % turns.length];
  if (first || !again || cell.settings.caller.repeat !== "turns") return first;
  if (again.interruptAt !== undefined) return { ...again, turn };
  const place = turn % turns.length;
  const asked = turns.slice(0, place).filter((before) => before.interruptAt === undefined).length;
  const round = Math.floor(turn / turns.length);
  return { ...again, turn, thinkUs: thinkUsOf(call, round * cell.settings.caller.turns.length + asked) };
}
