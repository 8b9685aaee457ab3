// What only some conversations have, turns with a function call and interruptions, by cell: as rows for a table and as a line.

import type { MetricId } from "../metrics/catalogue.ts";
import { samplesOf } from "../metrics/measure.ts";
import { isQuantileBacked, quantile, type Quantile } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CellView } from "./cell-view.ts";
import { absent, formatCount, formatQuantile, formatShare } from "./format.ts";

export interface ConversationRow {
  readonly name: string;
  readonly count: number;
  readonly p50: Quantile;
  /** Undefined where the turns are too few for it. */
  readonly p90: Quantile;
}

const toolMetrics = {
  "until the answer": "tool_turn",
  "first word before it": "filler",
  "until the call": "tool_decision",
  functions: "tool_round_trip",
} as const;
const interruptionMetrics = { "until silence": "barge_in_stop", "made for nobody": "unheard_audio" } as const;

function rowsOf(metrics: Readonly<Record<string, MetricId>>, turns: readonly TurnRow[]): ConversationRow[] {
  return Object.entries(metrics).flatMap(([name, metric]) => {
    const samples = samplesOf(metric, turns);
    const p90 = isQuantileBacked(samples.length, 0.9) ? quantile(samples, 0.9) : undefined;
    return samples.length > 0 ? [{ name, count: samples.length, p50: quantile(samples, 0.5), p90 }] : [];
  });
}

export const toolTurns = (view: CellView): readonly TurnRow[] => view.toolRows;
/** Turns that spoke over an answer. */
export const interruptions = (view: CellView): readonly TurnRow[] => view.rows.filter((row) => row.unheardUs !== undefined);

/** The parts of the cell's tool turns; empty without any. */
export const toolRows = (view: CellView): ConversationRow[] => rowsOf(toolMetrics, toolTurns(view));
export const interruptionRows = (view: CellView): ConversationRow[] => rowsOf(interruptionMetrics, interruptions(view));

/** Share of the interruptions whose truncation the server confirmed where it was reported. */
export function agreedShare(view: CellView): string {
  const samples = samplesOf("truncation_agreed", view.rows);
  return samples.length === 0 ? absent : formatShare(samples.reduce((sum, { value }) => sum + value, 0) / samples.length);
}

const text = ({ name, p50, p90 }: ConversationRow): string => `${name} p50 ${formatQuantile(p50)}${p90 ? ` p90 ${formatQuantile(p90)}` : ""}`;

/** `8/8 answered; until the answer p50 1,402; until the call p50 840; functions p50 149` */
export function toolText(view: CellView): string | undefined {
  const turns = toolTurns(view);
  if (turns.length === 0) return undefined;
  const answered = turns.filter((row) => row.outcome === "answered").length;
  return [`${formatCount(answered)}/${formatCount(turns.length)} answered`, ...toolRows(view).map(text)].join("; ");
}

/** `4; until silence p50 14; made for nobody p50 1,842` */
export function interruptionText(view: CellView): string | undefined {
  const turns = interruptions(view);
  return turns.length === 0 ? undefined : [formatCount(turns.length), ...interruptionRows(view).map(text)].join("; ");
}
