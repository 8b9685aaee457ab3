// The turns of a call in their order: those of the plan, and in a run by time the script again, for as long as it takes.

import type { PlannedCall } from "./plan.ts";
import { thinkUsOf } from "./plan-script.ts";
import type { PlannedReaction, PlannedTurn } from "./planned-turn.ts";
import { planAgain, scriptOf } from "./rounds.ts";

/** The caller's next call after this one, for callers who call again: the same script, its thinking, clips and words drawn anew. */
export function redialOf(before: PlannedCall): PlannedCall {
  const call = { ...before, call: before.call + 1 };
  const again = planAgain(call);
  if (again) return { ...call, ...again };
  let asked = 0;
  return { ...call, turns: call.turns.map((turn) => (turn.interruptAt === undefined ? { ...turn, thinkUs: thinkUsOf(call, asked++) } : turn)) };
}

const roundOf = ({ turns }: PlannedCall, turn: number): number => Math.floor(turn / turns.length);

/** The turn with that number, from 0; undefined where the call has no more. In a run by time there is always one more. */
export function turnOf(call: PlannedCall, turn: number): PlannedTurn | undefined {
  const { turns, cell } = call;
  const first = turns[turn];
  const place = turn % turns.length;
  if (first || turns.length === 0 || cell.settings.caller.repeat !== "turns") return first;
  const round = roundOf(call, turn);
  const script = scriptOf(call, round);
  const again = { ...((script?.turns[place] ?? turns[place]) as PlannedTurn), turn, ...(script?.feed ? { feed: script.feed } : {}) };
  if (again.interruptAt !== undefined) return again;
  const asked = turns.slice(0, place).filter((before) => before.interruptAt === undefined).length;
  return { ...again, thinkUs: thinkUsOf(call, round * cell.settings.caller.turns.length + asked) };
}

/** What the `index`-th reaction says beside the script's turn of that number: in its round's words. */
export function reactionOf(call: PlannedCall, index: number, turn: number): PlannedReaction["turn"] | undefined {
  const script = call.cell.settings.caller.repeat === "turns" ? scriptOf(call, roundOf(call, turn)) : undefined;
  const said = (script?.reactions ?? call.reactions)?.[index]?.turn;
  return said && script?.feed ? { ...said, feed: script.feed } : said;
}
