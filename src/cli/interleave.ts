// `earshot compare --interleave A.yaml B.yaml`: two scenarios take turns in one run, and the second is compared with the first.

import { comparableRun } from "../compare/comparable-run.ts";
import { compareCells } from "../compare/compare-runs.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { Policy } from "../compare/policy.ts";
import { type ExitCode } from "../core/exit-codes.ts";
import { InputError, orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { findScenario, openFixtures, unwritable } from "../library/places.ts";
import { readArms } from "../library/read-asked.ts";
import { createRunView } from "../live/run-view.ts";
import type { RunRecord } from "../result/run-result.ts";
import type { Override } from "../scenario/overrides.ts";
import { beginAgreed } from "./begin-agreed.ts";
import { runScenario } from "./run-scenario.ts";
import { listenForSignals } from "./signals.ts";

export interface Interleaving {
  readonly scenarios: readonly string[];
  /** For both of them. */
  readonly overrides: readonly Override[];
  readonly policy: Partial<Policy>;
  readonly reportsRoot: string;
  readonly fixtures: string | undefined;
}

export interface Interleaved {
  /** Of the run itself. */
  readonly exitCode: ExitCode;
  /** Absent where there was no run. */
  readonly comparison: Comparison | undefined;
}

export async function interleave({ scenarios, overrides, policy, reportsRoot, fixtures }: Interleaving): Promise<Interleaved> {
  const [a, b, ...more] = scenarios;
  if (a === undefined || b === undefined || more.length > 0)
    throw new InputError([
      { source: "--interleave", message: "takes two scenarios, the baseline and the candidate, as in: earshot compare --interleave base.yaml head.yaml" },
    ]);
  const refused = unwritable(reportsRoot);
  if (refused) throw new InputError([refused]);
  const clock = createSystemClock();
  const clips = await openFixtures(fixtures);
  const asked = orThrow(await readArms([findScenario(a), findScenario(b)], { overrides, thresholds: [], reportsRoot, clips, clock }));
  const [expectedMs = 0] = await beginAgreed([asked], clips);
  const signals = listenForSignals();
  let record: RunRecord | undefined;
  const run = { ...asked, clock, signals, reportsRoot, fixtures, resumes: undefined, strictValidity: false, threads: undefined, canary: true };
  const exitCode = await runScenario({
    ...run,
    startAt: undefined,
    trace: undefined,
    keepAudio: undefined,
    view: createRunView(clock),
    expectedMs,
    onRecord: (ended) => (record = ended),
  }).finally(signals.stopListening);
  return { exitCode, comparison: record && orThrow(compareCells(comparableRun(record), { policy, by: "arm", base: "A" })) };
}
