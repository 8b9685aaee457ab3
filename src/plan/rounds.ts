// A script that comes round again in a run by time: its clips and words are drawn anew each time, as they were for the first,
// so that a long call does not say the same clips and the same customer's name over and over.

import { createDraw, saysOf, type Draw, type Material } from "./material.ts";
import type { CallerScript } from "../scenario/caller-turn.ts";
import type { Slot } from "./groups.ts";
import { planScript, type PlannedScript } from "./plan-script.ts";
import type { ClipTimes } from "./planned-turn.ts";

/** What later rounds draw from: plain data, one object for all calls of a plan. */
export interface RoundMaterial {
  readonly clips: ReadonlyMap<string, ClipTimes>;
  readonly material: Material;
}

/** What is known of the rounds after the first: what they are drawn from, or what was drawn, from the second round on. */
export interface LaterRounds {
  readonly anew?: RoundMaterial;
  readonly rounds?: readonly PlannedScript[];
}

/** Whether another round says anything else than the first. */
export const drawsAnew = (caller: CallerScript): boolean => caller.feeders !== undefined || saysOf(caller).some((say) => typeof say !== "string");

/** One for all calls that draw from it: orders are shuffled once. */
const draws = new WeakMap<RoundMaterial, Draw>();

/** The round of a call that was asked for last: its session asks many times for the one it is in. */
const latest = new WeakMap<object, { readonly round: number; readonly script: PlannedScript }>();

function draw(call: Slot, anew: RoundMaterial, round: number): PlannedScript {
  const known = draws.get(anew) ?? createDraw(call.cell.settings.seed);
  draws.set(anew, known);
  return planScript(call, { ...anew, draw: known }, round);
}

/** The first round of the call as the plan would have it; undefined where every call says the same. */
export const planAgain = (call: Slot & LaterRounds): PlannedScript | undefined => call.anew && draw(call, call.anew, 0);

/** The script of the call's `round`-th round, from 0; undefined where it is the first one again. */
export function scriptOf(call: Slot & LaterRounds, round: number): PlannedScript | undefined {
  const { anew, rounds } = call;
  if (round === 0) return undefined;
  if (!anew) return rounds?.[round - 1];
  const before = latest.get(call);
  if (before?.round === round) return before.script;
  const script = draw(call, anew, round);
  latest.set(call, { round, script });
  return script;
}

/** The call with its first rounds written out and without what they were drawn from, for an account of it that is kept. */
export function withRoundsDrawn<C extends Slot & LaterRounds>(call: C, rounds: number): C {
  if (!call.anew) return call;
  const { anew: _a, ...rest } = call;
  const written = Array.from({ length: Math.max(0, rounds - 1) }, (_, index) => scriptOf(call, index + 1) as PlannedScript);
  return { ...(rest as C), rounds: written };
}
