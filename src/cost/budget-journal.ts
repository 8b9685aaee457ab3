// The journal of a budget: every reservation before it is granted, every settlement. After a crash it says what may have
// been spent at most: a reservation without its settlement counts in full.

import { openSealed, sealedLine } from "../core/sealed-line.ts";
import { amountKinds, beyond, nothing, plus, type Amount, type Limits } from "./amount.ts";

export const journalVersion = 1;

export type JournalEntry =
  | { readonly type: "open"; readonly limits: Limits; readonly spentBefore: Amount; readonly priceList: string; readonly isDefault?: true }
  | { readonly type: "reserve"; readonly key: string; readonly amount: Amount }
  | { readonly type: "settle"; readonly key: string; readonly amount: Amount };

/** The entry as a line with its newline, to be written with one write. */
export const journalLine = (entry: JournalEntry): string => sealedLine({ v: journalVersion, ...entry });

export interface Journal {
  readonly limits: Limits;
  /** Nobody wrote it. */
  readonly isDefault: boolean;
  readonly priceList: string;
  readonly spentBefore: Amount;
  /** What may have been spent at most, with what was spent before. */
  readonly spent: Amount;
  /** Of it, reservations that were never settled. */
  readonly standing: Amount;
  /** Settlements of more than was reserved. */
  readonly aboveBound: number;
}

/**
 * The account that a journal leaves, in whatever state a kill left it. A torn last line was never acted on: a grant follows its
 * line. Undefined where any other line is damaged or the beginning is missing: then nobody knows what was spent.
 */
export function readJournal(text: string): Journal | undefined {
  const lines = text.split("\n");
  const torn = lines.pop() ?? "";
  const entries = lines.map(entryOf);
  const last = entryOf(torn);
  if (last) entries.push(last);
  const [head, ...rest] = entries;
  if (head?.type !== "open") return undefined;
  const held = new Map<string, Amount>();
  const { limits, isDefault = false, priceList, spentBefore } = head;
  let spent = spentBefore;
  let aboveBound = 0;
  for (const entry of rest) {
    if (!entry || entry.type === "open") return undefined;
    if (entry.type === "reserve") held.set(entry.key, entry.amount);
    else {
      const bound = held.get(entry.key);
      if (bound && beyond(entry.amount, bound) !== undefined) aboveBound++;
      held.delete(entry.key);
      spent = plus(spent, entry.amount);
    }
  }
  const standing = [...held.values()].reduce(plus, nothing);
  return { limits, isDefault, priceList, spentBefore, spent: plus(spent, standing), standing, aboveBound };
}

function entryOf(line: string): JournalEntry | undefined {
  const entry = openSealed(line) as (JournalEntry & { readonly v: number }) | undefined;
  if (entry?.v !== journalVersion) return undefined;
  if (entry.type === "open") return isAmount(entry.spentBefore) ? entry : undefined;
  return isAmount(entry.amount) ? entry : undefined;
}

const isAmount = (amount: Amount | undefined): boolean =>
  amount !== undefined && amountKinds.every((kind) => Number.isSafeInteger(amount[kind]) && amount[kind] >= 0);
