// A case's samples from both sides as rows, and whether the shaper reaches the goal. Pure.

import type { Random } from "../../src/core/random.ts";
import type { Case, Goal } from "./cases.ts";
import type { Summary } from "./statistics.ts";
import { p99SpreadUs, summarise } from "./statistics.ts";
import type { Samples } from "./traffic.ts";

export type Verdict = "met" | "missed" | "no goal" | "not measured";

export interface Row {
  readonly case: string;
  /** Direction, and which burst. */
  readonly what: string;
  readonly oracle?: Summary;
  readonly shaper?: Summary;
  /** Of the oracle's p99 by chance. */
  readonly spreadUs?: number;
  readonly goal: string;
  readonly verdict: Verdict;
}

interface Bound {
  readonly quantile: "p50Us" | "p95Us" | "p99Us";
  readonly us: number;
}

const MS = 1_000;
const ms = (us: number): string => `${(us / MS).toFixed(us < 10 * MS ? 1 : 0)} ms`;

/** What may lie between oracle and shaper, each quantile for itself. */
function boundsOf(goal: Goal, oracle: Summary, spreadUs: number | undefined): readonly Bound[] {
  switch (goal.type) {
    case "floor":
      return [];
    case "quantiles": {
      const { p50Ms, p95Ms, p99Ms } = goal;
      const asked = [["p50Us", p50Ms] as const, ["p95Us", p95Ms] as const, ["p99Us", p99Ms] as const];
      return asked.flatMap(([quantile, limitMs]) => (limitMs === undefined ? [] : [{ quantile, us: limitMs * MS }]));
    }
    case "tail":
      return [{ quantile: "p99Us", us: Math.max(goal.p99Share * oracle.p99Us, 2 * (spreadUs ?? 0)) }];
    case "median":
      return [{ quantile: "p50Us", us: goal.share * oracle.p50Us + goal.plusMs * MS }];
  }
}

function judge(oracle: Summary | undefined, shaper: Summary | undefined, bounds: readonly Bound[]): Verdict {
  if (!oracle || !shaper) return "not measured";
  if (bounds.length === 0) return "no goal";
  return bounds.every(({ quantile, us }) => Math.abs(shaper[quantile] - oracle[quantile]) <= us) ? "met" : "missed";
}

/** `shaper` is absent where the shaper has no words for the network yet. */
export function rowsOf(
  one: Case,
  { oracle, shaper, random }: { readonly oracle: Samples; readonly shaper?: Samples; readonly random: Random },
): readonly Row[] {
  const names = [...new Set([...Object.keys(oracle), ...Object.keys(shaper ?? {})])];
  return names.toSorted().map((what) => {
    const [truth, ours] = [summarise(oracle[what] ?? []), summarise(shaper?.[what] ?? [])];
    const spreadUs = p99SpreadUs(oracle[what] ?? [], random);
    const bounds = truth ? boundsOf(one.goal, truth, spreadUs) : [];
    return {
      case: one.name,
      what,
      ...(truth && { oracle: truth }),
      ...(ours && { shaper: ours }),
      ...(spreadUs !== undefined && { spreadUs }),
      goal: bounds.map(({ quantile, us }) => `${quantile.slice(0, 3)} within ${ms(us)}`).join(", "),
      verdict: judge(truth, ours, bounds),
    };
  });
}
