// `earshot run`: runs scenarios and writes their reports.

import type { Argv, CommandModule } from "yargs";
import type { ClipStore } from "../../audio/clip-store.ts";
import type { Clock } from "../../core/clock.ts";
import { mostSevere, type ExitCode } from "../../core/exit-codes.ts";
import { failed, InputError, ok, orThrow, type Issue, type Result } from "../../core/issues.ts";
import { limits } from "../../core/limits.ts";
import { createSystemClock } from "../../core/system-clock.ts";
import { descriptorWarning, openFilesLimit } from "../../doctor/machine.ts";
import { findCheck } from "../../result/check-store.ts";
import { environment } from "../../result/environment.ts";
import type { RunCheck } from "../../result/check-result.ts";
import { checkFor, tooTight, type RunLoad } from "../../result/run-check.ts";
import { parseThreshold, thresholdFault, type Threshold } from "../../result/threshold.ts";
import type { Segment } from "../../plan/segment.ts";
import type { ScenarioFile } from "../../scenario/extends.ts";
import type { Override } from "../../scenario/overrides.ts";
import { parseScenario, type ParsedScenario } from "../../scenario/parse.ts";
import { remainingPlan } from "../../plan/remaining.ts";
import { estimatePlan } from "../../plan/estimate.ts";
import { agreedTo, budgetFor, withBudget } from "../budget.ts";
import { expectationsOf } from "../expectations.ts";
import { readNamedFiles } from "../named-files.ts";
import { liveOptions, openLive, type LiveArguments } from "../live-options.ts";
import { fieldFlags, fixturesOption, outOption, type FieldFlag } from "../options.ts";
import { readResumed, type Resumed } from "../resume.ts";
import { printError } from "../output.ts";
import { findScenario, openFixtures, unwritable } from "../places.ts";
import { runScenario, type ScenarioRun } from "../run-scenario.ts";
import { prepare, type Prepared } from "../../load/prepare.ts";
import { segmented } from "../../load/segment-run.ts";
import type { KeptTraces } from "../../load/traces.ts";
import { readSegment, readStartAt } from "../segment-option.ts";
import { listenForSignals } from "../signals.ts";
import { thresholdIssue } from "../threshold-issue.ts";

/** What says how a scenario differs from what is written. */
export interface ScenarioArguments extends Partial<Record<FieldFlag, string>> {
  readonly set?: readonly string[];
  readonly tag?: readonly string[];
}

interface RunArguments extends ScenarioArguments, LiveArguments {
  readonly scenario?: readonly string[];
  readonly threshold?: readonly string[];
  readonly out: string;
  readonly fixtures?: string;
  readonly "strict-validity": boolean;
  readonly threads?: number;
  readonly trace: string;
  readonly segment?: string;
  readonly "start-at"?: string;
  readonly canary: boolean;
  readonly resume?: string;
}

/** The flags that set fields of a scenario. */
export function scenarioOptions(parser: Argv): Argv {
  for (const [flag, { describe }] of Object.entries(fieldFlags))
    parser.option(flag, { type: "string", describe, group: "What is asked (a comma list compares):", requiresArg: true });
  return parser
    .option("set", { type: "string", array: true, describe: "Any other field: path=value", group: "What is asked (a comma list compares):", requiresArg: true })
    .option("tag", {
      type: "string",
      array: true,
      describe: "name=value, kept in every report",
      group: "What is asked (a comma list compares):",
      requiresArg: true,
    });
}

const builder = (parser: Argv): Argv => {
  parser.positional("scenario", { type: "string", array: true, describe: "Names (quickstart) or files (my.yaml); default quickstart" });
  return liveOptions(scenarioOptions(parser))
    .option("threshold", {
      type: "string",
      array: true,
      describe: 'Fails the run (exit 3), for example "voice_to_voice p90 < 2500ms"',
      group: "What is demanded:",
      requiresArg: true,
    })
    .option("strict-validity", { type: "boolean", default: false, describe: "A doubt about the figures is exit 6, not a warning", group: "What is demanded:" })
    .option("trace", {
      type: "string",
      default: "none",
      describe: "Keep the raw inputs of calls: all, or worst:N for those with the N slowest and unanswered turns of each cell",
      group: "Files:",
      requiresArg: true,
    })
    .option("canary", {
      type: "boolean",
      default: true,
      describe: "One more call a thread, to an exact target in a process of its own: how wrong is this machine under this load? --no-canary for none",
      group: "What is demanded:",
    })
    .option("resume", {
      type: "string",
      describe: "A run that ended early: make the calls that are missing, within its budget or a new one",
      requiresArg: true,
    })
    .option("threads", { type: "number", describe: "Threads that make the calls; by default what suits callers and cores", requiresArg: true })
    .option("segment", {
      type: "string",
      describe: "Part k/n of the plan, such as 1/2; earshot merge makes one run of all parts",
      group: "On several machines:",
      requiresArg: true,
    })
    .option("start-at", {
      type: "string",
      describe: "When the first call may come, the same for all parts: 2026-12-01T09:00:00Z, or milliseconds of the Unix epoch",
      group: "On several machines:",
      requiresArg: true,
    })
    .option("out", outOption)
    .option("fixtures", fixturesOption)
    .example("$0 run", "the quick start: low and high effort, offline, half a minute")
    .example("$0 run quickstart --effort low,high --frame-ms 20,40 --sessions 40", "four cells")
    .example("$0 run quickstart --network none,delay:80ms,jitter:20ms", "a good network and a bad one");
};

