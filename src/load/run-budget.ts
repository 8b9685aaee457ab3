// The one budget of a run, for all its threads: journals what they reserve, answers them, and says when it is over.

import type { Clock } from "../core/clock.ts";
import { usToMs } from "../core/units.ts";
import { nothing, type Amount, type Limits } from "../cost/amount.ts";
import { createBudget } from "../cost/budget.ts";
import { journalLine } from "../cost/budget-journal.ts";
import type { BudgetFindings } from "../result/run-result.ts";
import type { BudgetAnswer, BudgetAsk } from "./budget-desk.ts";

export interface BudgetTask {
  readonly limits: Limits;
  /** The limit is nobody's wish but the default for a provider that bills. */
  readonly isDefault: boolean;
  /** What the earlier part of a resumed run spent. */
  readonly spentBefore?: Amount;
  readonly priceList: string;
}

export interface BudgetDoors {
  readonly clock: Clock;
  /** Appends to the journal, one write, before it returns. */
  append(line: string): void;
  answer(thread: number, answer: BudgetAnswer): void;
  /** No new turn from here on. */
  onOver(): void;
}

export interface RunBudget {
  ask(thread: number, ask: BudgetAsk): void;
  /** The thread is gone and its calls with it. */
  lose(thread: number): void;
  findings(): BudgetFindings;
}

interface Place {
  readonly thread: number;
  readonly call: string;
  readonly key: string;
  readonly askedUs: number;
}

/** Waiting for less than this is the way to the budget and back, not the budget, ms. */
const NO_WAIT_MS = 20;

const openLine = ({ limits, spentBefore = nothing, priceList, isDefault }: BudgetTask): string =>
  journalLine({ type: "open", limits, spentBefore, priceList, ...(isDefault ? { isDefault } : {}) });

export function createRunBudget(task: BudgetTask, doors: BudgetDoors): RunBudget {
  const places = new Map<string, Place>();
  const keysOf = new Map<string, string[]>();
  let waits = 0;
  let longestWaitMs = 0;
  doors.append(openLine(task));

  function answer(key: string, isGranted: boolean): void {
    const place = places.get(key);
    if (!place) return;
    const waitedMs = usToMs(doors.clock.nowUs() - place.askedUs);
    if (isGranted && waitedMs >= NO_WAIT_MS) {
      waits++;
      longestWaitMs = Math.max(longestWaitMs, waitedMs);
    }
    doors.answer(place.thread, { call: place.call, key: place.key, isGranted });
  }

  const budget = createBudget({
    limits: task.limits,
    ...(task.spentBefore ? { spentBefore: task.spentBefore } : {}),
    onReserve: (key, amount) => doors.append(journalLine({ type: "reserve", key, amount })),
    onSettle: (key, amount) => doors.append(journalLine({ type: "settle", key, amount })),
    onGrant: (key) => answer(key, true),
    onRefuse: (key) => answer(key, false),
    onOver: () => doors.onOver(),
  });

  function note(thread: number, call: string, key: string): string {
    const name = `${call}/${key}`;
    places.set(name, { thread, call, key, askedUs: doors.clock.nowUs() });
    keysOf.set(call, [...(keysOf.get(call) ?? []), name]);
    return name;
  }

  function endCall(call: string): void {
    const keys = keysOf.get(call) ?? [];
    keysOf.delete(call);
    budget.end(keys);
    for (const key of keys) places.delete(key);
  }

  return {
    ask(thread, asked) {
      switch (asked.type) {
        case "reserve":
          return budget.reserve(note(thread, asked.call, asked.key), asked.amount);
        case "charge":
          return budget.charge(note(thread, asked.call, asked.key), asked.amount);
        case "settle":
          return budget.settle(`${asked.call}/${asked.key}`, asked.actual);
        case "end":
          return endCall(asked.call);
      }
    },
    lose(thread) {
      const calls = new Set([...places.values()].filter((place) => place.thread === thread).map(({ call }) => call));
      for (const call of calls) endCall(call);
    },
    findings() {
      const { spent, standing, aboveBound, over } = budget.account();
      return {
        limits: task.limits,
        isDefault: task.isDefault,
        ...(task.spentBefore ? { spentBefore: task.spentBefore } : {}),
        spent,
        standing,
        waits,
        ...(waits > 0 ? { longestWaitMs } : {}),
        aboveBound,
        ...(over === undefined ? {} : { over }),
      };
    },
  };
}
