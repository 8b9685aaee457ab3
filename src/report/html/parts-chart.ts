// Where the time of a typical turn goes, one bar a cell.

import * as Plot from "@observablehq/plot";
import type { CellView } from "../cell-view.ts";
import { formatMs } from "../format.ts";
import { partNames, TYPICAL_SHARE, typicalParts } from "../parts.ts";
import { axisNumber, figure, partColour } from "./chart.ts";
import type { Html } from "./markup.ts";

const ROW_HEIGHT = 50;
const LABEL_LIFT = -14;
/** Pixels that a number in a bar needs. */
const NUMBER_WIDTH = 42;

interface Segment {
  readonly cell: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
  readonly ink: string;
  readonly text: string;
}

function segmentsOf(view: CellView): Segment[] {
  const parts = typicalParts(view);
  if (!parts) return [];
  let atMs = 0;
  return partNames.map((name, index) => {
    const fromMs = atMs;
    atMs += parts[name];
    return { cell: view.cell.id, fromMs, toMs: atMs, colour: partColour(index), ink: `var(--on-part-${index + 1})`, text: formatMs(parts[name]) };
  });
}

export function partsChart(views: readonly CellView[]): Html | undefined {
  const segments = views.flatMap(segmentsOf);
  if (segments.length === 0) return undefined;
  const shown = views.filter((view) => segments.some((segment) => segment.cell === view.cell.id));
  const endMs = Math.max(...segments.map((segment) => segment.toMs));
  return figure({
    label: "Where the time of a typical turn goes",
    legend: partNames.map((name, index) => ({ name, colour: partColour(index) })),
    caption: `A typical turn, ms: means over the ${TYPICAL_SHARE * 100} % of answered turns around the median, whose parts add up.`,
    draw: (widthPx) => {
      const innerWidth = widthPx - 16;
      const fits = (segment: Segment): boolean => ((segment.toMs - segment.fromMs) / endMs) * innerWidth > NUMBER_WIDTH;
      return {
        width: widthPx,
        height: 34 + shown.length * ROW_HEIGHT,
        marginLeft: 2,
        marginRight: 14,
        marginTop: 4,
        x: { domain: [0, endMs], tickFormat: axisNumber, ticks: widthPx < 500 ? 4 : 8, label: null },
        y: { domain: shown.map((view) => view.cell.id), axis: null, padding: 0 },
        marks: [
          Plot.text(shown, { x: 0, y: (view: CellView) => view.cell.id, text: "name", dy: LABEL_LIFT, textAnchor: "start", fill: "var(--ink)" }),
          Plot.barX(segments, { x1: "fromMs", x2: "toMs", y: "cell", fill: "colour", insetTop: 21, insetBottom: 8, insetRight: 1 }),
          Plot.text(segments.filter(fits), { x: (segment: Segment) => (segment.fromMs + segment.toMs) / 2, y: "cell", dy: 6.5, text: "text", fill: "ink" }),
        ],
      };
    },
  });
}
