// Rows as a table in Markdown, which reads as text too. Pure.

import type { Row } from "./judge.ts";
import type { Summary } from "./statistics.ts";

const header = ["case", "way", "n K / S", "K p50", "p95", "p99", "max", "S p50", "p95", "p99", "max", "S-K p50", "p95", "p99", "K by chance", "goal", ""];
/** Columns of words; the others are numbers. */
const words = new Set([0, 1, 15, 16]);

const ms = (us: number): string => (us / 1_000).toFixed(us < 1_000_000 ? 2 : 0);
const signed = (us: number): string => `${us < 0 ? "" : "+"}${ms(us)}`;
const quantiles = ["p50Us", "p95Us", "p99Us"] as const;

function valuesOf(summary: Summary | undefined): readonly string[] {
  return summary ? [...quantiles.map((name) => ms(summary[name])), ms(summary.maxUs)] : ["not yet", "", "", ""];
}

function cells({ case: name, what, oracle, shaper, spreadUs, goal, verdict }: Row): readonly string[] {
  const errors = quantiles.map((quantile) => (oracle && shaper ? signed(shaper[quantile] - oracle[quantile]) : ""));
  const counts = `${oracle?.count ?? 0} / ${shaper?.count ?? 0}`;
  return [name, what, counts, ...valuesOf(oracle), ...valuesOf(shaper), ...errors, spreadUs === undefined ? "" : ms(spreadUs), goal, verdict];
}

export function tableText(rows: readonly Row[]): string {
  const lines = rows.map(cells);
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (text: string, column: number): string => (words.has(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0));
  const line = (parts: readonly string[]): string => `| ${parts.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (words.has(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), line(rule), ...lines.map(line)].join("\n");
}
