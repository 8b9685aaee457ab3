// Latency by percentile, the tail drawn wide: 90, 99 and 99.9 are as far apart from each other as 0 from 90.

import * as Plot from "@observablehq/plot";
import type { CellView } from "../cell-view.ts";
import { axisNumber, cellColour, cellColours, figure } from "./chart.ts";
import type { Html } from "./markup.ts";

const POINTS_MAX = 120;
const ticks = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999];

interface Point {
  readonly cell: string;
  readonly colour: string;
  /** -log10(1 - p). */
  readonly nines: number;
  readonly ms: number;
}

const ninesOf = (p: number): number => -Math.log10(1 - p);

/** The answered samples in rank order, evenly spread over the axis; a censored sample takes its rank and is not drawn. */
function curveOf(view: CellView, index: number): Point[] {
  const count = view.latency.length;
  const answered = view.latency.filter((sample) => !sample.censored).length;
  if (answered === 0) return [];
  const at = (rank: number): Point => ({
    cell: view.cell.id,
    colour: cellColour(index),
    nines: ninesOf((rank + 0.5) / count),
    ms: view.latency[rank]?.value ?? 0,
  });
  const last = at(answered - 1).nines;
  const ranks = Array.from({ length: POINTS_MAX + 1 }, (_, step) => Math.min(answered - 1, Math.floor(count * (1 - 10 ** -((last * step) / POINTS_MAX)))));
  return [...new Set(ranks)].map(at);
}

export function percentileChart(views: readonly CellView[]): Html | undefined {
  const drawn = views.slice(0, cellColours);
  const curves = drawn.map(curveOf);
  const points = curves.flat();
  if (points.length === 0) return undefined;
  const furthest = Math.max(...points.map((point) => point.nines));
  const open = drawn.flatMap((view, index) => (view.latency.some((sample) => sample.censored) ? (curves[index]?.slice(-1) ?? []) : []));
  const shown = ticks.filter((p) => ninesOf(p) <= furthest * 1.02);
  const left = views.length > drawn.length ? ` The first ${drawn.length} of ${views.length} cells; the table has all.` : "";
  const ending = open.length > 0 ? " A curve ends in a ring where the slower turns got no answer." : "";
  return figure({
    label: "Voice-to-voice latency by percentile",
    legend: drawn.map((view, index) => ({ name: view.name, colour: cellColour(index) })),
    caption: `Voice-to-voice, ms, by percentile of turns.${ending}${left}`,
    draw: (widthPx) => ({
      width: widthPx,
      height: widthPx < 500 ? 260 : 320,
      marginLeft: 46,
      marginRight: 18,
      x: {
        domain: [0, furthest],
        ticks: shown.map(ninesOf),
        tickFormat: (nines: number) => String(Number(((1 - 10 ** -nines) * 100).toFixed(2))),
        label: null,
      },
      y: { domain: [0, Math.max(...points.map((point) => point.ms)) * 1.04], tickFormat: axisNumber, ticks: 5, label: null },
      marks: [
        Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
        Plot.gridX(shown.map(ninesOf), { stroke: "var(--line)", strokeOpacity: 1 }),
        Plot.lineY(points, { x: "nines", y: "ms", z: "cell", stroke: "colour", strokeWidth: 2 }),
        Plot.dot(open, { x: "nines", y: "ms", r: 4.5, stroke: "colour", fill: "var(--paper)", strokeWidth: 2 }),
      ],
    }),
  });
}
