// Rows as a table in Markdown, which reads as text too. Pure.

import type { Row } from "./judge.ts";
import type { Summary } from "./statistics.ts";
import { quantileNames } from "./statistics.ts";

const header = "case,way,n K / S,K p50,p95,p99,max,S p50,p95,p99,max,S-K p50,p95,p99,K's chance p95,p99,may be off by,goal".split(",");
/** Columns of words; the others are numbers. */
const words = new Set([0, 1, 16, 17]);

const ms = (us: number): string => (us / 1_000).toFixed(us < 1_000_000 ? 2 : 0);
const signed = (us: number): string => `${us < 0 ? "" : "+"}${ms(us)}`;

function valuesOf(summary: Summary | undefined): readonly string[] {
  return summary ? [...quantileNames.map((name) => ms(summary.us[name])), ms(summary.maxUs)] : ["-", "", "", ""];
}

function cells({ case: name, what, oracle, shaper, chanceUs, limits, verdict }: Row): readonly string[] {
  const errors = quantileNames.map((quantile) => (oracle && shaper ? signed(shaper.us[quantile] - oracle.us[quantile]) : ""));
  const counts = `${oracle?.count ?? 0} / ${shaper?.count ?? 0}`;
  const chance = chanceUs ? [ms(chanceUs.p95), ms(chanceUs.p99)] : ["", ""];
  const goal = limits.map(({ quantile, us }) => `${quantile} ${ms(us)}`).join(", ");
  return [name, what, counts, ...valuesOf(oracle), ...valuesOf(shaper), ...errors, ...chance, goal, verdict];
}

export function tableText(rows: readonly Row[]): string {
  const lines = rows.map(cells);
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (text: string, column: number): string => (words.has(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0));
  const line = (parts: readonly string[]): string => `| ${parts.map(pad).join(" | ")} |`;
  const rule = widths.map((width, column) => (words.has(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), line(rule), ...lines.map(line)].join("\n");
}
