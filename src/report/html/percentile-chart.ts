// Latency by percentile, the tail drawn wide: 90, 99 and 99.9 are as far apart from each other as 0 from 90.

import * as Plot from "@observablehq/plot";
import { ninesOf, percentileCurve, type CurvePoint } from "../../metrics/percentile-curve.ts";
import type { CellView } from "../cell-view.ts";
import { axisNumber, cellColour, cellColours, figure, isNarrow, type LegendEntry } from "./chart.ts";
import type { Html } from "./markup.ts";

const ticks = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999];

export interface NamedCurve extends LegendEntry {
  readonly points: readonly CurvePoint[];
  /** Whether turns without an answer rank above its end. */
  readonly isOpen: boolean;
}

interface Point {
  readonly curve: number;
  readonly colour: string;
  readonly nines: number;
  readonly ms: number;
}

/** Undefined where no curve has a point. */
export function percentileFigure(curves: readonly NamedCurve[], caption: { readonly label: string; readonly text: string }): Html | undefined {
  const lines = curves.map(({ points, colour }, curve) => points.map(({ p, value }): Point => ({ curve, colour, nines: ninesOf(p), ms: value })));
  const points = lines.flat();
  if (points.length === 0) return undefined;
  const furthest = Math.max(...points.map((point) => point.nines));
  const open = lines.flatMap((line, index) => (curves[index]?.isOpen ? line.slice(-1) : []));
  const shown = ticks.filter((p) => ninesOf(p) <= furthest * 1.02);
  const ending = open.length > 0 ? " A curve ends in a ring where the slower turns got no answer." : "";
  return figure({
    label: caption.label,
    legend: curves,
    caption: `${caption.text}${ending}`,
    draw: (widthPx) => ({
      width: widthPx,
      height: isNarrow(widthPx) ? 260 : 320,
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
        Plot.lineY(points, { x: "nines", y: "ms", z: "curve", stroke: "colour", strokeWidth: 2 }),
        Plot.dot(open, { x: "nines", y: "ms", r: 4.5, stroke: "colour", fill: "var(--paper)", strokeWidth: 2 }),
      ],
    }),
  });
}

/** Of the cells of a run. */
export function percentileChart(views: readonly CellView[]): Html | undefined {
  const drawn = views.slice(0, cellColours);
  const left = views.length > drawn.length ? ` The first ${drawn.length} of ${views.length} cells; the table has all.` : "";
  const curves = drawn.map(({ name, latency }, index) => ({
    name,
    colour: cellColour(index),
    points: percentileCurve(latency),
    isOpen: latency.some((sample) => sample.censored),
  }));
  return percentileFigure(curves, { label: "Voice-to-voice latency by percentile", text: `Voice-to-voice, ms, by percentile of turns.${left}` });
}
