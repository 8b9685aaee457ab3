// A run of what a program asked for, from its settings to its outcome, without a terminal.

import { InputError, ok, orThrow, type Result } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { estimatePlan } from "../plan/estimate.ts";
import type { ScenarioFile } from "../scenario/extends.ts";
import type { Override } from "../scenario/overrides.ts";
import { unagreed } from "./budget.ts";
import { exitCodeOf } from "./exit-code.ts";
import { expectationsOf } from "./expectations.ts";
import { perform } from "./perform.ts";
import { indiscretions, readKeptDetails } from "./kept-details.ts";
import { findScenario, openFixtures, unwritable } from "./places.ts";
import type { Asked, Asking } from "./read-asked.ts";
import type { FieldValue, RunOutcome, RunSettings } from "./run-options.ts";

/** Makes the run that `read` finds asked. Throws an InputError where something is wrong, or no target could be started. */
export async function runRead(settings: RunSettings, read: (asking: Asking) => Promise<Result<Asked>>): Promise<RunOutcome> {
  const { reportsRoot = "reports", fixtures, threads, canary = true, trace = "none", keepAudio = "none", onRow, signal } = settings;
  const askedDetails = { trace, keepAudio, sources: { trace: "trace", keepAudio: "keepAudio" } };
  const details = orThrow(readKeptDetails(askedDetails));
  const refused = unwritable(reportsRoot);
  if (refused) throw new InputError([{ ...refused, source: "reportsRoot" }]);
  const clock = createSystemClock();
  const clips = await openFixtures(fixtures);
  const overrides = Object.entries(settings.overrides ?? {}).map(overrideOf);
  const asked = orThrow(await read({ overrides, thresholds: settings.thresholds ?? [], reportsRoot, clips, clock }));
  const { prepared } = asked;
  const indiscreet = indiscretions(askedDetails, asked.parsed.scenario.privacy);
  if (indiscreet.length > 0) throw new InputError(indiscreet);
  const unpaid = unagreed(asked.budget, estimatePlan(prepared.plan, prepared.prices, expectationsOf(clips)), asked.source);
  if (unpaid) throw new InputError([unpaid]);
  const nothing = { onStart: () => undefined, onCalls: () => undefined };
  const finished = await perform({
    ...asked,
    clock,
    reportsRoot,
    fixtures,
    threads,
    canary,
    ...details,
    startAt: undefined,
    resumes: undefined,
    drain: signal ?? new AbortController().signal,
    cut: new AbortController().signal,
    ...(onRow ? { watch: { ...nothing, onRow } } : {}),
  });
  const { record, folder } = orThrow(finished);
  return { ...record, folder, exitCode: exitCodeOf(record.result, { strictValidity: false }, undefined) };
}

/** A scenario that is in no file; `source` is what its faults name. */
export const writtenScenario = (text: string, source: string): Result<ScenarioFile> => ok({ source, text, findBase: (wanted) => findScenario(wanted) });

const overrideOf = ([path, value]: readonly [string, FieldValue]): Override => ({
  flag: `overrides.${path}`,
  path,
  value: typeof value === "string" ? value : JSON.stringify(value),
});
