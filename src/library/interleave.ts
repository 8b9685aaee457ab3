// Two scenarios that take turns in one run, and whether the second is slower than the first.

import { comparableRun } from "../compare/comparable-run.ts";
import { compareCells, type CompareOptions } from "../compare/compare-runs.ts";
import type { Comparison } from "../compare/comparison.ts";
import { exitCodeOfVerdict } from "../compare/exit-code.ts";
import { mostSevere, type ExitCode } from "../core/exit-codes.ts";
import { orThrow, type Result } from "../core/issues.ts";
import type { RunRecord } from "../result/run-result.ts";
import type { ScenarioFile } from "../scenario/extends.ts";
import { findScenario } from "./places.ts";
import { readArms } from "./read-asked.ts";
import type { RunOutcome, RunSettings } from "./run-options.ts";
import { runRead, writtenScenario } from "./run-read.ts";

/** A scenario's file, the name of one that ships with earshot, or the scenario itself in the fields of docs/scenarios.md. */
export type ArmScenario = string | Readonly<Record<string, unknown>>;

export interface InterleaveOptions extends RunSettings, Pick<CompareOptions, "policy" | "resamples"> {
  readonly baseline: ArmScenario;
  readonly candidate: ArmScenario;
}

export interface InterleaveOutcome {
  readonly comparison: Comparison;
  readonly run: RunOutcome;
  /** What `earshot compare --interleave` would have ended with: the more severe of what the run and the comparison say. */
  readonly exitCode: ExitCode;
}

/**
 * Makes the calls of both scenarios in one run, in turns, so that what drifts meanwhile drifts for both, and compares the candidate's with the
 * baseline's. Overrides, thresholds and all other settings hold for both. Throws an InputError, before anything is started, where
 * either is wrong or they differ in what arms of one run must have in common (docs/ci.md, gate b).
 */
export async function interleave({ baseline, candidate, policy, resamples, ...settings }: InterleaveOptions): Promise<InterleaveOutcome> {
  const run = await runRead(settings, (asking) => readArms([armOf(baseline, "baseline"), armOf(candidate, "candidate")], asking));
  const comparison = compareArms(run, { ...(policy ? { policy } : {}), ...(resamples === undefined ? {} : { resamples }) });
  return { comparison, run, exitCode: mostSevere([run.exitCode, exitCodeOfVerdict(comparison.verdict)]) };
}

/** The arms of an interleaved run. */
export const compareArms = (run: RunRecord, options: CompareOptions): Comparison =>
  orThrow(compareCells(comparableRun(run), { ...options, by: "arm", base: "A" }));

const armOf = (scenario: ArmScenario, name: string): Result<ScenarioFile> =>
  typeof scenario === "string" ? findScenario(scenario) : writtenScenario(JSON.stringify(scenario, null, 2), name);
