// The files of a run folder that grow while the run goes on: one write a row, so that a row is in its file whole or not at
// all, even after kill -9. Several threads append to the same files; the system keeps their rows apart (O_APPEND).

import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { sealedLine } from "../core/sealed-line.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import { runFiles } from "./run-files.ts";
import { turnLine } from "./turn-log.ts";

/** Which call of a run it is. */
export type CallPlace = Pick<TurnRow, "cell" | "session" | "call">;

/** traces/<cell>/<session>-<call>.ndjson. */
const tracePath = ({ cell, session, call }: CallPlace): string => join(runFiles.traces, cellFolder(cell), `${session}-${call}.ndjson`);

/** Names of folders have at most 255 bytes. */
const NAME_MAX = 200;

/** A cell's name may hold what is no name of a file, or be as long as the instructions that it varies. */
export function cellFolder(cell: string): string {
  const name = encodeURIComponent(cell);
  if (name.length <= NAME_MAX) return name;
  return `${name.slice(0, NAME_MAX - 17)}-${createHash("sha256").update(cell).digest("hex").slice(0, 16)}`;
}

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
  /** Likewise with the file at `place` in the run's folder. */
  keepFile(place: string, bytes: string | Buffer | undefined): void;
  close(): void;
}

/** Opens the files of the run folder at `path`. */
export function openRowFiles(path: string): RowFiles {
  const reserve = createReserve(join(path, runFiles.turns));
  const open = (file: string): number => reserve.opening(() => openSync(join(path, file), "a"));
  const turns = openSync(join(path, runFiles.turns), "a");
  let toolCalls: number | undefined;
  let recoveries: number | undefined;
  let canary: number | undefined;
  function keepFile(place: string, bytes: string | Buffer | undefined): void {
    const file = join(path, place);
    if (bytes === undefined) return rmSync(file, { force: true });
    reserve.opening(() => writeWhole(file, bytes, dirname(file)));
  }
  return {
    appendTurn: (row) => void writeSync(turns, turnLine(row)),
    appendToolCall(row) {
      toolCalls ??= open(runFiles.toolCalls);
      writeSync(toolCalls, turnLine(row));
    },
    appendRecovery(row) {
      recoveries ??= openSync(join(path, runFiles.recoveries), "a");
      writeSync(recoveries, sealedLine(row));
    },
    appendCanary(row) {
      canary ??= open(runFiles.canary);
      writeSync(canary, turnLine(row));
    },
    keepTrace: (call, text) => keepFile(tracePath(call), text),
    keepFile,
    close() {
      reserve.close();
      closeSync(turns);
      for (const file of [toolCalls, recoveries, canary]) if (file !== undefined) closeSync(file);
    },
  };
}

/** Whether the run folder at `path` has a trace of that call. */
export const hasTrace = (path: string, call: CallPlace): boolean => existsSync(join(path, tracePath(call)));

export const dropTrace = (path: string, call: CallPlace): void => rmSync(join(path, tracePath(call)), { force: true });

/** As many as are opened late: two for the rest of the run, one for a trace at a time. */
const RESERVED = 3;

/** Descriptors kept back for files that are opened when the callers may have taken all others. */
function createReserve(path: string): { opening<T>(open: () => T): T; close(): void } {
  const kept = Array.from({ length: RESERVED }, () => openSync(path, "a"));
  return {
    opening(open) {
      const given = kept.pop();
      if (given !== undefined) closeSync(given);
      try {
        return open();
      } finally {
        keepAgain();
      }
    },
    close: () => kept.forEach(closeSync),
  };

  function keepAgain(): void {
    if (kept.length >= RESERVED) return;
    try {
      kept.push(openSync(path, "a"));
    } catch {
      // The one that was given is in use; those that are left must do.
    }
  }
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

/** What a file is to hold: at once, or in pieces that need not fit into memory together. */
export type Content = string | Buffer | Iterable<string | Buffer>;

/** A file that is there whole or not at all; its folder is made where that is given. */
export function writeWhole(path: string, content: Content, folder?: string): void {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const draft = openSync(`${path}.draft`, "w");
  try {
    for (const piece of typeof content === "string" || Buffer.isBuffer(content) ? [content] : content) writeFileSync(draft, piece);
  } finally {
    closeSync(draft);
  }
  renameSync(`${path}.draft`, path);
}
