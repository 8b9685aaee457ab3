// Threads that share a plan's calls, seen from the run: each has a segment, all begin a group together, and what they say
// comes together here. A thread that dies takes its calls with it and nobody else's.

import { Worker } from "node:worker_threads";
import { modulePath } from "../core/package-files.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CallRow } from "../result/run-result.ts";
import type { BudgetAnswer, BudgetAsk } from "./budget-desk.ts";
import type { SegmentCheck, SegmentTask } from "./segment.ts";
import type { Order, ThreadTask, Told } from "./thread.ts";

export interface ThreadsPort {
  onRow(row: TurnRow): void;
  onCall(row: CallRow): void;
  /** Of all threads together. */
  onCalls(running: number): void;
  /** A thread's calls ask the budget. */
  onBudget?(thread: number, ask: BudgetAsk): void;
  /** The thread is gone with all its calls. */
  onLost?(thread: number): void;
}

export interface Threads {
  /** Resolves when every thread has made its calls of the group, or is gone. */
  runGroup(index: number, startUs: number): Promise<void>;
  /** To the thread whose call asked. */
  answer(thread: number, answer: BudgetAnswer): void;
  drain(reason: string): void;
  cut(reason: string): void;
  /** What each thread that is still there found of itself; ends them all. */
  finish(): Promise<readonly SegmentCheck[]>;
  /** Why a thread is gone, once one is. */
  lost(): string | undefined;
}

export interface ThreadsQuestion extends ThreadsPort {
  /** One thread for each. */
  readonly tasks: readonly SegmentTask[];
  readonly sharp: boolean;
}

/**
 * Megabytes in which a thread's new objects are kept until they are looked at. Nearly all die young here: events and
 * their parts. V8's own 16 MB would have them looked at three times as often, and each time the frames of all callers wait.
 */
const YOUNG_MB = 64;

/** Resolves when all threads are ready to make calls. */
export async function startThreads({ tasks, sharp, ...port }: ThreadsQuestion): Promise<Threads> {
  const running = tasks.map(() => 0);
  const threads = tasks.map((segment, index) =>
    startThread(
      { segment, sharp },
      () => port.onLost?.(index),
      (told) => {
        if (told.type === "row") port.onRow(told.row);
        if (told.type === "call") port.onCall(told.row);
        if (told.type === "budget") port.onBudget?.(index, told.ask);
        if (told.type !== "calls") return;
        running[index] = told.running;
        port.onCalls(running.reduce((sum, count) => sum + count, 0));
      },
    ),
  );
  await Promise.all(threads.map((thread) => thread.said("ready")));
  const tellAll = (order: Order): void => threads.forEach((thread) => thread.tell(order));
  return {
    async runGroup(index, startUs) {
      tellAll({ type: "group", index, startUs });
      await Promise.all(threads.map((thread) => thread.said("group done")));
    },
    answer: (thread, answer) => threads[thread]?.tell({ type: "answer", answer }),
    drain: (reason) => tellAll({ type: "drain", reason }),
    cut: (reason) => tellAll({ type: "cut", reason }),
    async finish() {
      tellAll({ type: "finish" });
      const ends = await Promise.all(threads.map((thread) => thread.said("finished")));
      return ends.flatMap((end) => (end?.type === "finished" ? [end.check] : []));
    },
    lost: () => threads.map((thread) => thread.lost()).find((reason) => reason !== undefined),
  };
}

interface Thread {
  tell(order: Order): void;
  /** Resolves to what it says next of this type, or to undefined once it is gone. */
  said(type: Told["type"]): Promise<Told | undefined>;
  lost(): string | undefined;
}

function startThread(task: ThreadTask, onLost: () => void, onTold: (told: Told) => void): Thread {
  const worker = new Worker(modulePath("load", "thread"), { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  const waiting = new Map<Told["type"], (told: Told | undefined) => void>();
  let finished = false;
  let gone = false;
  let lost: string | undefined;

  worker.on("message", (told: Told) => {
    if (told.type === "finished") finished = true;
    onTold(told);
    waiting.get(told.type)?.(told);
    waiting.delete(told.type);
  });
  worker.on("error", (error: unknown) => {
    lost = `a thread of earshot's own broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  });
  worker.on("exit", (code) => {
    gone = true;
    if (!finished) lost ??= `a thread of earshot's own ended by itself (exit ${code})`;
    if (!finished) onLost();
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
  });

  return {
    tell: (order) => worker.postMessage(order),
    said: (type) => (gone ? Promise.resolve(undefined) : new Promise((resolve) => void waiting.set(type, resolve))),
    lost: () => lost,
  };
}
