// Who may spend what is left. Every turn reserves the most that it can cost before it begins; it begins once that is granted,
// and what it really cost replaces its reservation. What is spent and reserved together never passes a limit, so neither
// can what is really billed. Pure: the journal is told each change before anybody acts on it, and keeps it.

import { beyond, minus, nothing, plus, type Amount, type Limits } from "./amount.ts";

export interface BudgetPort {
  readonly limits: Limits;
  /** What an earlier part of the same run spent. */
  readonly spentBefore?: Amount;
  /** Told of every reservation before it is granted, and of every settlement. */
  onReserve(key: string, amount: Amount): void;
  onSettle(key: string, actual: Amount): void;
  onGrant(key: string): void;
  onRefuse(key: string): void;
  /** Once: the next turn's upper bound no longer fits, whatever is still in progress may come to. `kind` is what ran out. */
  onOver(kind: keyof Amount): void;
}

export interface BudgetAccount {
  /** Settled, and reserved for good by turns whose usage was never told. */
  readonly spent: Amount;
  /** Of `spent`, what nobody told the usage of. */
  readonly standing: Amount;
  /** Held for turns in progress. */
  readonly reserved: Amount;
  readonly waiting: number;
  /** Turns that cost more than was reserved for them. */
  readonly aboveBound: number;
  readonly over?: keyof Amount;
}

export interface Budget {
  /** Granted at once, when something else is settled, or never. A key is used once. */
  reserve(key: string, amount: Amount): void;
  /** A cost that nobody asked for: counted whether or not it fits. */
  charge(key: string, amount: Amount): void;
  /** Kinds that are absent are not known: as much as was reserved of them counts as spent. */
  settle(key: string, actual: Partial<Amount>): void;
  /** Nothing more will be heard of these: what waits is withdrawn, what is held counts as spent. */
  end(keys: readonly string[]): void;
  account(): BudgetAccount;
}

interface Waiting {
  readonly key: string;
  readonly amount: Amount;
}

interface Holds {
  add(key: string, amount: Amount): void;
  /** What was held, once. */
  release(key: string): Amount | undefined;
  sum(): Amount;
}

function createHolds(): Holds {
  const held = new Map<string, Amount>();
  let sum = nothing;
  return {
    add(key, amount) {
      held.set(key, amount);
      sum = plus(sum, amount);
    },
    release(key) {
      const amount = held.get(key);
      if (amount) sum = minus(sum, amount);
      held.delete(key);
      return amount;
    },
    sum: () => sum,
  };
}

export function createBudget(port: BudgetPort): Budget {
  const { limits } = port;
  const held = createHolds();
  let spent = port.spentBefore ?? nothing;
  let standing = nothing;
  let waiting: readonly Waiting[] = [];
  let aboveBound = 0;
  let over: keyof Amount | undefined;

  function hold(key: string, amount: Amount): void {
    held.add(key, amount);
    port.onReserve(key, amount);
  }

  function end(kind: keyof Amount): void {
    if (over === undefined) {
      over = kind;
      port.onOver(kind);
    }
    const refused = waiting;
    waiting = [];
    for (const { key } of refused) port.onRefuse(key);
  }

  /** In the order of asking, so that a small turn never overtakes a large one for ever. */
  function grantNext(): void {
    while (over === undefined) {
      const [next, ...rest] = waiting;
      if (!next) return;
      const never = beyond(plus(spent, next.amount), limits);
      if (never !== undefined) return end(never);
      if (beyond(plus(plus(spent, held.sum()), next.amount), limits) !== undefined) return;
      waiting = rest;
      hold(next.key, next.amount);
      port.onGrant(next.key);
    }
  }

  return {
    reserve(key, amount) {
      if (over !== undefined) return port.onRefuse(key);
      waiting = [...waiting, { key, amount }];
      grantNext();
    },
    charge(key, amount) {
      hold(key, amount);
      const kind = beyond(plus(spent, held.sum()), limits);
      if (kind !== undefined) end(kind);
    },
    settle(key, known) {
      const bound = held.release(key);
      if (!bound) return;
      const actual: Amount = { ...bound, ...known };
      if (beyond(actual, bound) !== undefined) aboveBound++;
      spent = plus(spent, actual);
      port.onSettle(key, actual);
      const kind = beyond(plus(spent, held.sum()), limits);
      if (kind !== undefined) return end(kind);
      grantNext();
    },
    end(keys) {
      const gone = new Set(keys);
      waiting = waiting.filter(({ key }) => !gone.has(key));
      for (const key of keys) {
        const bound = held.release(key);
        if (!bound) continue;
        spent = plus(spent, bound);
        standing = plus(standing, bound);
      }
      grantNext();
    },
    account: () => ({ spent, standing, reserved: held.sum(), waiting: waiting.length, aboveBound, ...(over === undefined ? {} : { over }) }),
  };
}
