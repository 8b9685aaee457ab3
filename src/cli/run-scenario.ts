// One scenario from its plan to its reports, on the terminal.

import type { Clock } from "../core/clock.ts";
import { revisionOf } from "../result/revision.ts";
import { exitCodes, mostSevere, type ExitCode } from "../core/exit-codes.ts";
import { formatIssue } from "../core/issues.ts";
import { openCanaryTarget } from "../load/canary.ts";
import type { Prepared } from "../load/prepare.ts";
import type { BudgetTask } from "../load/run-budget.ts";
import { run } from "../load/run.ts";
import type { KeptTraces } from "../load/traces.ts";
import { openTargets } from "../load/targets.ts";
import { closingTable } from "../report/closing-table.ts";
import type { RunCheck } from "../result/check-result.ts";
import type { RunResult } from "../result/run-result.ts";
import type { Threshold } from "../result/threshold.ts";
import type { ParsedScenario } from "../scenario/parse.ts";
import type { RunView } from "../live/run-view.ts";
import { print, printError } from "./output.ts";
import { fixtureRoots } from "./places.ts";
import { startProgress } from "./progress.ts";
import type { Signals } from "./signals.ts";
import { addToStepSummary } from "./step-summary.ts";
import { writeReports } from "./write-reports.ts";

export interface ScenarioRun {
  readonly parsed: ParsedScenario;
  readonly thresholds: readonly Threshold[];
  readonly prepared: Prepared;
  readonly clock: Clock;
  readonly signals: Signals;
  readonly reportsRoot: string;
  readonly fixtures: string | undefined;
  readonly strictValidity: boolean;
  readonly threads: number | undefined;
  readonly trace: KeptTraces | undefined;
  /** What the newest check of this machine says of the run. */
  readonly check: RunCheck | undefined;
  readonly canary: boolean;
  readonly startAt: Date | undefined;
  readonly resumes: string | undefined;
  /** What may be spent, where something is bounded. */
  readonly budget: BudgetTask | undefined;
  /** What everybody who watches looks at. */
  readonly view: RunView;
  readonly expectedMs: number;
}

export async function runScenario(asked: ScenarioRun): Promise<ExitCode> {
  const { parsed, prepared, clock, signals } = asked;
  const { scenario } = parsed;
  const progress = startProgress({
    view: asked.view,
    plan: prepared.plan,
    expectedMs: asked.expectedMs,
    ...(asked.budget ? { budget: asked.budget } : {}),
  });
  const onDrain = (): void => progress.note(`${String(signals.drain.reason)}: no new turns; those in progress may finish. Once more stops at once.`);
  signals.drain.addEventListener("abort", onDrain, { once: true });
  const revision = revisionOf(process.env, process.cwd());
  const finished = await run({
    scenario,
    scenarioYaml: parsed.resolvedYaml,
    hidden: parsed.hidden,
    prepared,
    thresholds: asked.thresholds,
    reportsRoot: asked.reportsRoot,
    runIdSuffix: process.pid.toString(36),
    clock,
    ...(asked.threads === undefined ? {} : { threads: asked.threads }),
    openTargets: (cells, truthPath) =>
      openTargets({ clock, cells, seed: scenario.seed, truthPath, fixtureRoots: fixtureRoots(asked.fixtures), env: process.env }),
    ...(asked.canary ? { openCanaryTarget: (truthPath) => openCanaryTarget({ clock, truthPath, fixtureRoots: fixtureRoots(asked.fixtures) }) } : {}),
    drain: signals.drain,
    cut: signals.cut,
    watch: progress.watch,
    ...(asked.resumes === undefined ? {} : { resumes: asked.resumes }),
    ...(revision ? { revision } : {}),
    ...(asked.budget ? { budget: asked.budget } : {}),
    ...(asked.trace ? { trace: asked.trace } : {}),
    ...(asked.startAt ? { startAt: asked.startAt } : {}),
    ...(asked.check ? { check: asked.check } : {}),
  }).finally(() => {
    progress.stop();
    signals.drain.removeEventListener("abort", onDrain);
  });
  if (!finished.ok) {
    printError(`No target could be started.\n${finished.issues.map((issue) => `  ${formatIssue(issue)}`).join("\n")}`);
    return exitCodes.incomplete;
  }
  const { record, folder } = finished.value;
  await writeReports(folder, record);
  asked.view.end(`${folder}/report.html`);
  addToStepSummary(process.env, record);
  print(closingTable(record).trimEnd());
  print(`\nreport  ${folder}/report.html    also effort.csv turns.csv latency.hlog`);
  return exitCodeOf(record.result, asked, signals.exitCode());
}

export function exitCodeOf(result: RunResult, { strictValidity }: { readonly strictValidity: boolean }, signal: ExitCode | undefined): ExitCode {
  const { validity, thresholds, end } = result;
  return mostSevere([
    ...(signal === undefined ? [] : [signal]),
    ...(end.type === "incomplete" ? [exitCodes.incomplete] : []),
    ...(validity.verdict === "invalid" || (strictValidity && validity.verdict === "doubtful") ? [exitCodes.invalid] : []),
    ...(thresholds.some((threshold) => !threshold.passed) ? [exitCodes.threshold] : []),
  ]);
}
