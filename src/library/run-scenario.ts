// A scenario run from a program: the same run, folder and reports as `earshot run` makes, without a terminal.

import { InputError, type Result } from "../core/issues.ts";
import type { ScenarioFile } from "../scenario/extends.ts";
import { findScenario } from "./places.ts";
import { readAsked } from "./read-asked.ts";
import type { RunOptions, RunOutcome } from "./run-options.ts";
import { runRead, writtenScenario } from "./run-read.ts";

/**
 * Runs a scenario to its end. Latencies of the result are in ms, instants of its turns in µs since the run's start.
 *
 * A missed threshold, an unanswered turn or an invalid run is a result, not an error: look at `exitCode`, or at
 * `result.thresholds` and `result.validity`. Throws an InputError, whose `issues` name every fault with its place, before
 * anything is started where the scenario is wrong, and where no target could be started.
 */
export async function run(options: RunOptions): Promise<RunOutcome> {
  return runRead(options, (asking) => readAsked(fileOf(options), asking));
}

function fileOf({ file, scenario }: RunOptions): Result<ScenarioFile> {
  if ((file === undefined) === (scenario === undefined)) throw new InputError([{ source: "run", message: "needs either file or scenario" }]);
  if (file !== undefined) return findScenario(file);
  return writtenScenario(typeof scenario === "string" ? scenario : JSON.stringify(scenario, null, 2), "scenario");
}
