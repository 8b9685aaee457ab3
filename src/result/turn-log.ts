// turns.ndjson (and tool-calls.ndjson alike): one row a line, each closed by a checksum of the line before it, so that a torn or edited line is found.
// Text only; store.ts does the reading and writing.

import { openSealed, sealedLine } from "../core/sealed-line.ts";
import { turnRowVersion, type ToolCallRow, type TurnRow } from "../metrics/turn-row.ts";

/** The row as a line with its newline. */
export const turnLine = (row: TurnRow | ToolCallRow): string => sealedLine(row);

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
  const row = openSealed(line) as Row | undefined;
  return row?.v === turnRowVersion ? row : undefined;
}
