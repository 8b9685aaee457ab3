// The reports with a row a turn in a thread of its own, both ends of it: of a long run they take as long as all others together. The
// thread reads the run again: what was read could be handed over only when it is read, and by the thread that has most to do.

import { statSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { modulePath } from "../core/package-files.ts";
import { runFiles } from "../result/run-files.ts";
import { readRecord } from "./read-record.ts";
import { writeSome, type ReportName } from "./write-reports.ts";

/** As long to write as all others. */
const rowTables: readonly ReportName[] = ["turns.csv", "cost.csv"];

/** A smaller log is read and written before a thread has started; two copies of a larger one may not fit into memory. */
const LOG_BYTES_LEAST = 8 * 2 ** 20;
const LOG_BYTES_MOST = 2 ** 30;

const ROLE = "second-writer";

interface Task {
  readonly role: typeof ROLE;
  readonly folder: string;
}

export interface SecondWriter {
  /** What it writes. */
  readonly names: readonly ReportName[];
  /** All of it is written. Rejects with what went wrong. */
  readonly done: Promise<void>;
}

/** Begins to write the large tables of the run in `folder`; undefined where that would gain nothing. */
export function startSecondWriter(folder: string, leastBytes = LOG_BYTES_LEAST): SecondWriter | undefined {
  const bytes = statSync(join(folder, runFiles.turns), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes < leastBytes || bytes > LOG_BYTES_MOST) return undefined;
  const task: Task = { role: ROLE, folder };
  const worker = new Worker(modulePath("library", "second-writer"), { workerData: task });
  const done = new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the thread that writes ${rowTables.join(" and ")} ended with ${code}`))));
  });
  // Awaited only after the others are written: until then a failure must not count as one that nobody handles.
  done.catch(() => undefined);
  return { names: rowTables, done };
}

const task = workerData as Partial<Task> | null;
if (!isMainThread && task?.role === ROLE && task.folder !== undefined) writeSome(rowTables, task.folder, readRecord(task.folder));
