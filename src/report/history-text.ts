// Runs of one scenario in a row: what a metric did from run to run.

import { catalogue, type MetricId } from "../metrics/catalogue.ts";
import type { Quantile, Summary } from "../metrics/quantile.ts";
import type { HistoryEntry } from "../result/history.ts";
import { absent, formatLogRatio, formatQuantile, formatShare, formatUsd, oneLine } from "./format.ts";
import { textTable, type TextColumn } from "./text-table.ts";

export interface HistoryView {
  readonly metric: MetricId;
  /** Runs shown of each line, the newest. */
  readonly last: number;
}

/** How many runs before one are what it is held against. */
const BEFORE = 10;
const bars = "▁▂▃▄▅▆▇█";
const columns: readonly TextColumn[] = [
  { header: "started (UTC)", align: "left" },
  { header: "run", align: "left" },
  { header: "commit", align: "left" },
  { header: "answered", align: "right" },
  { header: "p50", align: "right" },
  { header: "p90", align: "right" },
  { header: "against those before", align: "left" },
  { header: "$/turn", align: "right" },
  { header: "", align: "left" },
];

/** Every scenario and cell with its newest runs, oldest first; runs that may not be compared are lines of their own. */
export function historyText(entries: readonly HistoryEntry[], view: HistoryView): string {
  const { unit } = catalogue[view.metric];
  const lines = [...Map.groupBy(entries, ({ scenario, cell, identity }) => JSON.stringify([scenario, cell, identity])).values()];
  const times = Map.groupBy(lines, (line) => JSON.stringify([line[0]?.scenario, line[0]?.cell]));
  return lines
    .toSorted((a, b) => order(a).localeCompare(order(b)))
    .flatMap((line) => {
      const [first] = line as [HistoryEntry];
      const shown = line.slice(-view.last);
      const isOneOfSeveral = (times.get(JSON.stringify([first.scenario, first.cell]))?.length ?? 0) > 1;
      const among = isOneOfSeveral ? `, as it was asked from ${minute(first.startedAt)} on` : "";
      return [
        `${oneLine(first.scenario, 60)}  ${oneLine(first.cell, 60)}  ${view.metric}${unit === "ms" ? ", ms" : ""}${among}`,
        `p50 ${sparkline(shown.map(({ summary }) => summary?.p50))}   p90 ${sparkline(shown.map(({ summary }) => summary?.p90))}`,
        ...textTable(
          columns,
          shown.map((entry) => rowOf(entry, line.slice(0, line.indexOf(entry)))),
        ),
        "",
      ];
    })
    .join("\n");
}

const order = ([first]: readonly HistoryEntry[]): string => [first?.scenario, first?.cell, first?.startedAt].join("\n");
const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");

function rowOf(entry: HistoryEntry, before: readonly HistoryEntry[]): string[] {
  const { startedAt, runId, commit, answered, turns, summary, usdPerTurn, end, validity } = entry;
  const doubts = [end === "complete" ? "" : end, validity === "valid" ? "" : validity].filter((word) => word !== "");
  return [
    minute(startedAt),
    runId,
    commit?.slice(0, 8) ?? "",
    formatShare(turns === 0 ? undefined : answered / turns),
    figure(summary, "p50"),
    figure(summary, "p90"),
    againstText(summary, before),
    usdPerTurn === undefined ? "" : formatUsd(usdPerTurn),
    doubts.join(", "),
  ];
}

function figure(summary: Summary | undefined, p: "p50" | "p90"): string {
  if (!summary) return absent;
  const { [p]: value, censoredAbove } = summary;
  const quantile: Quantile = value === undefined ? (censoredAbove === undefined ? undefined : { above: censoredAbove }) : { value };
  return value !== undefined && value < 10 && !Number.isInteger(value) ? value.toFixed(2) : formatQuantile(quantile);
}

/** The median against the median of the runs before: where to look, and no verdict. */
function againstText(summary: Summary | undefined, before: readonly HistoryEntry[]): string {
  const known = before
    .slice(-BEFORE)
    .flatMap(({ summary: earlier }) => (earlier?.p50 === undefined || earlier.p50 <= 0 ? [] : [earlier.p50]))
    .toSorted((a, b) => a - b);
  const usual = known[Math.floor((known.length - 1) / 2)];
  return usual === undefined || summary?.p50 === undefined || summary.p50 <= 0 ? "" : `p50 ${formatLogRatio(Math.log(summary.p50 / usual))}`;
}

/** One bar a run, from the lowest to the highest of them; a gap where there is none. */
function sparkline(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return values.map((value) => (value === undefined ? " " : bars[high > low ? Math.round(((value - low) / (high - low)) * (bars.length - 1)) : 0])).join("");
}
