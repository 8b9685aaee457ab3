// Which budget a run has, and whether it may begin with it: everything that can be known before anything is spent.

import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { beyond, type Amount, type Limits } from "../cost/amount.ts";
import { loadPriceBook } from "../cost/price-book.ts";
import { amountOfBound } from "../cost/turn-bound.ts";
import type { BudgetTask } from "../load/run-budget.ts";
import type { Prepared } from "../load/prepare.ts";
import { limitsOf } from "../plan/budget-limits.ts";
import { unpricedModels, type PlanEstimate } from "../plan/estimate.ts";
import { cellsOf } from "../plan/matrix.ts";
import { boundOf, frontTokens, textTokensOf } from "../plan/turn-bound.ts";
import { amountText } from "../result/budget-text.ts";
import { defaults } from "../scenario/defaults.ts";
import type { Scenario } from "../scenario/scenario.ts";

export interface Budgeted {
  readonly scenario: Scenario;
  readonly isDefault: boolean;
}

/** A provider that bills gets a budget where nobody wrote one, if its models have prices. */
export function withBudget(scenario: Scenario): Budgeted {
  const { arms } = scenario;
  const isFree = [scenario, ...(arms ? [arms.other] : [])].every(({ target }) => target.provider === "embedded");
  if (scenario.budget !== undefined || isFree) return { scenario, isDefault: false };
  const book = loadPriceBook(scenario.prices);
  // A list that can't be read is a fault of its own, told by whoever prepares the run.
  if (!book.ok || unpricedModels({ cells: cellsOf(scenario) }, book.value).length > 0) return { scenario, isDefault: false };
  const budget = { usd: defaults.realProviderBudgetUsd };
  return { scenario: { ...scenario, budget, ...(arms ? { arms: { ...arms, other: { ...arms.other, budget } } } : {}) }, isDefault: true };
}

export interface BudgetQuestion extends Budgeted {
  readonly prepared: Prepared;
  readonly source: string;
  /** What the earlier part of a resumed run spent. */
  readonly spentBefore?: Amount;
  /** A part of a plan that runs on so many machines may spend so much of it. */
  readonly parts?: number;
}

/** The run's budget, undefined where nothing is bounded; or why it can't be kept, or not even be begun. */
export function budgetFor(question: BudgetQuestion): Result<BudgetTask | undefined> {
  const { scenario, isDefault, prepared, source, spentBefore, parts = 1 } = question;
  const { plan, prices } = prepared;
  const limits: Limits = Object.fromEntries(Object.entries(limitsOf(scenario)).map(([kind, most]) => [kind, Math.floor(most / parts)]));
  if (Object.keys(limits).length === 0) return ok(undefined);
  const unpriced = limits.microUsd === undefined ? [] : unpricedModels(plan, prices);
  const issues = unpriced.map((model): Issue => {
    const message = `the price list ${prices.name} has no price by tokens for ${model}, so dollars can't be kept to a limit; bound tokens or minutes instead, or give a list of your own with --prices`;
    return { source, path: "budget.usd", message };
  });
  if (issues.length > 0) return failed(...issues);
  const fault = firstTurnFault(limits, question);
  if (fault) return failed(fault);
  return ok({ limits, isDefault, priceList: prices.name, ...(spentBefore ? { spentBefore } : {}) });
}

/** Whether not even one first turn, at its upper bound, fits what is left. */
function firstTurnFault(limits: Limits, { prepared: { plan, prices, documents }, source, spentBefore }: BudgetQuestion): Issue | undefined {
  const bounds = plan.cells.flatMap((cell) => {
    const call = plan.groups.flatMap((group) => group.calls).find((planned) => planned.cell.id === cell.id);
    if (!call) return [];
    const { session, target } = cell.settings;
    const behind = call.turns.findIndex((turn, index) => index > 0 && turn.interruptAt === undefined);
    const turns = call.turns.slice(0, behind === -1 ? undefined : behind).flatMap((turn) => (turn.backChannel ? [turn, turn.backChannel] : [turn]));
    const text = frontTokens(session) + (documents.get(cell.id) ?? []).reduce((sum, document) => sum + textTokensOf(document), 0);
    const bound = boundOf({ turns, settings: cell.settings, context: { text, audio: 0 } });
    return [amountOfBound({ book: prices, model: target.model, effort: session.effort }, bound)];
  });
  const left = (amount: Amount): Amount =>
    spentBefore === undefined
      ? amount
      : { microUsd: amount.microUsd + spentBefore.microUsd, tokens: amount.tokens + spentBefore.tokens, audioMs: amount.audioMs + spentBefore.audioMs };
  const kinds = bounds.map((amount) => beyond(left(amount), limits));
  const kind = kinds.find((found) => found !== undefined);
  if (kind === undefined || kinds.includes(undefined)) return undefined;
  const least = Math.min(...bounds.map((amount) => amount[kind]));
  const before = spentBefore === undefined ? "" : ` beside ${amountText(kind, spentBefore[kind])} that the run spent before`;
  return {
    source,
    path: `budget.${fieldOf[kind]}`,
    message: `${amountText(kind, limits[kind] ?? 0)} can't hold a single first turn, which may come to ${amountText(kind, least)}${before}: raise it, or lower session.maxOutputTokens`,
  };
}

const fieldOf = { microUsd: "usd", tokens: "tokens", audioMs: "minutes" } as const satisfies Record<keyof Amount, string>;

/** With the default budget only: a run that would spend it all is begun on purpose or not at all. What its issue says is no fault of the scenario's. */
export function unagreed(task: BudgetTask | undefined, estimate: PlanEstimate, source: string): Issue | undefined {
  if (!task?.isDefault) return undefined;
  const microUsd = estimate.cells.reduce((sum, cell) => sum + (cell.microUsd ?? 0), 0);
  if (microUsd <= (task.limits.microUsd ?? Infinity)) return undefined;
  return { source, path: "budget", message: `this run is estimated at ${amountText("microUsd", microUsd)} at list price and has no budget: ${budgetAdvice}` };
}

export const budgetAdvice = "give one with --budget-usd (see earshot plan), or --budget-usd none";
