// Columns of plain text, padded, without rules.

import { oneLine } from "./format.ts";

/** Of a text in Markdown; the files have all of it. */
const TEXT_LENGTH_MAX = 2_000;

export interface TextColumn {
  readonly header: string;
  readonly align: "left" | "right";
}

/** A table that the terminal, the summary and the page can all show. */
export interface TextTable {
  readonly columns: readonly TextColumn[];
  readonly rows: readonly (readonly string[])[];
}

/** The table's lines, two spaces between columns, nothing at the ends of lines. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((column, index) => Math.max(column.header.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (columns[index]?.align === "right" ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(columns.map((column) => column.header)), ...rows.map(line)];
}

/** A stranger's text as Markdown that means nothing but itself. */
export const escapedMarkdown = (text: string): string =>
  oneLine(text, TEXT_LENGTH_MAX)
    .replace(/[\\|`*_<>[\]#&]/g, (character) => `\\${character}`)
    .replaceAll(/\s+/g, " ");

/** The same as a Markdown table; what strangers wrote stays text. */
export function markdownTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map((column) => column.header)),
    line(columns.map((column) => (column.align === "right" ? "---:" : "---"))),
    ...rows.map((row) => line(row.map(escapedMarkdown))),
  ];
}