export const runCommand: CommandModule<object, RunArguments> = {
  command: "run [scenario...]",
  describe: "Run scenarios and write their reports",
  builder: builder as (parser: Argv) => Argv<RunArguments>,
  handler: async (given) => {
    process.exitCode = await runAll(given);
  },
};

/** Everything is checked before anything is started: a mistake in the third scenario is found before the first one runs. */
async function runAll(given: RunArguments): Promise<ExitCode> {
  const resumed = given.resume === undefined ? undefined : orThrow(readResumed(given.resume, overridesOf(given)));
  if (resumed && given.scenario?.length) throw new InputError([{ source: "--resume", message: "takes the scenario of the run; name none beside it" }]);
  const names = given.scenario?.length ? given.scenario : ["quickstart"];
  const clips = await openFixtures(given.fixtures);
  const unwritableOut = unwritable(given.out);
  const trace = keptTraces(given.trace);
  const issues: Issue[] = [...(unwritableOut ? [unwritableOut] : []), ...(trace.ok ? [] : trace.issues)];
  const clock = createSystemClock();
  const segment = given.segment === undefined ? undefined : readSegment(given.segment);
  const startAt = given["start-at"] === undefined ? undefined : readStartAt(given["start-at"], clock.wallTime().getTime());
  for (const flag of [segment, startAt]) if (flag?.ok === false) issues.push(...flag.issues);
  if (startAt && names.length > 1) issues.push({ source: "--start-at", message: "is of one scenario; run each with its own" });
  const asked: Asked[] = [];
  for (const name of names) {
    const read = await readAsked(resumed ? ok(resumed) : findScenario(name), {
      given,
      clips,
      clock,
      resumed,
      segment: segment?.ok ? segment.value : undefined,
    });
    if (read.ok) asked.push(read.value);
    else issues.push(...read.issues);
  }
  issues.push(...threadsIssues(given.threads));
  if (issues.length > 0) throw new InputError(issues);
  const expectedMs = await beginAgreed(asked, clips);

  const mostSessions = Math.max(...asked.flatMap(({ prepared }) => prepared.plan.groups.map(({ concurrency, pool = 0 }) => concurrency + pool)));
  const warning = descriptorWarning(openFilesLimit(), mostSessions);
  if (warning) printError(`earshot: ${warning}`);

  const live = await openLive(given, clock);
  const signals = listenForSignals();
  const codes: ExitCode[] = [];
  try {
    for (const [index, scenario] of asked.entries()) {
      if (signals.drain.aborted) break;
      codes.push(
        await runScenario({
          ...scenario,
          resumes: resumed?.runId,
          clock,
          signals,
          reportsRoot: given.out,
          fixtures: given.fixtures,
          strictValidity: given["strict-validity"],
          threads: given.threads,
          canary: given.canary,
          startAt: startAt?.ok ? startAt.value : undefined,
          trace: trace.ok ? trace.value : undefined,
          view: live.view,
          expectedMs: expectedMs[index] ?? 0,
        }),
      );
    }
  } finally {
    signals.stopListening();
    await live.close();
  }
  return mostSevere(codes);
}

interface Reading {
  readonly given: RunArguments;
  readonly clips: ClipStore;
  readonly clock: Clock;
  readonly resumed: Resumed | undefined;
  readonly segment: Segment | undefined;
}

