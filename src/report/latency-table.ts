// The table of the headline by cell, as texts: the terminal and the summary print the same one.

import type { RunRecord } from "../result/run-result.ts";
import { isQuantileBacked } from "../metrics/quantile.ts";
import { instrumentErrorMs } from "../compare/policy.ts";
import { rightCalls, rightTurns, tallyText } from "./accuracy.ts";
import { askedTurns, latencyAt, viewCells } from "./cell-view.ts";
import { shownTail } from "./findings.ts";
import { absent, formatCount, formatInterval, formatMs, formatQuantile, formatUsd, precisionMs, oneLine } from "./format.ts";
import type { TextColumn } from "./text-table.ts";

const NAME_LENGTH_MAX = 36;

export interface LatencyTable {
  readonly columns: readonly TextColumn[];
  readonly rows: readonly (readonly string[])[];
  /** What is left out and why. */
  readonly note: string | undefined;
}

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export function latencyTable(record: RunRecord): LatencyTable {
  const views = viewCells(record);
  const stepMs = precisionMs(instrumentErrorMs(record.result));
  const { ps, note } = shownTail(views);
  const axes = [...new Set(views.flatMap((view) => Object.keys(view.cell.axes)))].map((axis) => axis.split(".").at(-1));
  const judged = [
    { header: "right", of: rightTurns },
    { header: "tool ok", of: rightCalls },
  ].filter(({ of }) => views.some(of));
  const columns: TextColumn[] = [
    { header: axes.length === 1 ? (axes[0] ?? "cell") : "cell", align: "left" },
    { header: "turns", align: "right" },
    { header: "answered", align: "right" },
    { header: "p50", align: "right" },
    { header: "p90", align: "right" },
    { header: "[95 % interval]", align: "left" },
    ...ps.map((p): TextColumn => ({ header: `p${p * 100}`, align: "right" })),
    ...judged.map(({ header }): TextColumn => ({ header, align: "right" })),
    { header: "$/turn", align: "right" },
    { header: "$/min", align: "right" },
  ];
  const rows = views.map((view) => {
    const { money } = view.cell;
    const interval = formatInterval(view.p90Interval, stepMs);
    return [
      oneLine(view.name, NAME_LENGTH_MAX),
      formatCount(view.cell.turnsPlanned),
      `${formatCount(view.cell.outcomes.answered)}/${formatCount(askedTurns(view.cell))}`,
      formatQuantile(latencyAt(view, 0.5), stepMs),
      formatQuantile(latencyAt(view, 0.9), stepMs),
      interval && `[${interval}]`,
      ...ps.map((p) => (isQuantileBacked(view.latency.length, p) ? formatQuantile(latencyAt(view, p), stepMs) : absent)),
      ...judged.map(({ of }) => {
        const found = of(view);
        return found ? tallyText(found) : absent;
      }),
      money.usdPerTurn === undefined ? absent : formatUsd(money.usdPerTurn).slice(1),
      money.usdPerMinute === undefined ? absent : formatUsd(money.usdPerMinute).slice(1),
    ];
  });
  const rounded = stepMs > 1 ? `latencies are rounded to ${formatMs(stepMs)} ms, the instrument's own error` : undefined;
  const toolTurns = record.turns.filter((row) => row.kind === "tool").length;
  const apart =
    toolTurns > 0 ? `${formatCount(toolTurns)} ${plural(toolTurns, "turn", "turns")} with a tool call ${plural(toolTurns, "is", "are")} not in it` : undefined;
  const notes = [note, rounded, apart].filter((text) => text !== undefined);
  return { columns, rows, note: notes.length > 0 ? notes.join("; ") : undefined };
}
