// Where the time of the slowest recoveries went, a bar each.

import * as Plot from "@observablehq/plot";
import type { RecoveryRow } from "../../metrics/recovery-row.ts";
import { causeName } from "../recoveries.ts";
import { figure, partColour, rowsHead } from "./chart.ts";
import type { Html } from "./markup.ts";

const phaseNames = ["unnoticed", "attempts and waiting", "connecting", "replay", "until heard"] as const;
const ROW_HEIGHT = 44;
const LABEL_LIFT = -12;

interface Segment {
  readonly bar: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
}

const barName = (row: RecoveryRow, index: number): string =>
  `${index + 1}. caller ${row.session + 1}${row.call > 0 ? ` call ${row.call + 1}` : ""}, ${causeName(row.cause)}${row.recovered ? "" : ", never came back"}`;

/** The phases end where the next thing is on record; one that never ended has no bar. */
function segmentsOf(row: RecoveryRow, index: number): Segment[] {
  const { detectedUs, dialledUs, sessionUs, contextUs, firstAudibleUs } = row;
  let fromMs = 0;
  return [detectedUs, dialledUs, sessionUs, contextUs, firstAudibleUs].flatMap((endUs, phase) => {
    if (endUs === undefined) return [];
    const segment = { bar: barName(row, index), fromMs, toMs: Math.max(fromMs, (endUs - row.lostUs) / 1_000), colour: partColour(phase) };
    fromMs = segment.toMs;
    return [segment];
  });
}

/** Undefined where there is nothing to draw. */
export function recoveryChart(rows: readonly RecoveryRow[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const segments = rows.flatMap(segmentsOf);
  const bars = rows.map(barName);
  const endMs = Math.max(1, ...segments.map(({ toMs }) => toMs));
  return figure({
    label: "Where the time of the slowest recoveries went",
    legend: phaseNames.map((name, index) => ({ name, colour: partColour(index) })),
    caption: `The slowest ${rows.length === 1 ? "recovery" : `${rows.length} recoveries`}, ms since the last sign of life of the old connection.`,
    draw: (widthPx) => ({
      ...rowsHead(widthPx, { rows: bars.length, rowHeightPx: ROW_HEIGHT, endMs }),
      y: { domain: bars, axis: null, padding: 0 },
      marks: [
        Plot.text(bars, { x: 0, y: (bar: string) => bar, text: (bar: string) => bar, dy: LABEL_LIFT, textAnchor: "start", fill: "var(--ink)" }),
        Plot.barX(segments, { x1: "fromMs", x2: "toMs", y: "bar", fill: "colour", insetTop: 20, insetBottom: 6 }),
      ],
    }),
  });
}
