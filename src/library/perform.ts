// A run that may begin, to its end and its reports.

import type { Clock } from "../core/clock.ts";
import type { Result } from "../core/issues.ts";
import { openCanaryTarget } from "../load/canary.ts";
import type { KeptAudio } from "../load/kept-audio.ts";
import { run, type FinishedRun, type RunWatch } from "../load/run.ts";
import { openTargets } from "../load/targets.ts";
import type { KeptTraces } from "../load/traces.ts";
import { revisionOf } from "../result/revision.ts";
import { fixtureRoots } from "./places.ts";
import type { Asked } from "./read-asked.ts";
import { writeReports } from "./write-reports.ts";

export interface Performing extends Asked {
  readonly clock: Clock;
  readonly reportsRoot: string;
  /** The user's own clips; ./fixtures without it. */
  readonly fixtures: string | undefined;
  readonly threads: number | undefined;
  readonly trace: KeptTraces | undefined;
  readonly keepAudio: KeptAudio | undefined;
  readonly canary: boolean;
  readonly startAt: Date | undefined;
  /** The run whose missing calls these are. */
  readonly resumes: string | undefined;
  /** Aborts when no new turn may begin, and when everything must stop at once. */
  readonly drain: AbortSignal;
  readonly cut: AbortSignal;
  readonly watch?: RunWatch;
}

/** Resolves when the run's folder is complete. Fails only where no target could be started. */
export async function perform(asked: Performing): Promise<Result<FinishedRun>> {
  const { parsed, prepared, clock, reportsRoot, thresholds, drain, cut, fixtures } = asked;
  const { scenario } = parsed;
  const revision = revisionOf(process.env, process.cwd());
  const finished = await run({
    scenario,
    scenarioYaml: parsed.resolvedYaml,
    hidden: parsed.hidden,
    prepared,
    thresholds,
    reportsRoot,
    runIdSuffix: process.pid.toString(36),
    clock,
    ...(asked.threads === undefined ? {} : { threads: asked.threads }),
    openTargets: (cells, truthPath) => openTargets({ clock, cells, seed: scenario.seed, truthPath, fixtureRoots: fixtureRoots(fixtures), env: process.env }),
    ...(asked.canary ? { openCanaryTarget: (truthPath) => openCanaryTarget({ clock, truthPath, fixtureRoots: fixtureRoots(fixtures) }) } : {}),
    drain,
    cut,
    ...(asked.watch ? { watch: asked.watch } : {}),
    ...(asked.resumes === undefined ? {} : { resumes: asked.resumes }),
    ...(revision ? { revision } : {}),
    ...(asked.budget ? { budget: asked.budget } : {}),
    ...(asked.trace ? { trace: asked.trace } : {}),
    ...(asked.keepAudio ? { keepAudio: asked.keepAudio } : {}),
    ...(asked.startAt ? { startAt: asked.startAt } : {}),
    ...(asked.check ? { check: asked.check } : {}),
  });
  if (finished.ok) await writeReports(finished.value.folder, finished.value.record);
  return finished;
}
