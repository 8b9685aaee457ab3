// One scenario, from its file to a run that can begin: everything that may be wrong with it is found here, before anything is started.

import type { ClipStore } from "../audio/clip-store.ts";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import type { Amount } from "../cost/amount.ts";
import { prepare, type Prepared } from "../load/prepare.ts";
import type { BudgetTask } from "../load/run-budget.ts";
import { segmented } from "../load/segment-run.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { remainingPlan } from "../plan/remaining.ts";
import type { Segment } from "../plan/segment.ts";
import type { RunCheck } from "../result/check-result.ts";
import { findCheck } from "../result/check-store.ts";
import { environment } from "../result/environment.ts";
import { checkFor, tooTight, type RunLoad } from "../result/run-check.ts";
import { parseThreshold, thresholdFault, type Threshold } from "../result/threshold.ts";
import { joinArms } from "../scenario/arms.ts";
import type { ScenarioFile } from "../scenario/extends.ts";
import type { Override } from "../scenario/overrides.ts";
import { parseScenario, type ParsedScenario } from "../scenario/parse.ts";
import { budgetFor, withBudget } from "./budget.ts";
import { readNamedFiles } from "./named-files.ts";
import { unwritable } from "./places.ts";
import { thresholdIssue } from "./threshold-issue.ts";

/** A run that ended early, whose missing calls are asked for. */
export interface Missing {
  readonly runId: string;
  isDone(call: PlannedCall): boolean;
  /** Absent where the run had no budget. */
  readonly spentBefore?: Amount;
}

export interface Asking {
  readonly overrides: readonly Override[];
  /** Beside those of the scenario. */
  readonly thresholds: readonly string[];
  /** Where the machine's newest check is looked for. */
  readonly reportsRoot: string;
  readonly clips: ClipStore;
  readonly clock: Clock;
  readonly resumed?: Missing | undefined;
  readonly segment?: Segment | undefined;
}

/** A scenario as it was read, ready to be run. */
export interface Asked {
  readonly parsed: ParsedScenario;
  readonly source: string;
  readonly thresholds: readonly Threshold[];
  readonly prepared: Prepared;
  /** What the newest check of this machine says of the run. */
  readonly check: RunCheck | undefined;
  /** What may be spent, where something is bounded. */
  readonly budget: BudgetTask | undefined;
}

/** One scenario, ready to be run, or everything that is wrong with it. */
export async function readAsked(file: Result<ScenarioFile>, asking: Asking): Promise<Result<Asked>> {
  const parsed = file.ok ? parseScenario({ ...file.value, overrides: asking.overrides, env: process.env }) : file;
  return file.ok && parsed.ok ? readyToRun(parsed.value, file.value.source, asking) : failed(...(parsed.ok ? [] : parsed.issues));
}

/** Two scenarios that take turns in one run, ready to be run, or everything that is wrong with either or keeps them apart. */
export async function readArms(files: readonly [Result<ScenarioFile>, Result<ScenarioFile>], asking: Asking): Promise<Result<Asked>> {
  const read = files.map((file) => (file.ok ? parseScenario({ ...file.value, overrides: asking.overrides, env: process.env }) : file));
  const arms = read.flatMap((parsed, index) => {
    const file = files[index];
    return parsed.ok && file?.ok ? [{ parsed: parsed.value, source: file.value.source }] : [];
  });
  const [a, b] = arms;
  if (!a || !b) return failed(...read.flatMap((parsed) => (parsed.ok ? [] : parsed.issues)));
  const joined = joinArms(a, b);
  return joined.ok ? readyToRun(joined.value, a.source, asking) : joined;
}

