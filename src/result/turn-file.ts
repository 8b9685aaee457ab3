// turns.ndjson as a file that grows: one write a row, so that a row is in it whole or not at all, even after kill -9. Several
// threads append to the same file; the system keeps their rows apart (O_APPEND).

import { closeSync, openSync, writeSync } from "node:fs";
import type { TurnRow } from "../metrics/turn-row.ts";
import { turnLine } from "./turn-log.ts";

export interface TurnFile {
  append(row: TurnRow): void;
  close(): void;
}

export function openTurnLog(path: string): TurnFile {
  const file = openSync(path, "a");
  return {
    append: (row) => void writeSync(file, turnLine(row)),
    close: () => closeSync(file),
  };
}
