// recoveries.ndjson: one row a line, each closed by a checksum, as in turns.ndjson. Text only; absent in runs from before there
// were recoveries, and where no session lost its connection.

import { openSealed, sealedLine } from "../core/sealed-line.ts";
import { recoveryRowVersion, type RecoveryRow } from "../metrics/recovery-row.ts";
import { linesIn } from "./lines-of.ts";

/** The row as a line with its newline. */
export const recoveryLine = (row: RecoveryRow): string => sealedLine(row);

export interface RecoveryLog {
  readonly rows: readonly RecoveryRow[];
  /** Lines that were torn, edited or of another version; left out of `rows`. */
  readonly droppedRows: number;
}

/** The rows of a log, given as text or as lines, whatever state a kill left it in. Never throws. */
export function readRecoveryLog(log: string | Iterable<Buffer>): RecoveryLog {
  const lines = [...linesIn(log)];
  const rows = lines.flatMap((line) => {
    const row = openSealed(line) as RecoveryRow | undefined;
    return row?.v === recoveryRowVersion ? [row] : [];
  });
  return { rows, droppedRows: lines.length - rows.length };
}