/** The same of a scenario that is already understood. */
async function readyToRun(parsed: ParsedScenario, source: string, asking: Asking): Promise<Result<Asked>> {
  const { clips, clock, resumed, segment, reportsRoot } = asking;
  const { thresholds, issues: wrongThresholds } = readThresholds(parsed, asking.thresholds, source);
  const issues = [...wrongThresholds];
  const budgeted = withBudget(parsed.scenario);
  const files = readNamedFiles(parsed, source);
  if (!files.ok) return failed(...issues, ...files.issues);
  const whole = withoutDone(await prepare(budgeted.scenario, clips, source, files.value), resumed);
  const prepared = whole.ok && segment ? segmented(whole.value, segment) : whole;
  if (!prepared.ok) return failed(...issues, ...prepared.issues.map(parsed.placed));
  const spentBefore = resumed?.spentBefore ? { spentBefore: resumed.spentBefore } : {};
  const budget = budgetFor({ ...budgeted, ...spentBefore, prepared: prepared.value, source, parts: segment?.of ?? 1 });
  if (!budget.ok) issues.push(...budget.issues);
  const machineCheck = unwritable(reportsRoot) ? undefined : findCheck(reportsRoot, environment());
  const check = machineCheck && checkFor(machineCheck, loadOf(prepared.value, clock));
  issues.push(...thresholdFaults(thresholds, prepared.value, check).map((fault) => thresholdIssue(parsed, source, fault)));
  if (issues.length > 0 || !budget.ok) return failed(...issues);
  return ok({ parsed: { ...parsed, scenario: budgeted.scenario }, source, budget: budget.value, thresholds, prepared: prepared.value, check });
}

/** Of a resumed run only what is missing; that nothing is, is worth an exit. */
function withoutDone(prepared: Result<Prepared>, resumed: Missing | undefined): Result<Prepared> {
  if (!prepared.ok || !resumed) return prepared;
  const plan = remainingPlan(prepared.value.plan, resumed.isDone);
  if (plan.groups.length === 0) return failed({ source: "--resume", message: `${resumed.runId} lacks no call: there is nothing to resume` });
  return ok({ ...prepared.value, plan });
}

function loadOf({ plan }: Prepared, clock: Clock): RunLoad {
  return {
    concurrency: Math.max(...plan.groups.map((group) => group.concurrency)),
    frameMs: Math.min(...plan.cells.map((cell) => cell.settings.session.frameMs)),
    startedAtMs: clock.wallTime().getTime(),
  };
}

function thresholdFaults(thresholds: readonly Threshold[], { plan }: Prepared, check: RunCheck | undefined) {
  const cells = plan.cells.map(({ axes, settings: { session, network, target } }) => ({
    axes,
    frameMs: session.frameMs,
    network,
    model: target.model,
    provider: target.provider,
    ...(session.effort === undefined ? {} : { effort: session.effort }),
    ...(target.provider === "embedded" ? { profile: target.profile } : {}),
  }));
  return thresholds.flatMap((threshold) =>
    [thresholdFault(threshold, cells, plan.scenario.tags), tooTight(threshold, check)].flatMap((message) =>
      message === undefined ? [] : [{ text: threshold.text, message }],
    ),
  );
}

function readThresholds(
  parsed: ParsedScenario,
  flags: readonly string[],
  source: string,
): { readonly thresholds: readonly Threshold[]; readonly issues: readonly Issue[] } {
  const { abortAfterMs = {}, abortAllAfterMs } = parsed.scenario;
  const results = [...parsed.scenario.thresholds, ...flags].map((text) => ({ text, result: parseThreshold(text, source) }));
  const mayAbort = (threshold: Threshold): Threshold => {
    const afterMs = abortAfterMs[threshold.text] ?? abortAllAfterMs;
    return afterMs === undefined ? threshold : { ...threshold, abortAfterMs: afterMs };
  };
  const message = "has no threshold to look at; write thresholds, or take it out";
  const idle = abortAllAfterMs !== undefined && results.length === 0 ? [parsed.placed({ source, path: "abortOnFail", message })] : [];
  return {
    thresholds: results.flatMap(({ result }) => (result.ok ? [mayAbort(result.value)] : [])),
    issues: [
      ...results.flatMap(({ text, result }) => (result.ok ? [] : result.issues.map(({ message }) => thresholdIssue(parsed, source, { text, message })))),
      ...idle,
    ],
  };
}
