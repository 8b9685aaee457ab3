// The rows of a feeder's file: CSV with a line of column names, or JSONL with one flat object a line. Pure: the text comes in.

import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { FeedRow } from "./feed-reference.ts";

export interface FeederTable {
  readonly columns: readonly string[];
  readonly rows: readonly FeedRow[];
}

/** `file` is its name, for messages and for which of the two it is. Fails with every fault and its line. */
export function parseFeeder(text: string, file: string): Result<FeederTable> {
  const parsed = /\.jsonl$/i.test(file) ? jsonRows(text, file) : csvRows(text, file);
  if (!parsed.ok) return parsed;
  const { columns, rows } = parsed.value;
  if (rows.length === 0) return failed({ source: file, message: "has no rows: nothing to feed" });
  if (rows.length > limits.feederRows) return failed({ source: file, message: `has ${rows.length} rows; at most ${limits.feederRows}` });
  return ok({ columns, rows });
}

interface Record {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Cells by RFC 4180: quotes around what holds commas, quotes (doubled) or line breaks. Undefined where a quote is never closed. */
function csvRecords(text: string): readonly Record[] | { readonly openQuoteLine: number } {
  const records: Record[] = [];
  let cells: string[] = [];
  let line = 1;
  let startLine = 1;
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  const body = text.replace(/^\uFEFF/, "");
  while (cell.lastIndex < body.length || cells.length > 0) {
    const from = cell.lastIndex;
    const [whole, written = "", end] = cell.exec(body) ?? [];
    if (whole === undefined) return { openQuoteLine: line };
    cells.push(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.trim());
    line += whole.split("\n").length - 1;
    if (end === ",") continue;
    if (cells.length > 1 || cells[0] !== "") records.push({ line: startLine, cells });
    cells = [];
    startLine = line;
    if (cell.lastIndex === from) break;
  }
  return records;
}

function csvRows(text: string, file: string): Result<FeederTable> {
  const records = csvRecords(text);
  if ("openQuoteLine" in records) {
    return failed({ source: file, line: records.openQuoteLine, message: 'has a quote that does not begin and end its cell: write "a ""b"" c"' });
  }
  const [head, ...rest] = records;
  if (!head) return failed({ source: file, message: "is empty: its first line must name the columns" });
  const columns = head.cells;
  const issues: Issue[] = columns.flatMap((name, index) =>
    name === "" || columns.indexOf(name) < index
      ? [{ source: file, line: head.line, message: name === "" ? `column ${index + 1} has no name` : `names the column ${name} twice` }]
      : [],
  );
  for (const { line, cells } of rest) {
    if (cells.length !== columns.length)
      issues.push({ source: file, line, message: `has ${cells.length} cells; the first line names ${columns.length} columns` });
  }
  if (issues.length > 0) return failed(...issues);
  return ok({ columns, rows: rest.map(({ cells }) => Object.fromEntries(columns.map((name, index) => [name, cells[index] as string]))) });
}

function jsonRows(text: string, file: string): Result<FeederTable> {
  const issues: Issue[] = [];
  const rows: FeedRow[] = [];
  for (const [index, written] of text.split("\n").entries()) {
    if (written.trim() === "") continue;
    const read = jsonRow(written);
    const missing = typeof read === "string" ? undefined : Object.keys(rows[0] ?? {}).find((name) => !Object.hasOwn(read, name));
    if (typeof read === "string") issues.push({ source: file, line: index + 1, message: read });
    else if (missing !== undefined) issues.push({ source: file, line: index + 1, message: `has no ${missing}, which the first row has` });
    else rows.push(read);
  }
  return issues.length > 0 ? failed(...issues) : ok({ columns: Object.keys(rows[0] ?? {}), rows });
}

/** The row, or what is wrong with the line. */
function jsonRow(written: string): FeedRow | string {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (error) {
    return `is not JSON: ${(error as Error).message}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return 'must be an object, such as {"name": "Ada"}';
  const entries = Object.entries(value);
  const deep = entries.find(([, item]) => typeof item === "object");
  return deep ? `${deep[0]} must be text, a number, true or false` : Object.fromEntries(entries.map(([name, item]) => [name, String(item)]));
}