/** One scenario, ready to be run, or everything that is wrong with it. */
async function readAsked(file: Result<ScenarioFile>, { given, clips, clock, resumed, segment }: Reading): Promise<Result<Asked>> {
  const parsed = file.ok ? parseScenario({ ...file.value, overrides: overridesOf(given), env: process.env }) : file;
  if (!file.ok || !parsed.ok) return failed(...(parsed.ok ? [] : parsed.issues));
  const { source } = file.value;
  const { thresholds, issues: wrongThresholds } = readThresholds(parsed.value, given.threshold ?? [], source);
  const issues = [...wrongThresholds];
  const budgeted = withBudget(parsed.value.scenario);
  const files = readNamedFiles(parsed.value, source);
  if (!files.ok) return failed(...issues, ...files.issues);
  const whole = withoutDone(await prepare(budgeted.scenario, clips, source, files.value), resumed);
  const prepared = whole.ok && segment ? segmented(whole.value, segment) : whole;
  if (!prepared.ok) return failed(...issues, ...prepared.issues.map(parsed.value.placed));
  const spentBefore = resumed?.spentBefore ? { spentBefore: resumed.spentBefore } : {};
  const budget = budgetFor({ ...budgeted, ...spentBefore, prepared: prepared.value, source, parts: segment?.of ?? 1 });
  if (!budget.ok) issues.push(...budget.issues);
  const machineCheck = unwritable(given.out) ? undefined : findCheck(given.out, environment());
  const check = machineCheck && checkFor(machineCheck, loadOf(prepared.value, clock));
  issues.push(...thresholdFaults(thresholds, prepared.value, check).map((fault) => thresholdIssue(parsed.value, source, fault)));
  if (given.trace !== "none" && parsed.value.scenario.privacy !== "full")
    issues.push({
      source: "--trace",
      message: `keeps every word that is said, and the scenario has privacy: ${parsed.value.scenario.privacy}; leave one of them out`,
    });
  if (issues.length > 0 || !budget.ok) return failed(...issues);
  return ok({ parsed: { ...parsed.value, scenario: budgeted.scenario }, source, budget: budget.value, thresholds, prepared: prepared.value, check });
}

function threadsIssues(threads: number | undefined): readonly Issue[] {
  const isRight = threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= limits.threads);
  return isRight ? [] : [{ source: "--threads", message: `must be a whole number from 1 to ${limits.threads}` }];
}

/** How long each will take, ms. Throws unless every run that nobody gave a budget is within the default one, or its user says yes. */
async function beginAgreed(asked: readonly Asked[], clips: ClipStore): Promise<readonly number[]> {
  const durationsMs: number[] = [];
  for (const { budget, prepared, source } of asked) {
    const estimate = estimatePlan(prepared.plan, prepared.prices, expectationsOf(clips));
    const refusal = await agreedTo(budget, estimate, source);
    if (refusal) throw new InputError([refusal]);
    durationsMs.push(estimate.durationMs);
  }
  return durationsMs;
}

/** Of a resumed run only what is missing; that nothing is, is worth an exit. */
function withoutDone(prepared: Result<Prepared>, resumed: Resumed | undefined): Result<Prepared> {
  if (!prepared.ok || !resumed) return prepared;
  const plan = remainingPlan(prepared.value.plan, resumed.isDone);
  if (plan.groups.length === 0) return failed({ source: "--resume", message: `${resumed.runId} lacks no call: there is nothing to resume` });
  return ok({ ...prepared.value, plan });
}

/** A scenario as it was read, ready to be run. */
type Asked = Pick<ScenarioRun, "parsed" | "thresholds" | "prepared" | "check" | "budget"> & { readonly source: string };

function loadOf({ plan }: Prepared, clock: Clock): RunLoad {
  return {
    concurrency: Math.max(...plan.groups.map((group) => group.concurrency)),
    frameMs: Math.min(...plan.cells.map((cell) => cell.settings.session.frameMs)),
    startedAtMs: clock.wallTime().getTime(),
  };
}

/** `none`, `all` or `worst:5`. */
function keptTraces(text: string): Result<KeptTraces | undefined> {
  if (text === "none") return ok(undefined);
  if (text === "all") return ok({ type: "all" });
  const turns = Number(/^worst:([1-9]\d{0,5})$/.exec(text)?.[1]);
  return turns > 0 ? ok({ type: "worst", turns }) : failed({ source: "--trace", message: `"${text}" is none of: none, all, worst:5` });
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

export function overridesOf(given: ScenarioArguments): Override[] {
  const fields = Object.entries(fieldFlags).flatMap(([flag, { path }]): Override[] => {
    const value = given[flag as FieldFlag];
    return value === undefined ? [] : [{ flag: `--${flag}`, path, value }];
  });
  return [...fields, ...pairs("--set", given.set ?? [], ""), ...pairs("--tag", given.tag ?? [], "tags.")];
}

function pairs(flag: string, texts: readonly string[], prefix: string): Override[] {
  const wrong = texts.filter((text) => !/^[^=]+=/.test(text));
  if (wrong.length > 0) throw new InputError(wrong.map((text) => ({ source: flag, message: `"${text}" must be ${prefix === "" ? "path" : "name"}=value` })));
  return texts.map((text) => ({ flag, path: prefix + text.slice(0, text.indexOf("=")), value: text.slice(text.indexOf("=") + 1) }));
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
