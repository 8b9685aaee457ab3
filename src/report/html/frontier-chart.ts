// What an effort costs and brings: latency against money, and against right answers, a named point a cell.

import * as Plot from "@observablehq/plot";
import type { CellView } from "../cell-view.ts";
import { formatShare, formatUsd } from "../format.ts";
import { frontierPoints, type FrontierPoint } from "../frontier.ts";
import { axisNumber, cellColour, cellColours, figure } from "./chart.ts";
import { html, type Html } from "./markup.ts";

const ROOM = 0.12;
const [MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM] = [46, 18, 20, 30];
/** About what a letter of a name takes, px. */
const LETTER_WIDTH = 6.6;
const LINE_HEIGHT = 15;
/** Where a name may stand, beside its point. */
const places = [
  { dx: 8, dy: -10, textAnchor: "start" },
  { dx: 8, dy: 12, textAnchor: "start" },
  { dx: -8, dy: -10, textAnchor: "end" },
  { dx: -8, dy: 12, textAnchor: "end" },
] as const;

const heightAt = (widthPx: number): number => (widthPx < 500 ? 240 : 280);

/** The range of the values with some room around it. */
function spanOf(values: readonly number[], least: number): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * ROOM, Math.abs(high) * 0.02, 1e-9);
  return [Math.max(least, low - room), high + room];
}

interface Named {
  readonly name: string;
  readonly x: number;
  readonly ms: number;
}

interface Canvas {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly xs: readonly [number, number];
  readonly ys: readonly [number, number];
}

/** The names that find room, each at its place; the others are in the legend. */
function placedNames(points: readonly Named[], { widthPx, heightPx, xs, ys }: Canvas): readonly (Named & (typeof places)[number])[] {
  const taken: { readonly left: number; readonly right: number; readonly y: number }[] = [];
  return points.flatMap((point) => {
    const x = MARGIN_LEFT + ((point.x - xs[0]) / (xs[1] - xs[0])) * (widthPx - MARGIN_LEFT - MARGIN_RIGHT);
    const y = heightPx - MARGIN_BOTTOM - ((point.ms - ys[0]) / (ys[1] - ys[0])) * (heightPx - MARGIN_TOP - MARGIN_BOTTOM);
    const width = point.name.length * LETTER_WIDTH;
    for (const place of places) {
      const left = place.textAnchor === "start" ? x + place.dx : x + place.dx - width;
      const box = { left, right: left + width, y: y + place.dy };
      const isFree = taken.every((other) => other.right < box.left || box.right < other.left || Math.abs(other.y - box.y) >= LINE_HEIGHT);
      if (!isFree || box.left < MARGIN_LEFT || box.right > widthPx) continue;
      taken.push(box);
      return [{ ...point, ...place }];
    }
    return [];
  });
}

function frontier(points: readonly FrontierPoint[], by: "money" | "accuracy"): Html | undefined {
  if (points.length === 0) return undefined;
  const drawn = points.slice(0, cellColours).map((point, index) => ({ ...point, name: point.view.name, colour: cellColour(index) }));
  const xs = spanOf(
    drawn.flatMap(({ x, xLow, xHigh }) => [x, xLow, xHigh]),
    0,
  );
  const ys = spanOf(
    drawn.flatMap(({ ms, msLow = ms, msHigh = ms }) => [ms, msLow, msHigh]),
    0,
  );
  const format = by === "money" ? formatUsd : formatShare;
  const what = by === "money" ? "dollars a turn" : "turns as expected";
  const legend = drawn.map(({ name, colour }) => ({ name, colour }));
  return figure({
    legend,
    label: `Voice-to-voice against ${what}`,
    caption: `Voice-to-voice p50, ms, against ${what}; lines are 95 % intervals${by === "money" ? " over whole calls" : ""}.${drawn.length < points.length ? ` The first ${drawn.length} of ${points.length} cells.` : ""} Lower is sooner, ${by === "money" ? "further left is cheaper" : "further right is right more often"}.`,
    draw: (widthPx) => ({
      width: widthPx,
      height: heightAt(widthPx),
      marginLeft: MARGIN_LEFT,
      marginRight: MARGIN_RIGHT,
      marginTop: MARGIN_TOP,
      marginBottom: MARGIN_BOTTOM,
      x: { domain: xs, ticks: widthPx < 500 ? 3 : 6, tickFormat: (x: number) => format(x), label: null },
      y: { domain: ys, ticks: 5, tickFormat: axisNumber, label: null },
      marks: [
        Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
        Plot.ruleY(drawn, { y: "ms", x1: "xLow", x2: "xHigh", stroke: "colour", strokeWidth: 2, strokeOpacity: 0.5 }),
        Plot.ruleX(
          drawn.filter(({ msLow, msHigh }) => msLow !== undefined && msHigh !== undefined),
          { x: "x", y1: "msLow", y2: "msHigh", stroke: "colour", strokeWidth: 2, strokeOpacity: 0.5 },
        ),
        Plot.dot(drawn, { x: "x", y: "ms", r: 5, fill: "colour" }),
        ...placedNames(drawn, { widthPx, heightPx: heightAt(widthPx), xs, ys }).map((named) =>
          Plot.text([named], {
            x: "x",
            y: "ms",
            text: "name",
            dx: named.dx,
            dy: named.dy,
            textAnchor: named.textAnchor,
            fill: "var(--ink)",
            stroke: "var(--paper)",
            strokeWidth: 4,
          }),
        ),
      ],
    }),
  });
}

/** Undefined where the run has one effort, or knows neither its money nor whether it was right. */
export function frontierCharts(views: readonly CellView[]): Html | undefined {
  const charts = (["money", "accuracy"] as const).flatMap((by) => frontier(frontierPoints(views, by), by) ?? []);
  return charts.length > 0 ? html`${charts}` : undefined;
}
