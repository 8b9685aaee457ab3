// From a scenario to a stored RunResult: starts what has to be started, makes the calls, and writes down what happened,
// however it ends.

import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import { msToUs, usToMs } from "../core/units.ts";
import { failed, ok, type Result } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createRecorder } from "../metrics/histogram.ts";
import type { Summary } from "../metrics/quantile.ts";
import { startSelfCheck } from "../metrics/self-check.ts";
import { createStallLog, type StallLog } from "../metrics/stall-log.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { Cell } from "../plan/matrix.ts";
import type { Plan, PlannedCall } from "../plan/plan.ts";
import { assemble, type RunHead } from "../result/assemble.ts";
import type { CallRow, Instrument, RunRecord, RunResult } from "../result/run-result.ts";
import { createRunFolder, runFiles, type RunFolder } from "../result/store.ts";
import type { Threshold } from "../result/threshold.ts";
import { joinTruth, readTruthLog, startBufferOf, truthErrorStats } from "../result/truth-error.ts";
import { startCall } from "../session/driver.ts";
import type { Connection, ConnectionHandlers } from "../transport/connection.ts";
import type { OpenOptions } from "../transport/open.ts";
import { callRow } from "./call-row.ts";
import { runGroup } from "./executor.ts";
import { instrumentOf, summaryOf } from "./instrument.ts";
import { createRedactor } from "../core/redact.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { Prepared } from "./prepare.ts";
import { runHead } from "./run-head.ts";
import { createRunningCalls } from "./running-calls.ts";
import { secretsOf, type Targets } from "./targets.ts";
import { createTraces, type KeptTraces } from "./traces.ts";

export interface RunRequest {
  readonly scenario: Plan["scenario"];
  readonly scenarioYaml: string;
  readonly prepared: Prepared;
  readonly thresholds: readonly Threshold[];
  readonly reportsRoot: string;
  /** Keeps the ids of runs that start in the same second apart. */
  readonly runIdSuffix: string;
  readonly clock: Clock;
  readonly connect: (options: OpenOptions) => Connection;
  /** Starts whatever the cells talk to, and says where it is. */
  readonly openTargets: (cells: readonly Cell[], truthPath: string) => Promise<Result<Targets>>;
  /** Aborts when no new turn may begin; the reason is kept. */
  readonly drain: AbortSignal;
  /** Aborts when everything must stop at once. */
  readonly cut: AbortSignal;
  readonly watch?: RunWatch;
  /** Which calls' raw inputs are kept; none where it is left out. */
  readonly trace?: KeptTraces;
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
  const { scenario, prepared, clock, watch } = request;
  const head = runHead({ ...request, startedAt: clock.wallTime() });
  const folder = createRunFolder(request.reportsRoot, head, request.scenarioYaml);
  const targets = await request.openTargets(prepared.plan.cells, join(folder.path, runFiles.truth));
  if (!targets.ok) {
    folder.close();
    return failed(...targets.issues);
  }

  const runStartUs = clock.nowUs();
  const stalls = createStallLog();
  const ledger = createLedger({
    runId: head.runId,
    runStartUs,
    cells: prepared.plan.cells,
    prices: prepared.prices,
    stalls,
    redact: createRedactor(secretsOf(scenario.target)),
    write(row) {
      folder.appendTurn(row);
      watch?.onRow(row);
    },
  });
  watch?.onStart(head, folder);
  let made: Made;
  try {
    made = await makeCalls(request, { ledger, targets: targets.value, stalls, runStartUs, runId: head.runId, folder });
  } finally {
    await targets.value.stop();
  }
  const { rows, calls } = ledger;
  const end = endOf(request, calls, targets.value.lost());

  const truth = joinTruth(rows, readTruthLog(folder.read(runFiles.truth)), startBufferOf(head.cells));
  const truthUnknown = scenario.target.provider !== "embedded";
  const instrument: Instrument = { ...made.instrument, ...(truth.errors.length > 0 ? { truthError: truthErrorStats(truth) } : {}) };
  const result = assemble(head, {
    durationMs: made.durationMs,
    end,
    rows,
    calls,
    instrument,
    latenessOf: made.latenessOf,
    thresholds: request.thresholds,
    droppedRows: 0,
    truthUnknown,
    ...(made.shaperLatenessMsP99 === undefined ? {} : { shaperLatenessMsP99: made.shaperLatenessMsP99 }),
  });
  folder.write(runFiles.result, `${JSON.stringify(result, null, 2)}\n`);
  folder.close();
  return ok({ record: { result, turns: rows, scenarioYaml: request.scenarioYaml }, folder: folder.path });
}

