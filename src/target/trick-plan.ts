// Which tricks strike in which turn of a call: those that the script's rule for the turn names, and those whose share the
// call's own luck falls into. The same seed plays the same tricks, whatever order callers arrive in.

import { stream } from "../core/random.ts";
import type { TurnKey } from "./latency-model.ts";
import type { Script } from "./script.ts";
import type { Trick } from "./trick.ts";
import { isByTurnAlone, isOfResponse } from "./trick.ts";

/** The tricks of a call's turn, counted from 0; undefined for a script without any. */
export function trickPlanner(script: Script): ((key: Omit<TurnKey, "turn">, turn: number) => readonly Trick[]) | undefined {
  const { tricks = [], rules } = script;
  if (tricks.length === 0) return undefined;
  return (key, turn) => {
    // What strikes within a response is named by that response itself, when it begins (reply-choice.ts).
    const named = rules.find(({ when }) => when.turn === turn && isByTurnAlone(when))?.trick;
    const isLucky = ({ name, share }: Trick): boolean => share !== undefined && stream(key.seed, "trick", key.session, key.call, turn, name).uniform() < share;
    return tricks.filter((trick) => (trick.name === named && !isOfResponse(trick.at)) || isLucky(trick));
  };
}
