// What a killed run spent of its budget, from the journal that outlived it. Who waited for it, and for how long, did not.

import { amountKinds } from "../cost/amount.ts";
import type { Journal } from "../cost/budget-journal.ts";
import type { BudgetFindings } from "./run-result.ts";

export function recoveredBudget({ limits, isDefault, spentBefore, spent, standing, aboveBound }: Journal): BudgetFindings {
  const resumed = amountKinds.some((kind) => spentBefore[kind] > 0);
  return { limits, isDefault, ...(resumed ? { spentBefore } : {}), spent, standing, aboveBound };
}
