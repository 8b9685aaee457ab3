// A thread that makes the calls of one segment, with a clock and an event loop of its own. thread-pool.ts is its other side.

import { parentPort, workerData } from "node:worker_threads";
import { createSystemClock } from "../core/system-clock.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { CallRow } from "../result/run-result.ts";
import type { SpokenFrames } from "../session/speak.ts";
import { openCaller } from "../transport/minted.ts";
import { asReady } from "../transport/ready-message.ts";
import type { BudgetAnswer, BudgetAsk } from "./budget-desk.ts";
import { createSegment, type SegmentCheck, type SegmentTask } from "./segment.ts";

export interface ThreadTask {
  readonly segment: SegmentTask;
  /** A clock finer than a millisecond: worth its cost only while there are few callers. */
  readonly sharp: boolean;
}

/** What the thread is told. */
export type Order =
  | { readonly type: "group"; readonly index: number; readonly startUs: number }
  | { readonly type: "drain" | "cut"; readonly reason: string }
  | { readonly type: "answer"; readonly answer: BudgetAnswer }
  | { readonly type: "finish" };

/** What it says. */
export type Told =
  | { readonly type: "ready" }
  | { readonly type: "row"; readonly row: TurnRow }
  | { readonly type: "call"; readonly row: CallRow }
  | { readonly type: "calls"; readonly running: number }
  | { readonly type: "budget"; readonly ask: BudgetAsk }
  | { readonly type: "group done"; readonly index: number }
  | { readonly type: "finished"; readonly check: SegmentCheck };

/** Bytes come into a thread as plain arrays. */
const readyAgain = ({ messages, silence }: SpokenFrames): SpokenFrames => ({ messages: messages.map(asReady), silence: asReady(silence) });

function work({ segment: task, sharp }: ThreadTask): void {
  const tell = (told: Told): void => parentPort?.postMessage(told);
  const frames = new Map([...task.frames].map(([key, set]) => [key, readyAgain(set)]));
  const segment = createSegment(
    { ...task, frames },
    {
      clock: createSystemClock({ sharp }),
      connect: openCaller,
      onRow: (row) => tell({ type: "row", row }),
      onCall: (row) => tell({ type: "call", row }),
      onCalls: (running) => tell({ type: "calls", running }),
      onBudget: (ask) => tell({ type: "budget", ask }),
    },
  );

  async function obey(order: Order): Promise<void> {
    switch (order.type) {
      case "group":
        await segment.runGroup(order.index, order.startUs);
        return tell({ type: "group done", index: order.index });
      case "answer":
        return segment.answer(order.answer);
      case "drain":
        return segment.drain(order.reason);
      case "cut":
        return segment.cut(order.reason);
      case "finish":
        tell({ type: "finished", check: await segment.finish() });
        parentPort?.close();
    }
  }

  parentPort?.on("message", (order: Order) => void obey(order));
  tell({ type: "ready" });
}

work(workerData as ThreadTask);
