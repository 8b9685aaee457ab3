// The budgets of the parts of a plan as one. Each part kept to a share of its own, and their sums keep to the whole.

import { amountKinds, nothing, plus, type Amount, type Limits } from "../cost/amount.ts";
import type { BudgetFindings } from "../result/run-result.ts";

/** Undefined where a part had none, or nobody knows what it spent: then the sum of the others says nothing. */
export function mergedBudget(parts: readonly (BudgetFindings | undefined)[]): BudgetFindings | undefined {
  const known = parts.filter((budget) => budget !== undefined);
  const [first] = known;
  if (!first || known.length < parts.length) return undefined;
  const sum = (of: (budget: BudgetFindings) => Amount): Amount => known.map(of).reduce(plus, nothing);
  const before = known.flatMap(({ spentBefore }) => spentBefore ?? []);
  const waits = known.flatMap((budget) => budget.waits ?? []);
  const longest = known.flatMap(({ longestWaitMs }) => longestWaitMs ?? []);
  const over = known.find((budget) => budget.over !== undefined)?.over;
  return {
    limits: limitsOf(known),
    isDefault: first.isDefault,
    ...(before.length > 0 ? { spentBefore: before.reduce(plus, nothing) } : {}),
    spent: sum(({ spent }) => spent),
    standing: sum(({ standing }) => standing),
    ...(waits.length === known.length ? { waits: waits.reduce((all, count) => all + count, 0) } : {}),
    ...(longest.length > 0 ? { longestWaitMs: Math.max(...longest) } : {}),
    aboveBound: known.reduce((all, { aboveBound }) => all + aboveBound, 0),
    ...(over === undefined ? {} : { over }),
  };
}

/** Kinds that every part had a limit of. */
function limitsOf(budgets: readonly BudgetFindings[]): Limits {
  const kinds = amountKinds.filter((kind) => budgets.every(({ limits }) => limits[kind] !== undefined));
  return Object.fromEntries(kinds.map((kind) => [kind, budgets.reduce((sum, { limits }) => sum + (limits[kind] ?? 0), 0)]));
}
