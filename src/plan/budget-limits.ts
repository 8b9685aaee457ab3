// What a scenario's budget bounds, in the units of the count.

import type { Limits } from "../cost/amount.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** Empty where nothing is bounded. */
export function limitsOf({ budget }: Pick<Scenario, "budget">): Limits {
  const { usd, tokens, minutes } = budget ?? {};
  return {
    ...(typeof usd === "number" ? { microUsd: Math.floor(usd * 1e6 + 1e-6) } : {}),
    ...(tokens === undefined ? {} : { tokens }),
    ...(minutes === undefined ? {} : { audioMs: Math.floor(minutes * 60_000 + 1e-6) }),
  };
}

export const isBudgeted = (settings: Pick<Scenario, "budget">): boolean => Object.keys(limitsOf(settings)).length > 0;
