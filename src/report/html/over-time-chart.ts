// The difference of two interleaved cells in the course of their run: a lasting one, or a bad minute.

import * as Plot from "@observablehq/plot";
import { numberOf } from "../../compare/bootstrap.ts";
import type { Distribution } from "../../compare/comparison.ts";
import type { TimeSlice } from "../../compare/over-time.ts";
import { axisNumber, cellColour, figure, isNarrow } from "./chart.ts";
import type { Html } from "./markup.ts";

interface Bar {
  readonly atS: number;
  readonly change: number | undefined;
  readonly low: number;
  readonly high: number;
}

/** How far the axis goes, in times the largest difference that was seen: one wild interval is cut, so that the others can be read. */
const ROOM = 2.5;

const barOf = ({ fromS, toS, change, difference }: TimeSlice): Bar => ({
  atS: (fromS + toS) / 2,
  change,
  low: numberOf(difference.low),
  high: numberOf(difference.high),
});

/** `limit`: how large a change has to be to count, in the metric's unit. Undefined where there is no course. */
export function overTimeChart({ overTime }: Distribution, limit: number): Html | undefined {
  if (overTime.length === 0) return undefined;
  const bars = overTime.map(barOf);
  const seen = bars.flatMap(({ change }) => (change === undefined ? [] : [Math.abs(change)]));
  const most = ROOM * Math.max(limit, ...seen);
  const cut = (value: number): number => Math.max(-most, Math.min(most, value));
  const known = bars.filter(({ change }) => change !== undefined);
  const ends = bars.flatMap(({ low, high }) => [cut(low), cut(high)]);
  const turns = Math.round(overTime.reduce((sum, { baselineTurns, candidateTurns }) => sum + baselineTurns + candidateTurns, 0) / (2 * overTime.length));
  const isCut = bars.some(({ low, high }) => cut(low) !== low || cut(high) !== high);
  return figure({
    label: "Difference of the medians over the run",
    caption: `Candidate less baseline, ms, by seconds since the run's start: medians of about ${turns} turns a side, bars their 95 % intervals. Shaded: too little to count.${isCut ? " Bars that end at the edge go on." : ""}`,
    draw: (widthPx) => ({
      width: widthPx,
      height: isNarrow(widthPx) ? 220 : 250,
      marginLeft: 52,
      marginRight: 12,
      x: { domain: [overTime[0]?.fromS ?? 0, overTime.at(-1)?.toS ?? 1], ticks: isNarrow(widthPx) ? 4 : 8, tickFormat: axisNumber, label: null },
      y: { domain: [Math.min(-1.4 * limit, ...ends), Math.max(1.4 * limit, ...ends)], ticks: 5, tickFormat: axisNumber, label: null },
      marks: [
        Plot.rect([0], { y1: -limit, y2: limit, fill: "var(--line)", fillOpacity: 0.55 }),
        Plot.ruleY([0], { stroke: "var(--ink)", strokeWidth: 1.5 }),
        Plot.ruleX(bars, {
          x: "atS",
          y1: ({ low }: Bar) => cut(low),
          y2: ({ high }: Bar) => cut(high),
          stroke: cellColour(0),
          strokeWidth: 5,
          strokeOpacity: 0.4,
        }),
        Plot.line(known, { x: "atS", y: "change", stroke: cellColour(0), strokeOpacity: 0.5 }),
        Plot.dot(known, { x: "atS", y: "change", r: 4, fill: cellColour(0) }),
      ],
    }),
  });
}