interface Making {
  readonly ledger: Ledger;
  readonly targets: Targets;
  readonly stalls: StallLog;
  readonly runStartUs: number;
  readonly runId: string;
  readonly folder: RunFolder;
}

interface Made {
  readonly durationMs: number;
  readonly instrument: Instrument;
  readonly latenessOf: ReadonlyMap<string, Summary>;
  readonly shaperLatenessMsP99?: number;
}

/** Makes every call of the plan, group after group, and says how exactly that was done. */
async function makeCalls(request: RunRequest, { ledger, targets, stalls, runStartUs, runId, folder }: Making): Promise<Made> {
  const { prepared, clock, watch, drain, cut } = request;
  const lateness = new Map(prepared.plan.cells.map((cell) => [cell.id, createRecorder("us")]));
  const shaperLateness = createRecorder("us");
  const selfCheck = startSelfCheck(clock.nowUs);
  const patienceMs = Math.max(...prepared.plan.cells.map((cell) => cell.settings.caller.patienceMs));
  const running = createRunningCalls({ clock, drain, cut, graceUs: msToUs(patienceMs + limits.gracefulStopMs) });

  const redact = createRedactor(secretsOf(request.scenario.target));
  const traces = request.trace && createTraces({ kept: request.trace, runId, runStartUs, redact, keep: folder.keepTrace });

  const dial = (call: PlannedCall, handlers: ConnectionHandlers): Connection =>
    request.connect({
      ...targets.endpointOf(call),
      clock,
      network: prepared.networkOf(call.cell),
      random: (direction) => stream(request.scenario.seed, "network", call.session, call.call, direction),
      handlers,
      onShaperLateness: shaperLateness.record,
    });

  async function makeCall(call: PlannedCall, plannedUs: number): Promise<void> {
    const recorder = lateness.get(call.cell.id);
    const trace = traces?.begin(call, plannedUs);
    const started = startCall({
      run: runId,
      runStartUs,
      clock,
      call,
      plannedUs,
      connect: (handlers) => dial(call, handlers),
      frames: prepared.framesOf(call.cell),
      onRow(row) {
        trace?.noteRow(row);
        ledger.keep(row);
      },
      onToolCall: folder.appendToolCall,
      ...(trace ? { onTrace: trace.note } : {}),
      onFrame(latenessUs, sentUs) {
        recorder?.record(latenessUs);
        stalls.noteFrame(latenessUs, sentUs);
      },
    });
    running.add(started);
    watch?.onCalls(running.count);
    const end = await started.ended;
    trace?.end();
    running.remove(started);
    watch?.onCalls(running.count);
    ledger.keepCall(callRow({ call, plannedUs, end, runStartUs }));
  }

  try {
    for (const group of prepared.plan.groups) await runGroup({ clock, group, makeCall, skip: ledger.skip, stopped: drain });
  } finally {
    running.release();
  }
  const durationMs = usToMs(clock.nowUs() - runStartUs);

  const latenessOf = new Map([...lateness].filter(([, recorder]) => recorder.count > 0).map(([cell, recorder]) => [cell, summaryOf(recorder)]));
  const instrument = instrumentOf([...lateness.values()], selfCheck.stop(), ledger.rows);
  const shaped = summaryOf(shaperLateness);
  for (const recorder of [...lateness.values(), shaperLateness]) recorder.destroy();
  return { durationMs, instrument, latenessOf, ...(shaped.p99 === undefined ? {} : { shaperLatenessMsP99: shaped.p99 }) };
}

function endOf(request: RunRequest, calls: readonly CallRow[], lost: string | undefined): RunResult["end"] {
  if (request.cut.aborted) return { type: "interrupted", reason: String(request.cut.reason) };
  if (request.drain.aborted) return { type: "interrupted", reason: String(request.drain.reason) };
  if (lost !== undefined) return { type: "incomplete", reason: lost };
  if (calls.length > 0 && calls.every((call) => call.updatedUs === undefined)) {
    return { type: "incomplete", reason: `no session ever opened: ${calls[0]?.failure ?? "no reason known"}` };
  }
  return { type: "complete" };
}
