// The first picture: p50 and p90 of every cell with their 95 % intervals.

import * as Plot from "@observablehq/plot";
import type { QuantileInterval } from "../../compare/bootstrap.ts";
import type { Quantile } from "../../metrics/quantile.ts";
import { latencyAt, type CellView } from "../cell-view.ts";
import { cellColour, figure, isNarrow, rowsHead } from "./chart.ts";
import type { Html } from "./markup.ts";

const ROW_HEIGHT = 46;
const LABEL_LIFT = -13;

interface Mark {
  readonly cell: string;
  readonly name: string;
  readonly colour: string;
  readonly p: number;
  /** Absent where the quantile falls among unanswered turns. */
  readonly ms: number | undefined;
  readonly lowMs: number | undefined;
  /** Where the interval ends, or absent where it is open. */
  readonly highMs: number | undefined;
}

const limitOf = (quantile: Quantile): number | undefined => quantile?.value;

function marksOf(view: CellView, index: number): Mark[] {
  const mark = (p: number, interval: QuantileInterval | undefined): Mark => ({
    cell: view.cell.id,
    name: view.name,
    colour: cellColour(index),
    p,
    ms: latencyAt(view, p)?.value,
    lowMs: limitOf(interval?.low),
    highMs: limitOf(interval?.high),
  });
  return [mark(0.5, view.p50Interval), mark(0.9, view.p90Interval)];
}

/** Undefined where no cell has a median. */
export function intervalChart(views: readonly CellView[]): Html | undefined {
  const marks = views.flatMap(marksOf);
  const known = marks.flatMap((mark) => [mark.ms, mark.lowMs, mark.highMs]).filter((ms) => ms !== undefined);
  if (known.length === 0) return undefined;
  const endMs = Math.max(...known) * 1.06;
  const names = new Map(views.map((view) => [view.cell.id, view.name]));
  const isOpen = (mark: Mark): boolean => mark.lowMs !== undefined && mark.highMs === undefined;
  const open = marks.some(isOpen) ? " An arrow: that end lies among turns that got no answer." : "";
  return figure({
    label: "Voice-to-voice latency by cell with intervals",
    caption: `Voice-to-voice, ms. Full dot p50, ring p90, bars their 95 % intervals over whole calls.${open}`,
    draw: (widthPx) => ({
      ...rowsHead(widthPx, { rows: views.length, rowHeightPx: ROW_HEIGHT, endMs }),
      y: { domain: views.map((view) => view.cell.id), axis: null },
      marks: [
        Plot.gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks: isNarrow(widthPx) ? 4 : 8 }),
        Plot.text(views, {
          x: 0,
          y: (view: CellView) => view.cell.id,
          text: (view: CellView) => names.get(view.cell.id),
          dy: LABEL_LIFT,
          textAnchor: "start",
          fill: "var(--ink)",
          stroke: "var(--paper)",
          strokeWidth: 4,
        }),
        Plot.ruleY(
          marks.filter((mark) => mark.lowMs !== undefined),
          { x1: "lowMs", x2: (mark: Mark) => mark.highMs ?? endMs, y: "cell", dy: 6, stroke: "colour", strokeWidth: 5, strokeOpacity: 0.3 },
        ),
        Plot.text(marks.filter(isOpen), { x: endMs, y: "cell", dy: 6, text: () => "▶", fill: "colour", fontSize: 10 }),
        Plot.dot(
          marks.filter((mark) => mark.p === 0.5 && mark.ms !== undefined),
          { x: "ms", y: "cell", dy: 6, r: 5, fill: "colour" },
        ),
        Plot.dot(
          marks.filter((mark) => mark.p === 0.9 && mark.ms !== undefined),
          { x: "ms", y: "cell", dy: 6, r: 4.5, fill: "var(--paper)", stroke: "colour", strokeWidth: 2 },
        ),
      ],
    }),
  });
}
