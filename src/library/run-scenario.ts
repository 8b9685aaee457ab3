// A scenario run from a program: the same run, folder and reports as `earshot run` makes, without a terminal.

import { InputError, orThrow, type Result } from "../core/issues.ts";
import type { ExitCode } from "../core/exit-codes.ts";
import { createSystemClock } from "../core/system-clock.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { estimatePlan } from "../plan/estimate.ts";
import type { RunRecord } from "../result/run-result.ts";
import type { ScenarioFile } from "../scenario/extends.ts";
import type { Override } from "../scenario/overrides.ts";
import { unagreed } from "./budget.ts";
import { exitCodeOf } from "./exit-code.ts";
import { expectationsOf } from "./expectations.ts";
import { perform } from "./perform.ts";
import { findScenario, openFixtures, unwritable } from "./places.ts";
import { readAsked } from "./read-asked.ts";

/** A value of a scenario's field. As on the command line, text with commas on an axis (`"low,high"`) makes that axis. */
export type FieldValue = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;

export interface RunOptions {
  /** A scenario's file, or the name of one that ships with earshot (`quickstart`). Either this or `scenario`. */
  readonly file?: string;
  /** The scenario itself, in the fields of docs/scenarios.md, as an object or as YAML. */
  readonly scenario?: Readonly<Record<string, unknown>> | string;
  /** Fields to change, by their path or short name: `{"load.sessions": 4, effort: "low,high"}`. */
  readonly overrides?: Readonly<Record<string, FieldValue>>;
  /** Beside those of the scenario, such as `voice_to_voice p90 < 2500ms`. */
  readonly thresholds?: readonly string[];
  /** Folder that the run's folder is made in. Default `reports`. */
  readonly reportsRoot?: string;
  /** Folder with clips of your own (manifest.json); default ./fixtures where there is one. */
  readonly fixtures?: string;
  /** Threads that make the calls. Default: what suits callers and cores. */
  readonly threads?: number;
  /** A call beside the others that shows how wrong this machine is. Default true. */
  readonly canary?: boolean;
  /** Told of every turn as it ends; must be quick, for it runs beside what is measured. Instants are µs since the run's start. */
  readonly onRow?: (row: TurnRow) => void;
  /** Aborted: no new turn begins, those in progress finish, and the run ends as `interrupted` with all its reports. */
  readonly signal?: AbortSignal;
}

export interface RunOutcome extends RunRecord {
  /** The run's folder, with run.json and every report. */
  readonly folder: string;
  /** What `earshot run` would have ended with: 0 fine, 3 a threshold was missed, 6 not valid, 7 incomplete. */
  readonly exitCode: ExitCode;
}

/**
 * Runs a scenario to its end. Latencies of the result are in ms, instants of its turns in µs since the run's start.
 *
 * A missed threshold, an unanswered turn or an invalid run is a result, not an error: look at `exitCode`, or at
 * `result.thresholds` and `result.validity`. Throws an InputError, whose `issues` name every fault with its place, before
 * anything is started where the scenario is wrong, and where no target could be started.
 */
export async function run(options: RunOptions): Promise<RunOutcome> {
  const { reportsRoot = "reports", fixtures, threads, canary = true, onRow, signal } = options;
  const refused = unwritable(reportsRoot);
  if (refused) throw new InputError([{ ...refused, source: "reportsRoot" }]);
  const clock = createSystemClock();
  const clips = await openFixtures(fixtures);
  const overrides = Object.entries(options.overrides ?? {}).map(overrideOf);
  const asked = orThrow(await readAsked(fileOf(options), { overrides, thresholds: options.thresholds ?? [], reportsRoot, clips, clock }));
  const { prepared } = asked;
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
    trace: undefined,
    keepAudio: undefined,
    startAt: undefined,
    resumes: undefined,
    drain: signal ?? new AbortController().signal,
    cut: new AbortController().signal,
    ...(onRow ? { watch: { ...nothing, onRow } } : {}),
  });
  const { record, folder } = orThrow(finished);
  return { ...record, folder, exitCode: exitCodeOf(record.result, { strictValidity: false }, undefined) };
}

function fileOf({ file, scenario }: RunOptions): Result<ScenarioFile> {
  if ((file === undefined) === (scenario === undefined)) throw new InputError([{ source: "run", message: "needs either file or scenario" }]);
  if (file !== undefined) return findScenario(file);
  const text = typeof scenario === "string" ? scenario : JSON.stringify(scenario, null, 2);
  return { ok: true, value: { source: "scenario", text, findBase: (wanted) => findScenario(wanted) } };
}

const overrideOf = ([path, value]: readonly [string, FieldValue]): Override => ({
  flag: `overrides.${path}`,
  path,
  value: typeof value === "string" ? value : JSON.stringify(value),
});
