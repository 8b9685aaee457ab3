// From a scenario to a stored RunResult: starts what has to be started, makes the calls, and writes down what happened,
// however it ends.

import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { failed, formatIssue, ok, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { msToUs, US_PER_S, usToMs } from "../core/units.ts";
import { startProcessCheck } from "../metrics/self-check.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { Cell } from "../plan/matrix.ts";
import type { Plan } from "../plan/plan.ts";
import { partOf } from "../plan/segment.ts";
import { assemble, type RunHead } from "../result/assemble.ts";
import { canaryFindings } from "../result/canary.ts";
import type { RunCheck } from "../result/check-result.ts";
import { startMachineWatch } from "../result/machine-load.ts";
import type { BudgetFindings, CallRow, Instrument, RunRecord, RunResult } from "../result/run-result.ts";
import { runFiles } from "../result/run-files.ts";
import { dropTrace, hasTrace, openJournal } from "../result/row-files.ts";
import { dropSound, soundsIn } from "../result/sound-files.ts";
import { readRecoveryLog } from "../result/recovery-log.ts";
import { recordOf } from "../result/warm-up.ts";
import { createRunFolder, type RunFolder } from "../result/store.ts";
import type { Threshold } from "../result/threshold.ts";
import { joinTruth, readTruthLog, startBufferOf, truthErrorStats } from "../result/truth-error.ts";
import { createAbortWatch, withMissed, type AbortWatch } from "./abort-watch.ts";
import { createRunBudget, type BudgetTask, type RunBudget } from "./run-budget.ts";
import { canaryTask } from "./canary.ts";
import type { EmbeddedTarget } from "./embedded-target.ts";
import { findingsOf, type Findings } from "./instrument.ts";
import { keptAudioText, worstSounds, type KeptAudio } from "./kept-audio.ts";
import type { Prepared } from "./prepare.ts";
import { POOL_SPREAD_US } from "./pool.ts";
import { runHead } from "./run-head.ts";
import { graceUsOf } from "./running-calls.ts";
import type { SegmentFindings } from "./segment-run.ts";
import type { SegmentTask } from "./segment.ts";
import type { Targets } from "./targets.ts";
import type { Revision } from "../result/revision.ts";
import { startThreads, type Threads } from "./thread-pool.ts";
import { sharpUpToCallers, threadsFor } from "./threads-for.ts";
import { withoutWorst, type KeptTraces } from "./traces.ts";

export interface RunRequest {
  readonly scenario: Plan["scenario"];
  readonly scenarioYaml: string;
  /** What else may stand in no file of the run, besides the target's own keys. */
  readonly hidden?: readonly string[];
  readonly prepared: Prepared;
  readonly thresholds: readonly Threshold[];
  readonly reportsRoot: string;
  /** Keeps the ids of runs that start in the same second apart. */
  readonly runIdSuffix: string;
  readonly clock: Clock;
  /** How many threads make the calls; what suits the machine and the plan without it. */
  readonly threads?: number;
  /** Starts whatever the cells talk to, and says where it is. */
  readonly openTargets: (cells: readonly Cell[], truthPath: string) => Promise<Result<Targets>>;
  /** Starts what the canaries talk to, one in each thread; there are none without it. */
  readonly openCanaryTarget?: (truthPath: string) => Promise<Result<EmbeddedTarget>>;
  /** Aborts when no new turn may begin; the reason is kept. */
  readonly drain: AbortSignal;
  /** Aborts when everything must stop at once. */
  readonly cut: AbortSignal;
  /** When the first call may come, the same for all parts of a plan; at once without it. Instants of rows then count from it. */
  readonly startAt?: Date;
  readonly watch?: RunWatch;
  /** What the newest check of this machine says of the run. */
  readonly check?: RunCheck;
  /** The run whose missing calls these are. */
  readonly resumes?: string;
  /** Which state of the user's code it is made for. */
  readonly revision?: Revision;
  /** What may be spent; without it nothing is counted or asked. */
  readonly budget?: BudgetTask;
  /** Which calls' raw inputs are kept; none where it is left out. */
  readonly trace?: KeptTraces;
  /** Which turns are kept as sound; none where it is left out. */
  readonly keepAudio?: KeptAudio;
}

/** Told what happens; must be quick and can't hold anything up. */
export interface RunWatch {
  onStart(head: RunHead, folder: RunFolder): void;
  onRow(row: TurnRow): void;
  onCalls(running: number): void;
}

/** A finished run and where it is kept. */
export interface FinishedRun {
  readonly record: RunRecord;
  readonly folder: string;
}

/** Runs the scenario to its end. Fails, with an empty run folder at most, only if no target could be started. */
export async function run(request: RunRequest): Promise<Result<FinishedRun>> {
  const { prepared, clock, watch } = request;
  const head = runHead({ ...request, startedAt: request.startAt ?? clock.wallTime() });
  const folder = createRunFolder(request.reportsRoot, head, request.scenarioYaml);
  const [targets, canaries] = await Promise.all([
    request.openTargets(prepared.plan.cells, join(folder.path, runFiles.truth)),
    openCanaries(request, join(folder.path, runFiles.canaryTruth)),
  ]);
  if (!targets.ok) {
    await canaries.stop();
    return failed(...targets.issues);
  }

  const startAtUs = request.startAt && clock.nowUs() + msToUs(request.startAt.getTime() - clock.wallTime().getTime());
  const runStartUs = startAtUs ?? clock.nowUs();
  const rows: TurnRow[] = [];
  const calls: CallRow[] = [];
  watch?.onStart(head, folder);
  const abortWatch = createAbortWatch(request.thresholds, head);
  const look = (): void => abortWatch.look(usToMs(clock.nowUs() - runStartUs));
  let made: Made;
  try {
    made = await makeCalls(
      { ...request, drain: AbortSignal.any([request.drain, abortWatch.signal]), look, startAtUs },
      {
        tasks: segmentsOf(request, {
          runId: head.runId,
          runStartUs,
          folder: folder.path,
          endpoints: targets.value.endpoints,
          secrets: targets.value.secrets,
          canaryUrl: canaries.url,
        }),
        onRow(row) {
          rows.push(row);
          abortWatch.note(row);
          watch?.onRow(row);
        },
        onCall: (row) => void calls.push(row),
        onCalls: (running) => watch?.onCalls(running),
        folder: folder.path,
      },
    );
  } finally {
    await Promise.all([targets.value.stop(), canaries.stop()]);
  }
  const durationMs = usToMs(clock.nowUs() - runStartUs);
  const end = endOf({ ...request, abort: abortWatch.signal }, calls, { lost: made.lost ?? targets.value.lost(), budget: made.budget?.findings() });
  return ok(conclude(request, { head, folder, rows, calls, made, canaries, abortWatch, durationMs, end }));
}

interface Ended {
  readonly head: RunHead;
  readonly folder: RunFolder;
  readonly rows: readonly TurnRow[];
  readonly calls: readonly CallRow[];
  readonly made: Made;
  readonly canaries: Canaries;
  readonly abortWatch: AbortWatch;
  readonly durationMs: number;
  readonly end: RunResult["end"];
}

/** What the run came to, written into its folder. */
function conclude(request: RunRequest, { head, folder, rows, calls, made, canaries, abortWatch, durationMs, end }: Ended): FinishedRun {
  const { prepared, thresholds } = request;
  const budget = made.budget?.findings();
  const truthUnknown = prepared.plan.cells.some((cell) => cell.settings.target.provider !== "embedded");
  const { latenessOf, shaperLatenessMsP99, ...found } = made.findings(rows);
  const { rows: recoveries } = readRecoveryLog(folder.lines(runFiles.recoveries));
  const hasCanaries = request.openCanaryTarget !== undefined;
  const instrument: Instrument = {
    ...found.instrument,
    canary: canaryFindings(
      { rows: folder.read(runFiles.canary), truth: folder.read(runFiles.canaryTruth) },
      { sessions: hasCanaries ? (found.instrument.threads ?? 0) : 0, lost: canaries.lost() },
    ),
    ...truthErrorOf(head, folder, rows),
  };
  const assembled = assemble(head, {
    durationMs,
    end,
    rows,
    calls,
    recoveries,
    instrument,
    latenessOf,
    thresholds,
    droppedRows: 0,
    truthUnknown,
    ...(budget ? { budget } : {}),
    ...(shaperLatenessMsP99 === undefined ? {} : { shaperLatenessMsP99 }),
  });
  const audio = keptSounds(folder, rows, request, made);
  const result = { ...assembled, ...(audio ? { audio } : {}), thresholds: withMissed(assembled.thresholds, abortWatch.missed()) };
  const { trace } = request;
  if (trace?.type === "worst") for (const call of withoutWorst(rows, (place) => hasTrace(folder.path, place), trace.turns)) dropTrace(folder.path, call);
  if (prepared.segment) folder.write(runFiles.segment, JSON.stringify(made.kept));
  folder.write(runFiles.result, `${JSON.stringify(result, null, 2)}\n`);
  return { record: recordOf(result, rows, request.scenarioYaml, recoveries), folder: folder.path };
}

/** The turns that can be listened to; files of turns that were a thread's worst and not the run's are taken away. */
function keptSounds({ path }: RunFolder, rows: readonly TurnRow[], { keepAudio }: RunRequest, { kept: { checks } }: Made): RunResult["audio"] {
  if (!keepAudio) return undefined;
  const there = soundsIn(path, rows);
  const turns = keepAudio.type === "all" ? there : worstSounds(there, rows, keepAudio.turns);
  for (const sound of there) if (!turns.includes(sound)) dropSound(path, sound);
  const dropped = checks.reduce((sum, { soundsDropped = 0 }) => sum + soundsDropped, 0);
  return { kept: keptAudioText(keepAudio), turns, ...(dropped > 0 ? { dropped } : {}) };
}

/** How wrong the run was by its target's own account, where that keeps one. */
function truthErrorOf(head: RunHead, folder: RunFolder, rows: readonly TurnRow[]): Pick<Instrument, "truthError"> {
  const truth = joinTruth(rows, readTruthLog(folder.lines(runFiles.truth)), startBufferOf(head.cells));
  return truth.errors.length > 0 ? { truthError: truthErrorStats(truth) } : {};
}

interface Canaries {
  /** Where they call; absent where there are none. */
  readonly url: string | undefined;
  lost(): string | undefined;
  stop(): Promise<void>;
}

/** The canaries' target, or why it is not there: a run without them is still a run, and says so. */
async function openCanaries({ openCanaryTarget }: RunRequest, truthPath: string): Promise<Canaries> {
  const target = await openCanaryTarget?.(truthPath);
  const reason = target?.ok === false ? target.issues.map(formatIssue).join("; ") : undefined;
  if (!target?.ok) return { url: undefined, lost: () => reason, stop: () => Promise.resolve() };
  return target.value;
}

interface Place extends Pick<SegmentTask, "runId" | "runStartUs" | "folder" | "endpoints" | "secrets"> {
  readonly canaryUrl: string | undefined;
}

/** The plan's calls, dealt out to threads. */
function segmentsOf({ scenario, hidden = [], prepared, threads, trace, keepAudio }: RunRequest, { canaryUrl, ...place }: Place): readonly SegmentTask[] {
  const { plan, frames, documents, networks, prices } = prepared;
  // A thread that is allowed no call at once would drop all of its own.
  const fewest = Math.min(...plan.groups.map((group) => group.maxSessions ?? limits.threads));
  const count = Math.min(threads ?? threadsFor(plan), fewest);
  return Array.from({ length: count }, (_, index) => ({
    ...place,
    seed: scenario.seed,
    cells: plan.cells,
    groups: plan.groups.map((group) => partOf(group, index, count)),
    frames,
    documents,
    networks,
    prices,
    secrets: [...place.secrets, ...hidden],
    privacy: scenario.privacy,
    ...(trace === undefined ? {} : { trace }),
    ...(keepAudio === undefined ? {} : { keepAudio }),
    ...(canaryUrl === undefined ? {} : { canary: canaryTask(prepared.canary, { thread: index, url: canaryUrl }) }),
    threads: count,
    graceUs: plan.groups.map(graceUsOf),
  }));
}

interface Making {
  readonly tasks: readonly SegmentTask[];
  onRow(row: TurnRow): void;
  onCall(row: CallRow): void;
  onCalls(running: number): void;
  readonly folder: string;
}

interface Made {
  readonly kept: SegmentFindings;
  readonly budget: RunBudget | undefined;
  readonly findings: (rows: readonly TurnRow[]) => Findings;
  /** Why a thread is gone. */
  readonly lost: string | undefined;
}

interface Watching {
  /** Called once a second. */
  look(): void;
  /** When the first group begins, where that is given. */
  readonly startAtUs: number | undefined;
}

/** Makes every call of the plan, group after group, and says how exactly that was done. */
async function makeCalls(
  { prepared: { plan }, clock, drain, cut, look, startAtUs, budget: task }: RunRequest & Watching,
  { tasks, folder, ...port }: Making,
): Promise<Made> {
  const callers = Math.max(...plan.groups.map((group) => group.concurrency));
  const spent = new AbortController();
  const journal = task && openJournal(folder);
  const budget =
    task &&
    createRunBudget(task, {
      clock,
      append: (line) => journal?.append(line),
      answer: (thread, answer) => threads.answer(thread, answer),
      onOver: () => spent.abort("the budget is spent"),
    });
  const threads: Threads = await startThreads({
    tasks,
    sharp: callers <= sharpUpToCallers * tasks.length,
    onBudget: (thread, ask) => budget?.ask(thread, ask),
    onLost: (thread) => budget?.lose(thread),
    ...port,
  });
  const release = passOn(threads, { drain: AbortSignal.any([drain, spent.signal]), cut });
  const process = startProcessCheck(clock.nowUs, clock.nowUs() + US_PER_S + (plan.groups[0]?.startOffsetsUs.at(-1) ?? 0));
  const machine = startMachineWatch();
  const stopLooking = clock.repeat(clock.nowUs() + US_PER_S, US_PER_S, () => {
    process.look();
    look();
  });
  try {
    for (const index of plan.groups.keys()) {
      const startUs = index === 0 && startAtUs !== undefined ? startAtUs : clock.nowUs() + startAheadUs(plan.groups[index]?.pool);
      await threads.runGroup(index, startUs);
    }
  } finally {
    stopLooking();
    release();
  }
  const checks = await threads.finish();
  journal?.close();
  const used = { process: process.stop(), machine: machine.stop() };
  return { kept: { checks, process: used.process }, findings: (rows) => findingsOf(checks, used, rows), budget, lost: threads.lost() };
}

/** A group begins this much after it is called, so that every thread has heard of it, and its pool is filled, µs. */
const startAheadUs = (pool: number | undefined): number => 5_000 + (pool === undefined ? 0 : US_PER_S + pool * POOL_SPREAD_US);

/** The signals reach the threads as words. */
function passOn(threads: Threads, { drain, cut }: Pick<RunRequest, "drain" | "cut">): () => void {
  const onDrain = (): void => threads.drain(String(drain.reason));
  const onCut = (): void => threads.cut(String(cut.reason));
  if (drain.aborted) onDrain();
  if (cut.aborted) onCut();
  drain.addEventListener("abort", onDrain);
  cut.addEventListener("abort", onCut);
  return () => {
    drain.removeEventListener("abort", onDrain);
    cut.removeEventListener("abort", onCut);
  };
}

interface Reasons {
  readonly lost: string | undefined;
  readonly budget: BudgetFindings | undefined;
}

function endOf(
  request: Pick<RunRequest, "drain" | "cut"> & { readonly abort: AbortSignal },
  calls: readonly CallRow[],
  { lost, budget }: Reasons,
): RunResult["end"] {
  if (request.cut.aborted) return { type: "interrupted", reason: String(request.cut.reason) };
  if (request.drain.aborted) return { type: "interrupted", reason: String(request.drain.reason) };
  if (request.abort.aborted) return { type: "interrupted", reason: String(request.abort.reason) };
  if (lost !== undefined) return { type: "incomplete", reason: lost };
  if (budget?.over !== undefined) return { type: "incomplete", reason: "the budget is spent: the next turn at its upper bound did not fit" };
  if (calls.length > 0 && calls.every((call) => call.updatedUs === undefined)) {
    return { type: "incomplete", reason: `no session ever opened: ${calls[0]?.failure ?? "no reason known"}` };
  }
  return { type: "complete" };
}
