// The one door to csv-stringify: a table as data to CSV text with full precision. What is absent is an empty cell, and a
// cell that a spreadsheet would run as a formula is quoted.

import { stringify } from "csv-stringify/sync";

export type CsvValue = string | number | undefined;

/** A column: its header and where its value comes from. */
export interface Column<Row> {
  readonly name: string;
  readonly of: (row: Row) => CsvValue;
}

export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => column.of(row)));
  return stringify([columns.map((column) => column.name), ...lines], { escape_formulas: true });
}

/** `speechEndUs` to `speech_end_us`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
