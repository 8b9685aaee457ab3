// The turns of a call in their order: those of the plan, and in a run by time the same again, for as long as it takes.

import { thinkUsOf, type PlannedCall, type PlannedTurn } from "./plan.ts";

/** The caller's next call after this one, for callers who call again: the same turns, their thinking drawn anew. */
export function redialOf(before: PlannedCall): PlannedCall {
  const call = { ...before, call: before.call + 1 };
  let asked = 0;
  return { ...call, turns: call.turns.map((turn) => (turn.interruptAtMs === undefined ? { ...turn, thinkUs: thinkUsOf(call, asked++) } : turn)) };
}

/** The turn with that number, from 0; undefined where the call has no more. In a run by time there is always one more. */
export function turnOf(call: PlannedCall, turn: number): PlannedTurn | undefined {
  const { turns, cell } = call;
  const first = turns[turn];
  const again = turns[turn % turns.length];
  if (first || !again || cell.settings.caller.repeat !== "turns") return first;
  if (again.interruptAtMs !== undefined) return { ...again, turn };
  const place = turn % turns.length;
  const asked = turns.slice(0, place).filter((before) => before.interruptAtMs === undefined).length;
  const round = Math.floor(turn / turns.length);
  // The first round begins with the session's own effort, every other one with the effort in which the round before ended.
  const changesEffort = place === 0 ? again.effort !== turns.at(-1)?.effort : again.changesEffort;
  return { ...again, turn, changesEffort, thinkUs: thinkUsOf(call, round * cell.settings.caller.turns.length + asked) };
}
