// Effort against what it brings: a point a cell, with intervals both ways. Of money, over whole calls; of right answers, Wilson's.

import { wilson } from "../compare/answered.ts";
import { rightTurns } from "./accuracy.ts";
import { latencyAt, type CellView } from "./cell-view.ts";

export interface FrontierPoint {
  readonly view: CellView;
  /** Dollars a turn, or the share of turns as expected. */
  readonly x: number;
  readonly xLow: number;
  readonly xHigh: number;
  /** Median of voice_to_voice, ms; an end is absent where it lies among unanswered turns. */
  readonly ms: number;
  readonly msLow: number | undefined;
  readonly msHigh: number | undefined;
}

const Z_95 = 1.96;

/** Mean dollars of a priced turn with the interval of a mean over calls, which are independent where turns are not. */
export function moneyPerTurn({ rows }: Pick<CellView, "rows">): Pick<FrontierPoint, "x" | "xLow" | "xHigh"> | undefined {
  const calls = [...Map.groupBy(rows, ({ session, call }) => `${session}/${call}`).values()].flatMap((turns) => {
    const priced = turns.flatMap(({ costMicroUsd }) => (typeof costMicroUsd === "number" ? [costMicroUsd / 1e6] : []));
    return priced.length > 0 ? [{ usd: priced.reduce((sum, usd) => sum + usd, 0), turns: priced.length }] : [];
  });
  const turns = calls.reduce((sum, call) => sum + call.turns, 0);
  if (turns === 0) return undefined;
  const x = calls.reduce((sum, call) => sum + call.usd, 0) / turns;
  // The ratio of two sums, linearised: what each call lies off the mean, squared.
  const squares = calls.reduce((sum, call) => sum + (call.usd - x * call.turns) ** 2, 0);
  const half = calls.length < 2 ? 0 : (Z_95 * Math.sqrt((squares * calls.length) / (calls.length - 1))) / turns;
  return { x, xLow: Math.max(0, x - half), xHigh: x + half };
}

function accuracyOf(view: CellView): Pick<FrontierPoint, "x" | "xLow" | "xHigh"> | undefined {
  const right = rightTurns(view);
  if (!right) return undefined;
  const x = right.met / right.of;
  const { low, high } = wilson(x, right.of);
  return { x, xLow: low, xHigh: high };
}

/** The cells that have both; empty unless they have several efforts. */
export function frontierPoints(views: readonly CellView[], by: "money" | "accuracy"): readonly FrontierPoint[] {
  const points = views.flatMap((view): FrontierPoint[] => {
    const across = by === "money" ? moneyPerTurn(view) : accuracyOf(view);
    const ms = latencyAt(view, 0.5)?.value;
    if (!across || ms === undefined) return [];
    return [{ view, ...across, ms, msLow: view.p50Interval?.low.value, msHigh: view.p50Interval?.high.value }];
  });
  return new Set(points.map(({ view }) => view.cell.effort)).size > 1 ? points : [];
}
