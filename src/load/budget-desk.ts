// Where the calls of one thread ask for money: tokens become amounts by the price list here, and the run's one budget, which
// may be on another thread, answers by call and key.

import type { Amount } from "../cost/amount.ts";
import type { PriceBook } from "../cost/price-book.ts";
import { amountOfBound, amountOfUsage } from "../cost/turn-bound.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { MoneyCommand, RunningCall } from "../session/driver.ts";

/** What a thread tells the budget. Calls by callKey, keys within it. */
export type BudgetAsk =
  | { readonly type: "reserve" | "charge"; readonly call: string; readonly key: string; readonly amount: Amount }
  | { readonly type: "settle"; readonly call: string; readonly key: string; readonly actual: Partial<Amount> }
  | { readonly type: "end"; readonly call: string };

export interface BudgetAnswer {
  readonly call: string;
  readonly key: string;
  readonly isGranted: boolean;
}

export interface BudgetDesk {
  take(call: PlannedCall, command: MoneyCommand): void;
  /** The call can be answered from now on. */
  begin(call: PlannedCall, running: RunningCall): void;
  end(call: PlannedCall): void;
  answer(answer: BudgetAnswer): void;
}

const callKey = ({ cell, session, call }: PlannedCall): string => `${cell.id}/${session}/${call}`;

export function createBudgetDesk(book: PriceBook, tell: (ask: BudgetAsk) => void): BudgetDesk {
  const running = new Map<string, RunningCall>();
  return {
    take(call, command) {
      const { settings } = call.cell;
      const place = { call: callKey(call), key: command.key };
      const priced = { book, model: settings.target.model, effort: settings.session.effort };
      if (command.type === "settle") tell({ type: "settle", ...place, actual: amountOfUsage(priced, command.usage, command.audioMs) });
      else tell({ type: command.type, ...place, amount: amountOfBound(priced, command.bound) });
    },
    begin: (call, started) => void running.set(callKey(call), started),
    end(call) {
      running.delete(callKey(call));
      tell({ type: "end", call: callKey(call) });
    },
    answer: ({ call, key, isGranted }) => running.get(call)?.answer(key, isGranted),
  };
}
