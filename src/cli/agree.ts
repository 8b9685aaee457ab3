// A run that nobody gave a budget, and that would spend the default one: whoever sits there is asked.

import { createInterface } from "node:readline/promises";
import type { Issue } from "../core/issues.ts";
import { budgetAdvice, unagreed } from "../library/budget.ts";
import type { BudgetTask } from "../load/run-budget.ts";
import type { PlanEstimate } from "../plan/estimate.ts";
import { amountText } from "../result/budget-text.ts";
import { printError } from "./output.ts";

/** Undefined where the run is within its budget, or its user says yes; otherwise why it is not begun. */
export async function agreedTo(task: BudgetTask | undefined, estimate: PlanEstimate, source: string): Promise<Issue | undefined> {
  const refusal = unagreed(task, estimate, source);
  if (refusal === undefined || !process.stdin.isTTY) return refusal;
  printError(`${source}: ${refusal.message}.`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`Run until ${amountText("microUsd", task?.limits.microUsd ?? 0)} are spent? [y/N] `);
  reader.close();
  return /^y(es)?$/i.test(answer.trim()) ? undefined : { source, path: "budget", message: `not run: ${budgetAdvice}` };
}
