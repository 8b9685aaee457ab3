// turns.ndjson (and tool-calls.ndjson alike): one row a line, each closed by a checksum of the line before it, so that a torn or edited line is found.
// Text only; store.ts does the reading and writing.

import { crc32c } from "../core/crc32c.ts";
import { turnRowVersion, type ToolCallRow, type TurnRow } from "../metrics/turn-row.ts";

const CRC_FIELD = ',"crc":"';
const CRC_TAIL_LENGTH = CRC_FIELD.length + 8 + '"}'.length;

/** The row as a line with its newline. */
export function turnLine(row: TurnRow | ToolCallRow): string {
  const body = JSON.stringify(row).slice(0, -1);
  return `${body}${CRC_FIELD}${crc32c(body)}"}\n`;
}

export interface TurnLog {
  readonly rows: readonly TurnRow[];
  /** Lines that were torn, edited or of another version; left out of `rows`. */
  readonly droppedRows: number;
}

/** The rows of a log, whatever state a kill left it in. Never throws. */
export function readTurnLog(text: string): TurnLog {
  const lines = text.split("\n").filter((line) => line.length > 0);
  const rows = lines.map((line) => readLine<TurnRow>(line)).filter((row) => row !== undefined);
  return { rows, droppedRows: lines.length - rows.length };
}

/** The calls of functions in a log; what is torn is left out. */
export const readToolCallLog = (text: string): readonly ToolCallRow[] => text.split("\n").flatMap((line) => readLine<ToolCallRow>(line) ?? []);

function readLine<Row extends TurnRow | ToolCallRow>(line: string): Row | undefined {
  const body = line.slice(0, -CRC_TAIL_LENGTH);
  if (line !== `${body}${CRC_FIELD}${crc32c(body)}"}`) return undefined;
  const row = JSON.parse(`${body}}`) as Row;
  return row.v === turnRowVersion ? row : undefined;
}
