// How much slower or faster, with its interval: a bar against the line of no change and the band of what does not count as one.

import * as Plot from "@observablehq/plot";
import { numberOf } from "../../compare/bootstrap.ts";
import type { AnsweredComparison, PairComparison, Verdict } from "../../compare/comparison.ts";
import type { Policy } from "../../compare/policy.ts";
import { changeScale, drawnChanges, type DrawnChange } from "../change-scale.ts";
import { judgementText, rowName } from "../comparison-words.ts";
import { formatLogRatio } from "../format.ts";
import { figure, isNarrow, rowsFrame, type Drawing } from "./chart.ts";
import type { Html } from "./markup.ts";
import { verdictTones } from "./verdict-word.ts";

const ROW_HEIGHT = 46;
const LABEL_LIFT = -13;
/** Between the numbers of the axis. */
const TICK_SPACE = 52;
const tickPercents = [0, 10, -10, 20, -20, 30, -30, 50, -50, 100, -75, 200, 300];

const colourOf = (verdict: Verdict | undefined): string => (verdict ? `var(--${verdictTones[verdict]})` : "var(--soft)");

interface Bar {
  readonly name: string;
  readonly said: string;
  readonly colour: string;
  readonly low: number;
  readonly high: number;
  readonly isLowOpen: boolean;
  readonly isHighOpen: boolean;
  readonly point?: number;
}

interface Bars {
  readonly bars: readonly Bar[];
  readonly from: number;
  readonly to: number;
  /** From where to where nothing counts as a change; an open side goes on. */
  readonly band: readonly [number, number];
  readonly ticks: (widthPx: number) => readonly number[];
  readonly tickFormat: (value: number) => string;
  /** How much further the bars reach once drift is allowed for. */
  readonly drift: number;
}

function drawing({ bars, from, to, band, ticks, tickFormat, drift }: Bars, widthPx: number): Drawing {
  const inside = (value: number): number => Math.min(to, Math.max(from, value));
  const label = { y: "name", dy: LABEL_LIFT, stroke: "var(--paper)", strokeWidth: 4 } as const;
  return {
    ...rowsFrame(widthPx, bars.length * ROW_HEIGHT),
    marginLeft: 14,
    x: { domain: [from, to], ticks: [...ticks(widthPx)], tickFormat, label: null },
    y: { domain: bars.map(({ name }) => name), axis: null },
    marks: [
      Plot.rect([0], { x1: inside(band[0]), x2: inside(band[1]), fill: "var(--line)", fillOpacity: 0.55 }),
      Plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1.5 }),
      Plot.text(bars, { ...label, x: from, text: "name", textAnchor: "start", fill: "var(--ink)" }),
      Plot.text(bars, { ...label, x: to, text: "said", textAnchor: "end", fill: "colour" }),
      Plot.ruleY(drift > 0 ? bars : [], {
        x1: ({ low }: Bar) => inside(low - drift),
        x2: ({ high }: Bar) => inside(high + drift),
        y: "name",
        dy: 6,
        stroke: "colour",
      }),
      Plot.ruleY(bars, { x1: "low", x2: "high", y: "name", dy: 6, stroke: "colour", strokeWidth: 7, strokeOpacity: 0.45 }),
      Plot.text(
        bars.filter(({ isLowOpen }) => isLowOpen),
        { x: from, y: "name", dy: 6, text: () => "◀", fill: "colour", fontSize: 11 },
      ),
      Plot.text(
        bars.filter(({ isHighOpen }) => isHighOpen),
        { x: to, y: "name", dy: 6, text: () => "▶", fill: "colour", fontSize: 11 },
      ),
      Plot.dot(
        bars.filter(({ point }) => point !== undefined),
        { x: "point", y: "name", dy: 6, r: 5, fill: "colour" },
      ),
    ],
  };
}

const barOf = ({ row, ...drawn }: DrawnChange): Bar => ({ ...drawn, name: rowName(row), said: judgementText(row), colour: colourOf(row.verdict) });

/** Percents that stand far enough apart, those around no change first. */
function percentTicks(from: number, to: number, widthPx: number): readonly number[] {
  const chosen: number[] = [];
  const apart = (TICK_SPACE / widthPx) * (to - from);
  for (const tick of tickPercents.map((percent) => Math.log1p(percent / 100))) {
    if (tick >= from && tick <= to && chosen.every((other) => Math.abs(other - tick) >= apart)) chosen.push(tick);
  }
  return chosen;
}

/** Undefined where nothing has an interval. */
export function changeChart({ quantiles }: PairComparison, policy: Policy): Html | undefined {
  const scale = changeScale(quantiles, policy);
  const bars = drawnChanges(quantiles, scale).map(barOf);
  if (bars.length === 0) return undefined;
  const drift = Math.log1p(policy.driftAllowance);
  const isOpen = bars.some(({ isLowOpen, isHighOpen }) => isLowOpen || isHighOpen);
  const caption = [
    `Change against the baseline. Dot: observed. Bar: 95 % interval. Shaded: less than ${Math.round(policy.relative * 100)} % either way. A regression lies right of it with its whole bar.`,
    ...(drift > 0 ? [`Thin ends: ${Math.round(policy.driftAllowance * 100)} % for the drift that two runs may have; they must clear it too.`] : []),
    ...(isOpen ? ["An arrow: that end is further out, or among turns without an answer."] : []),
  ];
  return figure({
    label: "Change of each figure with its interval",
    caption: caption.join(" "),
    draw: (widthPx) =>
      drawing(
        {
          bars,
          ...scale,
          band: [-scale.limit, scale.limit],
          ticks: (width) => percentTicks(scale.from, scale.to, width),
          tickFormat: (value) => (value === 0 ? "0" : formatLogRatio(value)),
          drift,
        },
        widthPx,
      ),
  });
}

const points = (share: number): string => `${share > 0 ? "+" : share < 0 ? "-" : ""}${Math.round(Math.abs(share) * 1_000) / 10}`;

/** The share of turns that were answered, in points. */
export function answeredChart(answered: AnsweredComparison, { answeredDrop, answeredExcludedDrop }: Policy): Html {
  const { baseline, candidate, difference, verdict } = answered;
  const [low, high] = [numberOf(difference.low), numberOf(difference.high)];
  const from = Math.min(-1.6 * answeredExcludedDrop, low);
  const to = Math.max(0.6 * answeredExcludedDrop, high);
  const point = candidate.answered / candidate.asked - baseline.answered / baseline.asked;
  const bar = { name: "answered turns", said: verdict, colour: colourOf(verdict), low, high, isLowOpen: false, isHighOpen: false, point };
  const ticks = (widthPx: number): readonly number[] =>
    [-1, -0.5, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
      .filter((tick) => tick >= from && tick <= to)
      .filter(
        (tick, index, all) => index === 0 || tick === 0 || (tick - (all[index - 1] as number)) / (to - from) > TICK_SPACE / (isNarrow(widthPx) ? 340 : 760),
      );
  return figure({
    label: "Change of the share of answered turns",
    caption: `Points more or less than the baseline's share. Shaded: a drop of less than ${Math.round(answeredExcludedDrop * 100)} points; ok lies in it with its whole bar. A regression lies left of 0 with its whole bar, and is a drop of more than ${Math.round(answeredDrop * 100)}.`,
    draw: (widthPx) => drawing({ bars: [bar], from, to, band: [-answeredExcludedDrop, to], ticks, tickFormat: points, drift: 0 }, widthPx),
  });
}
