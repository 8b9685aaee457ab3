// The files of a run folder that grow while the run goes on: one write a row, so that a row is in its file whole or not at
// all, even after kill -9. Several threads append to the same files; the system keeps their rows apart (O_APPEND).

import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { sealedLine } from "../core/sealed-line.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import { runFiles } from "./run-files.ts";
import { turnLine } from "./turn-log.ts";

/** Which call of a run it is. */
export type CallPlace = Pick<TurnRow, "cell" | "session" | "call">;

/** traces/<cell>/<session>-<call>.ndjson; a cell's name may hold what is no name of a file. */
const tracePath = ({ cell, session, call }: CallPlace): string => join(runFiles.traces, encodeURIComponent(cell), `${session}-${call}.ndjson`);

export interface RowFiles {
  appendTurn(row: TurnRow): void;
  /** Into a file of its own that is made with its first row. */
  appendToolCall(row: ToolCallRow): void;
  /** Likewise. */
  appendRecovery(row: RecoveryRow): void;
  /** A canary's turn, into a file of its own that is made with the first. */
  appendCanary(row: TurnRow): void;
  /** Keeps the trace of a call, or takes it away again (undefined). */
  keepTrace(call: CallPlace, text: string | undefined): void;
  close(): void;
}

/** Opens the files of the run folder at `path`. */
export function openRowFiles(path: string): RowFiles {
  const turns = openSync(join(path, runFiles.turns), "a");
  let toolCalls: number | undefined;
  let recoveries: number | undefined;
  let canary: number | undefined;
  return {
    appendTurn: (row) => void writeSync(turns, turnLine(row)),
    appendToolCall(row) {
      toolCalls ??= openSync(join(path, runFiles.toolCalls), "a");
      writeSync(toolCalls, turnLine(row));
    },
    appendRecovery(row) {
      recoveries ??= openSync(join(path, runFiles.recoveries), "a");
      writeSync(recoveries, sealedLine(row));
    },
    appendCanary(row) {
      canary ??= openSync(join(path, runFiles.canary), "a");
      writeSync(canary, turnLine(row));
    },
    keepTrace(call, text) {
      const place = join(path, tracePath(call));
      if (text === undefined) return rmSync(place, { force: true });
      mkdirSync(dirname(place), { recursive: true });
      writeWhole(place, text);
    },
    close() {
      closeSync(turns);
      for (const file of [toolCalls, recoveries, canary]) if (file !== undefined) closeSync(file);
    },
  };
}

export interface JournalFile {
  /** One write, before it returns. */
  append(line: string): void;
  close(): void;
}

/** The budget's journal of the run folder at `path`. */
export function openJournal(path: string): JournalFile {
  const file = openSync(join(path, runFiles.budget), "a");
  return { append: (line) => void writeSync(file, line), close: () => closeSync(file) };
}

/** A file that is there whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
