// Intervals drawn with characters, for a terminal and for a pull request, which shows no picture that is not somewhere on the web.

import type { PairComparison } from "../compare/comparison.ts";
import type { Policy } from "../compare/policy.ts";
import { changeScale, drawnChanges, type ChangeScale, type DrawnChange } from "./change-scale.ts";
import { judgementText, rowName } from "./comparison-words.ts";
import { formatLogRatio } from "./format.ts";

const WIDTH = 49;

/** A line each: name, interval over zero and what counts as a change, verdict. Nothing where there is no interval. */
export function intervalLines({ quantiles }: PairComparison, policy: Policy): string[] {
  const scale = changeScale(quantiles, policy);
  const drawn = drawnChanges(quantiles, scale);
  if (drawn.length === 0) return [];
  const nameWidth = Math.max(...drawn.map(({ row }) => rowName(row).length));
  const share = Math.round(policy.relative * 100);
  return [
    `${" ".repeat(nameWidth)}  ${headOf(scale)}`.trimEnd(),
    ...drawn.map((change) => `${rowName(change.row).padEnd(nameWidth)}  ${lineOf(change, scale)}  ${judgementText(change.row)}`),
    `${" ".repeat(nameWidth)}  ├─●─┤ 95 % interval   │ no change   ┊ ${share} % either way`,
  ];
}

const columnOf = (value: number, { from, to }: ChangeScale): number => Math.round(((value - from) / (to - from)) * (WIDTH - 1));

/** The marks' names, each where there is room for it beside the ones that matter more. */
function headOf(scale: ChangeScale): string {
  const cells = Array.from({ length: WIDTH }, () => " ");
  for (const [value, text] of [[0, "0"], ...[scale.limit, -scale.limit].map((limit) => [limit, formatLogRatio(limit)] as const)] as const) {
    const at = Math.min(WIDTH - text.length, Math.max(0, columnOf(value, scale) - Math.floor(text.length / 2)));
    const around = cells.slice(Math.max(0, at - 1), at + text.length + 1);
    if (around.every((cell) => cell === " ")) cells.splice(at, text.length, ...Array.from(text));
  }
  return cells.join("");
}

function lineOf({ low, high, isLowOpen, isHighOpen, point }: DrawnChange, scale: ChangeScale): string {
  const cells = Array.from({ length: WIDTH }, () => " ");
  const [zero, from, to] = [0, low, high].map((value) => columnOf(value, scale)) as [number, number, number];
  for (const limit of [-scale.limit, scale.limit]) cells[columnOf(limit, scale)] = "┊";
  cells[zero] = "│";
  cells.fill("─", from, to + 1);
  if (zero > from && zero < to) cells[zero] = "┼";
  cells[from] = isLowOpen ? "◀" : "├";
  cells[to] = isHighOpen ? "▶" : "┤";
  if (point !== undefined) cells[columnOf(point, scale)] = "●";
  return cells.join("");
}
