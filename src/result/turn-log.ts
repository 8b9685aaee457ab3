// turns.ndjson (and tool-calls.ndjson alike): one row a line, each closed by a checksum of the line before it, so that a torn or edited line is found.
// Text only; store.ts does the reading and writing.

import { openSealed, sealedLine } from "../core/sealed-line.ts";
import { turnRowVersion, type ToolCallRow, type TurnRow } from "../metrics/turn-row.ts";
import { linesIn } from "./lines-of.ts";

/** The row as a line with its newline. */
export const turnLine = (row: TurnRow | ToolCallRow): string => sealedLine(row);

const ROWS_PER_PIECE = 2_000;

/** The whole log, in pieces: of a long run it is larger than a text can be. */
export function* turnLog(rows: readonly TurnRow[]): Generator<string> {
  for (let from = 0; from < rows.length; from += ROWS_PER_PIECE)
    yield rows
      .slice(from, from + ROWS_PER_PIECE)
      .map(turnLine)
      .join("");
}

export interface TurnLog {
  readonly rows: readonly TurnRow[];
  /** Lines that were torn, edited or of another version; left out of `rows`. */
  readonly droppedRows: number;
}

/** The rows of a log, given as text or as lines, whatever state a kill left it in. Never throws. */
export function readTurnLog(log: string | Iterable<Buffer>): TurnLog {
  const rows: TurnRow[] = [];
  let droppedRows = 0;
  for (const line of linesIn(log)) {
    const row = readLine<TurnRow>(line);
    if (row === undefined) droppedRows++;
    else rows.push(row);
  }
  return { rows, droppedRows };
}

/** The calls of functions in a log; what is torn is left out. */
export const readToolCallLog = (text: string): readonly ToolCallRow[] => text.split("\n").flatMap((line) => readLine<ToolCallRow>(line) ?? []);

function readLine<Row extends TurnRow | ToolCallRow>(line: string | Buffer): Row | undefined {
  const row = openSealed(line) as Row | undefined;
  return row?.v === turnRowVersion ? row : undefined;
}
