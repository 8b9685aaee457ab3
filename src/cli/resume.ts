// `earshot run --resume RUN`: the calls that a stopped run did not make, with what it spent counted against the same budget.

import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { readJournal } from "../cost/budget-journal.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { readBudgetJournal, readRun } from "../result/store.ts";
import type { Missing } from "../library/read-asked.ts";
import type { Override } from "../scenario/overrides.ts";
import type { ScenarioFile } from "../scenario/extends.ts";

export type Resumed = ScenarioFile & Missing;

/** Reads a stopped run; `overrides` may change its budget and nothing else, for the calls must be those that are missing. */
export function readResumed(place: string, overrides: readonly Override[]): Result<Resumed> {
  const stored = readRun(place);
  if (!stored.ok) return stored;
  const run = stored.value;
  const head = run.type === "whole" ? run.record.result : run.head;
  const { turns, scenarioYaml } = run.type === "whole" ? run.record : run;
  const issues: Issue[] = overrides
    .filter(({ path }) => !path.startsWith("budget"))
    .map(({ flag }) => ({
      source: flag,
      message: "does not go with --resume, which makes the calls of a run that are missing; only its budget may be changed",
    }));
  const say = (message: string): number => issues.push({ source: place, message });
  if (head.plan.windowMs !== undefined) say("is a run by time, in which no call is missing; run it again with a shorter --duration");
  if (head.plan.isOpenEnded) say("is a run in which the answers decide how many turns there are: no call of it can be told to be missing");
  if (head.arms) say("is a comparison of two scenarios, whose calls belong together in time; run it again");
  if (scenarioYaml === "") say("has no scenario.yaml any more, so nobody knows which calls are missing");
  if (scenarioYaml.includes("(redacted)"))
    say("was made with a key or header that is kept nowhere; write it as ${env:NAME} in the scenario, and it can be resumed");
  const journalText = readBudgetJournal(place);
  const journal = readJournal(journalText);
  if (journalText !== "" && !journal) say("has a damaged budget.ndjson: nobody knows what it spent, so it can't be resumed within a budget");
  if (issues.length > 0) return failed(...issues);
  const rowsOf = Map.groupBy(turns, (row) => keyOf(row));
  return ok({
    source: `${place}/scenario.yaml`,
    text: scenarioYaml,
    runId: head.runId,
    isDone: (call) => isWhole(call, rowsOf.get(keyOf({ cell: call.cell.id, session: call.session, call: call.call })) ?? []),
    ...(journal ? { spentBefore: journal.spent } : {}),
  });
}

const keyOf = ({ cell, session, call }: Pick<TurnRow, "cell" | "session" | "call">): string => `${session}/${call}/${cell}`;

/** Every turn has its outcome, and none was cut or never begun. Only an interruption may be dropped: where there was no answer to interrupt. */
const isWhole = ({ turns }: PlannedCall, rows: readonly TurnRow[]): boolean =>
  turns.every((planned) => {
    const row = rows.find(({ turn }) => turn === planned.turn);
    return row !== undefined && row.outcome !== "interrupted" && (row.outcome !== "dropped" || planned.interruptAt !== undefined);
  });
