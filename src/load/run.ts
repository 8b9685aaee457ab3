// From a scenario to a stored RunResult: starts what has to be started, makes the calls, and writes down what happened,
// however it ends.

import { join } from "node:path";
import type { Cancel, Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import { failed, ok, type Result } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createRecorder } from "../metrics/histogram.ts";
import { startSelfCheck } from "../metrics/self-check.ts";
import { createStallLog } from "../metrics/stall-log.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { Cell } from "../plan/matrix.ts";
import type { Plan, PlannedCall } from "../plan/plan.ts";
import { assemble, type RunHead } from "../result/assemble.ts";
import type { CallRow, Instrument, RunRecord, RunResult } from "../result/run-result.ts";
import { createRunFolder, runFiles, type RunFolder } from "../result/store.ts";
import type { Threshold } from "../result/threshold.ts";
import { joinTruth, readTruthLog, truthErrorStats } from "../result/truth-error.ts";
import { startCall, type RunningCall } from "../session/driver.ts";
import { skippedRow } from "../session/turn-record.ts";
import type { Connection } from "../transport/connection.ts";
import type { OpenOptions } from "../transport/open.ts";
import { callRow } from "./call-row.ts";
import { runGroup } from "./executor.ts";
import { instrumentOf, summaryOf } from "./instrument.ts";
import type { Prepared } from "./prepare.ts";
import { priceRow } from "./price-row.ts";
import { runHead } from "./run-head.ts";
import type { Targets } from "./targets.ts";

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
  const made = await makeCalls(request, { folder, targets: targets.value, runStartUs, runId: head.runId, started: () => watch?.onStart(head, folder) });
  const endedUs = clock.nowUs();
  const end = endOf(request, made.calls, targets.value.lost());
  await targets.value.stop();

  const truth = joinTruth(made.rows, readTruthLog(folder.read(runFiles.truth)), (row) => startBufferOf(prepared.plan.cells, row));
  const truthUnknown = scenario.target.provider !== "embedded";
  const instrument: Instrument = { ...made.instrument, ...(truth.errors.length > 0 ? { truthError: truthErrorStats(truth) } : {}) };
  const result = assemble(head, {
    durationMs: (endedUs - runStartUs) / 1_000,
    end,
    rows: made.rows,
    calls: made.calls,
    instrument,
    thresholds: request.thresholds,
    droppedRows: 0,
    truthUnknown,
    ...(made.shaperLatenessMsP99 === undefined ? {} : { shaperLatenessMsP99: made.shaperLatenessMsP99 }),
  });
  folder.write(runFiles.result, `${JSON.stringify(result, null, 2)}\n`);
  folder.close();
  return ok({ record: { result, turns: made.rows, scenarioYaml: request.scenarioYaml }, folder: folder.path });
}

const startBufferOf = (cells: readonly Cell[], row: TurnRow): number => cells.find((cell) => cell.id === row.cell)?.settings.caller.startBufferMs ?? 0;

interface Making {
  readonly folder: RunFolder;
  readonly targets: Targets;
  readonly runStartUs: number;
  readonly runId: string;
  started(): void;
}

interface Made {
  readonly rows: readonly TurnRow[];
  readonly calls: readonly CallRow[];
  readonly instrument: Instrument;
  readonly shaperLatenessMsP99?: number;
}

async function makeCalls(request: RunRequest, { folder, targets, runStartUs, runId, started }: Making): Promise<Made> {
  const { prepared, clock, watch, drain, cut } = request;
  const rows: TurnRow[] = [];
  const calls: CallRow[] = [];
  const running = new Set<RunningCall>();
  const lateness = createRecorder("us");
  const shaperLateness = createRecorder("us");
  const stalls = createStallLog();
  const selfCheck = startSelfCheck(clock.nowUs);
  const modelOf = new Map(prepared.plan.cells.map((cell) => [cell.id, cell.settings.target.model]));

  const keep = (row: TurnRow): void => {
    const priced = priceRow(row, modelOf.get(row.cell) ?? "", prepared.prices);
    const kept: TurnRow = stalls.touched(priced, runStartUs) ? { ...priced, suspect: true } : priced;
    rows.push(kept);
    folder.appendTurn(kept);
    watch?.onRow(kept);
  };

  async function makeCall(call: PlannedCall, plannedUs: number): Promise<void> {
    const { cell, session } = call;
    const callStarted = startCall({
      run: runId,
      runStartUs,
      clock,
      call,
      connect: (handlers) =>
        request.connect({
          ...targets.endpointOf(call),
          clock,
          network: prepared.networkOf(cell),
          random: (direction) => stream(request.scenario.seed, "network", session, call.call, direction),
          handlers,
          onShaperLateness: shaperLateness.record,
        }),
      frames: prepared.framesOf(cell),
      onRow: keep,
      onFrame(latenessUs, sentUs) {
        lateness.record(latenessUs);
        stalls.noteFrame(latenessUs, sentUs);
      },
    });
    running.add(callStarted);
    watch?.onCalls(running.size);
    const end = await callStarted.ended;
    running.delete(callStarted);
    watch?.onCalls(running.size);
    calls.push(callRow({ call, plannedUs, end, runStartUs }));
  }

  const skip = (call: PlannedCall): void => {
    for (const planned of call.turns) keep(skippedRow(runId, call, { planned, outcome: "dropped" }));
  };
  const onDrain = (): void => {
    running.forEach((call) => call.drain());
    const patienceMs = Math.max(...prepared.plan.cells.map((cell) => cell.settings.caller.patienceMs));
    cancelGrace = clock.at(clock.nowUs() + msToUs(patienceMs + limits.gracefulStopMs), () => running.forEach((call) => call.cut("the time to finish was over")));
  };
  let cancelGrace: Cancel | undefined;
  const onCut = (): void => running.forEach((call) => call.cut(String(cut.reason)));
  drain.addEventListener("abort", onDrain);
  cut.addEventListener("abort", onCut);
  started();
  for (const group of prepared.plan.groups) await runGroup({ clock, group, makeCall, skip, stopped: drain });
  cancelGrace?.();
  drain.removeEventListener("abort", onDrain);
  cut.removeEventListener("abort", onCut);

  const instrument = instrumentOf(lateness, selfCheck.stop(), rows);
  const shaped = summaryOf(shaperLateness);
  lateness.destroy();
  shaperLateness.destroy();
  return { rows, calls, instrument, ...(shaped.p99 === undefined ? {} : { shaperLatenessMsP99: shaped.p99 }) };
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
