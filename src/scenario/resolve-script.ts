// What a caller says in its final form: blocks unrolled, absent fields absent.

import type { CallerScript, CallerTurn, Cue, Interrupt } from "./caller-turn.ts";
import { present } from "./present.ts";
import { resolveExpectation } from "./resolve-expectations.ts";
import type { WrittenScenario } from "./schema.ts";
import { isList, isMap, type Path, type Tree, valueAt } from "./tree.ts";

type Written = WrittenScenario["caller"];
type WrittenTurn = Omit<Written["turns"][number], "repeat">;

export function resolveScript({ turns, reactions, endedBy, mostTurns, effortPolicy, effortBy, feeders }: Written): CallerScript {
  return {
    turns: turns.flatMap(({ repeat, ...turn }): readonly CallerTurn[] =>
      repeat ? Array.from({ length: repeat.times }, () => repeat.turns.map(resolveTurn)).flat() : [resolveTurn(turn)],
    ),
    ...(reactions?.length && { reactions: reactions.map(({ when, ...rest }) => ({ ...resolveWords(rest), times: rest.times, when: present(when) as Cue })) }),
    ...(endedBy && { endedBy: present(endedBy) as Cue }),
    ...(mostTurns !== undefined && { mostTurns }),
    ...(effortPolicy && { effortPolicy }),
    effortBy,
    ...(feeders?.length && { feeders: feeders.map(present) }),
  };
}

function resolveTurn({ interrupt, expect, ...turn }: WrittenTurn): CallerTurn {
  return { ...resolveWords(turn), ...(interrupt && { interrupt: resolveInterrupt(interrupt) }), ...(expect && { expect: resolveExpectation(expect) }) };
}

/** `complex: false` is what it is without it. */
function resolveWords({ say, text, effort, maxOutputTokens, complex }: Omit<WrittenTurn, "interrupt" | "expect">): CallerTurn {
  return {
    ...(say !== undefined && { say: typeof say === "string" ? say : present(say) }),
    ...present({ text, effort, maxOutputTokens }),
    ...(complex && { complex }),
  } as CallerTurn;
}

function resolveInterrupt({ say, atAnswerMs, onWord, backChannel }: NonNullable<WrittenTurn["interrupt"]>): Interrupt {
  return {
    say: typeof say === "string" ? say : present(say),
    ...(atAnswerMs !== undefined && { atAnswerMs }),
    ...(onWord !== undefined && { onWord }),
    ...(backChannel && { backChannel }),
  } as Interrupt;
}

/** Where what is written at `path` stands in the resolved scenario, in which blocks are unrolled: once, or once a round. */
export function unrolledPaths(tree: Tree | undefined, path: Path): readonly Path[] {
  const turns = valueAt(tree, ["caller", "turns"]);
  const [section, field, index, ...rest] = path;
  if (section !== "caller" || field !== "turns" || typeof index !== "number" || !isList(turns)) return [path];
  const first = turns.slice(0, index).reduce((sum: number, turn) => sum + roundsOf(turn) * turnsIn(turn), 0);
  const turn = turns[index];
  const [, , inner, ...below] = rest;
  if (blockOf(turn) === undefined) return [["caller", "turns", first, ...rest]];
  if (typeof inner !== "number") return [];
  return Array.from({ length: roundsOf(turn) }, (_, round) => ["caller", "turns", first + round * turnsIn(turn) + inner, ...below]);
}

const blockOf = (turn: Tree | undefined): Tree | undefined => (isMap(turn) ? turn["repeat"] : undefined);
const roundsOf = (turn: Tree | undefined): number => Number(valueAt(blockOf(turn), ["times"]) ?? 1);
const turnsIn = (turn: Tree | undefined): number => {
  const inside = valueAt(blockOf(turn), ["turns"]);
  return isList(inside) ? inside.length : 1;
};
