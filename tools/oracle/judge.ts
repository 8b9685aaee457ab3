// A case's samples from both sides as rows, and whether the shaper reaches the goals. Pure.

import type { Random } from "../../src/core/random.ts";
import type { Case, Goal } from "./cases.ts";
import type { Quantile, Summary } from "./statistics.ts";
import { chanceOf, summarise, summariseLongest, summariseMiddle } from "./statistics.ts";
import type { Samples } from "./traffic.ts";

/** undecided: it was missed, but so it was by the oracle's own second run. */
export type Verdict = "met" | "missed" | "undecided" | "no goal" | "not measured";

export interface Row {
  readonly case: string;
  /** Direction, and which burst. */
  readonly what: string;
  readonly oracle?: Summary;
  readonly shaper?: Summary;
  /** What the oracle's quantiles may be off by chance, µs. */
  readonly chanceUs?: Summary["us"];
  /** How far the shaper may be off. */
  readonly limits: readonly Limit[];
  readonly verdict: Verdict;
}

export interface Limit {
  readonly quantile: Quantile;
  readonly us: number;
}

const MS = 1_000;

/** Two samples of the same thing are off by more than this only about once in fifty times. */
const CHANCE_TIMES = 2;

function limitOf({ quantile, share = 0, ms = 0, orChance }: Goal, oracle: Summary, chanceUs: Summary["us"] | undefined): Limit {
  const asked = share * oracle.us[quantile] + ms * MS;
  return { quantile, us: orChance && chanceUs ? Math.max(asked, CHANCE_TIMES * chanceUs[quantile]) : asked };
}

function judge(oracle: Summary | undefined, shaper: Summary | undefined, limits: readonly Limit[]): Verdict {
  if (!oracle || !shaper) return "not measured";
  if (limits.length === 0) return "no goal";
  return limits.every(({ quantile, us }) => Math.abs(shaper.us[quantile] - oracle.us[quantile]) <= us) ? "met" : "missed";
}

/** What was missed and not by more than the oracle misses itself: `again` are the rows of its second run against its first, in the same order. */
export function besideChance(rows: readonly Row[], again: readonly Row[]): readonly Row[] {
  return rows.map((row, index) => {
    const second = again[index];
    const isChance = row.verdict === "missed" && judge(second?.oracle, second?.shaper, row.limits) === "missed";
    return isChance ? { ...row, verdict: "undecided" } : row;
  });
}

interface View {
  readonly of: typeof summarise;
  readonly suffix: string;
  readonly goals: readonly Goal[];
}

export interface Measured {
  readonly oracle: Samples;
  /** Absent where earshot has no words for the network yet. */
  readonly shaper?: Samples;
  readonly random: Random;
}

/** `mark` is put behind the way. Where chance decides the tail of all samples, `bySession` adds the session in the middle, and the longest delay of each. */
export function rowsOf(
  { name, goals }: Pick<Case, "name" | "goals">,
  { oracle, shaper, random }: Measured,
  { mark = "", bySession = false } = {},
): readonly Row[] {
  const ways = [...new Set([...Object.keys(oracle), ...Object.keys(shaper ?? {})])].toSorted();
  const all: View = { of: summarise, suffix: mark, goals };
  const middle: View = { of: summariseMiddle, suffix: `${mark}, middle session`, goals };
  const longest: View = { of: summariseLongest, suffix: `${mark}, longest of a session`, goals: [] };
  const views = bySession ? [all, middle, longest] : [all];
  return ways.flatMap((way) =>
    views.map(({ of, suffix, goals: wanted }): Row => {
      const [truth, ours] = [of(oracle[way] ?? []), of(shaper?.[way] ?? [])];
      const chanceUs = chanceOf(oracle[way] ?? [], random, of);
      const limits = truth ? wanted.map((goal) => limitOf(goal, truth, chanceUs)) : [];
      const measured = { ...(truth && { oracle: truth }), ...(ours && { shaper: ours }), ...(chanceUs && { chanceUs }) };
      return { case: name, what: way + suffix, ...measured, limits, verdict: judge(truth, ours, limits) };
    }),
  );
}
