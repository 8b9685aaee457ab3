// A budget in words: what was spent of what, and what stands for turns that nobody told the cost of.

import type { Amount, Limits } from "../cost/amount.ts";
import type { BudgetFindings } from "./run-result.ts";

/** One kind as people write it; money with as many digits as small sums need. */
export function amountText(kind: keyof Amount, value: number): string {
  switch (kind) {
    case "microUsd":
      return `$${(value / 1e6).toFixed(value < 1e6 ? 4 : 2)}`;
    case "tokens":
      return `${value.toLocaleString("en")} tokens`;
    case "audioMs":
      return `${(value / 60_000).toFixed(2)} minutes of audio`;
  }
}

export const limitKinds = (limits: Limits): readonly (keyof Amount)[] =>
  (["microUsd", "tokens", "audioMs"] as const).filter((kind) => limits[kind] !== undefined);

/** `$0.0461 of $0.0500, of it $0.0180 reserved by turns whose cost nobody told`. */
export function budgetTextOf({ limits, spent, standing, waits = 0, longestWaitMs, aboveBound, over }: BudgetFindings): string {
  const parts = limitKinds(limits).map((kind) => {
    const untold = standing[kind] > 0 ? `, of it ${amountText(kind, standing[kind])} reserved by turns whose cost nobody told` : "";
    return `${amountText(kind, spent[kind])} of ${amountText(kind, limits[kind] ?? 0)}${untold}`;
  });
  return [
    ...parts,
    ...(over === undefined ? [] : ["spent: the next turn at its upper bound did not fit; --budget-usd, --budget-tokens or --budget-minutes allow more"]),
    ...(waits > 0 ? [`${waits} ${waits === 1 ? "turn" : "turns"} waited for it, at most ${((longestWaitMs ?? 0) / 1_000).toFixed(1)} s (dispatch_delay)`] : []),
    ...(aboveBound > 0 ? [`${aboveBound} cost more than was reserved for them: the server bills more than maxOutputTokens and its context allow`] : []),
  ].join("; ");
}
