// Latency over the run's time, a dot a turn, so that warming up, drift and a bad minute show.

import * as Plot from "@observablehq/plot";
import { measure } from "../../metrics/measure.ts";
import { headline, type CellView } from "../cell-view.ts";
import { formatCount } from "../format.ts";
import { axisNumber, cellColour, cellColours, figure } from "./chart.ts";
import type { Html } from "./markup.ts";

const DOTS_MAX = 1_200;
const CROSSES_MAX = 200;

interface Dot {
  readonly atS: number;
  readonly ms: number;
  readonly colour: string;
  readonly censored: boolean;
}

/** Every k-th dot in the order of time: the same ones each time, and no stretch of the run is left out. */
function thinned(dots: readonly Dot[], most: number): readonly Dot[] {
  const step = Math.ceil(dots.length / most);
  return step <= 1 ? dots : dots.filter((_, index) => index % step === 0);
}

function dotsOf(view: CellView, index: number): Dot[] {
  return view.plainRows.flatMap((row) => {
    const sample = measure(headline, row);
    if (!sample || row.speechEndUs === undefined) return [];
    return [{ atS: row.speechEndUs / 1e6, ms: sample.value, colour: cellColour(index), censored: sample.censored }];
  });
}

export function timelineChart(views: readonly CellView[]): Html | undefined {
  const all = views
    .slice(0, cellColours)
    .flatMap(dotsOf)
    .sort((a, b) => a.atS - b.atS);
  if (all.length === 0) return undefined;
  const answered = all.filter((dot) => !dot.censored);
  const lost = all.filter((dot) => dot.censored);
  const [dots, crosses] = [thinned(answered, DOTS_MAX), thinned(lost, CROSSES_MAX)];
  const topMs = answered.reduce((top, dot) => Math.max(top, dot.ms), 1) * 1.12;
  const endS = all.at(-1)?.atS ?? 0;
  const drawn = dots.length + crosses.length;
  const thin = drawn < all.length ? ` ${formatCount(drawn)} of ${formatCount(all.length)} turns are drawn, evenly over time.` : "";
  const left = views.length > cellColours ? ` The first ${cellColours} of ${views.length} cells.` : "";
  return figure({
    label: "Voice-to-voice latency over time",
    legend: views.slice(0, cellColours).map((view, index) => ({ name: view.name, colour: cellColour(index) })),
    caption: `Voice-to-voice, ms, by seconds since the run's start.${crosses.length > 0 ? " A cross on the top line is a turn without an answer." : ""}${thin}${left}`,
    draw: (widthPx) => ({
      width: widthPx,
      height: widthPx < 500 ? 240 : 280,
      marginLeft: 46,
      marginRight: 10,
      x: { domain: [0, endS], ticks: widthPx < 500 ? 4 : 8, tickFormat: axisNumber, label: null },
      y: { domain: [0, topMs], ticks: 5, tickFormat: axisNumber, label: null },
      marks: [
        Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
        Plot.dot(dots, { x: "atS", y: "ms", fill: "colour", r: 2, fillOpacity: 0.55 }),
        Plot.dot(crosses, { x: "atS", y: topMs, stroke: "colour", symbol: "times", r: 4, strokeWidth: 2 }),
      ],
    }),
  });
}
