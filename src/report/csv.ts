// A table as data to CSV text (RFC 4180) with full precision. What is absent is an empty cell, and a text that a spreadsheet would
// run as a formula begins with an apostrophe. Written here because a run of 100,000 turns has thirteen million cells.

export type CsvValue = string | number | undefined;

/** A column: its header and where its value comes from. */
export interface Column<Row> {
  readonly name: string;
  readonly of: (row: Row) => CsvValue;
}

/** How formulas begin, also in the full width of East Asian keyboards; a line break before one hides it from nobody. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const quoted = /[",\r\n]/;

function cellText(value: CsvValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const inert = formula.test(value) ? `'${value}` : value;
  return quoted.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** A header and a line a row, each ended by a line feed. */
export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => cellText(column.of(row))).join(","));
  return [columns.map((column) => cellText(column.name)).join(","), ...lines, ""].join("\n");
}

/** `speechEndUs` to `speech_end_us`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
