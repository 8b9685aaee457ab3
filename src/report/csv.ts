// The one door to csv-stringify: a table as data to CSV text with full precision. What is absent is an empty cell, and a
// cell that a spreadsheet would run as a formula is quoted.

import { stringify } from "csv-stringify/sync";

export type CsvValue = string | number | undefined;

/** A column: its header and where its value comes from. */
export interface Column<Row> {
  readonly name: string;
  readonly of: (row: Row) => CsvValue;
}

const ROWS_PER_PIECE = 2_000;

/** The table piece by piece, for one that may be larger than a text can be. */
export function* csvPieces<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Generator<string> {
  yield `${columns.map(({ name }) => cellText(name)).join(",")}\n`;
  for (let from = 0; from < rows.length; from += ROWS_PER_PIECE) {
    let piece = "";
    for (const row of rows.slice(from, from + ROWS_PER_PIECE)) piece += lineOf(columns, row);
    yield piece;
  }
}

/** One text that grows: a list of cells to join would take a third as long again. */
function lineOf<Row>(columns: readonly Column<Row>[], row: Row): string {
  let line = "";
  for (const { of } of columns) line += `${cellText(of(row))},`;
  return `${line.slice(0, -1)}\n`;
}

export const toCsv = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string => [...csvPieces(columns, rows)].join("");

/** No formula, and nothing to quote. */
const PLAIN = /^[^=+\-@\t\r\n",\uff1d\uff0b\uff0d\uff20][^",\r\n]*$/;

/**
 * The value as it stands in a file. csv-stringify decides on every text that may need quotes or could be a formula; it looks at each cell for
 * a long time, and of a run's millions of cells nearly all are numbers, empty or a plain word.
 */
function cellText(value: CsvValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  return value === "" || PLAIN.test(value) ? value : stringify([[value]], { escape_formulas: true, eof: false });
}

/** `speechEndUs` to `speech_end_us`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
