// A segment of a plan: some of its calls, made on this thread. What it needs is plain data, so that it runs in a thread of
// its own (thread.ts) as it does here, and many segments of one plan are the same as the plan.

import type { Clock } from "../core/clock.ts";
import type { Privacy } from "../core/privacy.ts";
import { stream } from "../core/random.ts";
import { createRedactor, redactFields } from "../core/redact.ts";
import type { PriceBook } from "../cost/price-book.ts";
import { noNetwork, type Network } from "../faults/profile.ts";
import { settled } from "../faults/settled.ts";
import { createRecorder, type Recorder, type RecorderSnapshot } from "../metrics/histogram.ts";
import { startLoopCheck, type LoopCheck } from "../metrics/self-check.ts";
import { createStallLog, type StallLog } from "../metrics/stall-log.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import type { Cell } from "../plan/matrix.ts";
import type { CallGroup, PlannedCall } from "../plan/plan.ts";
import type { CallRow } from "../result/run-result.ts";
import { createVeil, type Veil } from "../result/privacy.ts";
import { openRowFiles, type RowFiles } from "../result/row-files.ts";
import { soundPath } from "../result/sound-files.ts";
import { startCall, type RunningCall } from "../session/driver.ts";
import type { SpokenFrames } from "../session/speak.ts";
import type { Connection, ConnectionHandlers } from "../transport/connection.ts";
import type { CallerOptions } from "../transport/minted.ts";
import { createBudgetDesk, type BudgetAnswer, type BudgetAsk } from "./budget-desk.ts";
import { createCanary, type CanaryTask } from "./canary.ts";
import { endpointOf, maskingOf, type Endpoints } from "./endpoints.ts";
import { runGroup } from "./executor.ts";
import { createGroupCalls, type GroupCallsPort } from "./group-calls.ts";
import { createLedger, type Ledger, type LedgerPort } from "./ledger.ts";
import { createAudioKeeper, type KeptAudio } from "./kept-audio.ts";
import { framesKey } from "./prepare.ts";
import { createReconnectGate } from "./reconnect-gate.ts";
import { createRunningCalls } from "./running-calls.ts";
import { createTraces, type KeptTraces } from "./traces.ts";

/** Everything a segment needs: plain data. */
export interface SegmentTask {
  readonly runId: string;
  readonly runStartUs: number;
  readonly seed: number;
  readonly cells: readonly Cell[];
  /** The segment's part of each of the plan's groups. */
  readonly groups: readonly CallGroup[];
  readonly frames: ReadonlyMap<string, SpokenFrames>;
  /** By the cell's id. */
  readonly documents: ReadonlyMap<string, readonly string[]>;
  readonly networks: ReadonlyMap<string, Network>;
  readonly prices: PriceBook;
  readonly endpoints: Endpoints;
  /** What must appear in no row. */
  readonly secrets: readonly string[];
  /** What its rows may keep of what was said. */
  readonly privacy: Privacy;
  /** The run's; rows are appended to its files as they come, one write a row. */
  readonly folder: string;
  readonly trace?: KeptTraces;
  readonly keepAudio?: KeptAudio;
  /** One more call, to the canaries' target, for as long as the run lasts. */
  readonly canary?: CanaryTask;
  /** Segments of the plan that run beside this one, itself too: they share the bound on reconnects. */
  readonly threads: number;
  /** What turns in progress may take once no new one of their group may begin, µs, group by group. */
  readonly graceUs: readonly number[];
}

export interface SegmentPort {
  readonly clock: Clock;
  readonly connect: (options: CallerOptions) => Connection;
  onRow(row: TurnRow): void;
  onCall(row: CallRow): void;
  onCalls(running: number): void;
  /** Told what calls want to spend; asked only where the scenario has a budget. */
  onBudget(ask: BudgetAsk): void;
}

/** What a segment's thread found of its own accuracy. */
export interface SegmentCheck {
  /** Lateness of microphone frames, µs, by cell. */
  readonly lateness: readonly (readonly [string, RecorderSnapshot])[];
  readonly shaperLateness: RecorderSnapshot;
  readonly loop: LoopCheck;
  /** Turns whose sound was to be kept and did not fit. */
  readonly soundsDropped?: number;
}

export interface Segment {
  /** Makes the calls of the plan's group `index`, whose start is at `startUs`; resolves when all have ended or were skipped. */
  runGroup(index: number, startUs: number): Promise<void>;
  /** The budget's answer to what a call asked for. */
  answer(answer: BudgetAnswer): void;
  /** No new turn; those in progress may finish. */
  drain(reason: string): void;
  /** Everything stops now. */
  cut(reason: string): void;
  /** After the last group. Nothing may be called after it. */
  finish(): Promise<SegmentCheck>;
}

export function createSegment(task: SegmentTask, port: SegmentPort): Segment {
  const { clock } = port;
  const drain = new AbortController();
  const cut = new AbortController();
  const recorders = createRecorders(task.cells);
  const files = openRowFiles(task.folder);
  const redact = createRedactor(task.secrets);
  const veil = createVeil(task.privacy);
  const onToolCall = (row: ToolCallRow): void =>
    files.appendToolCall(veil.toolCall(redactFields(row, ["callId", "responseId", "name", "arguments", "output"], redact)));
  const traces = task.trace && createTraces({ ...task, kept: task.trace, redact, keep: files.keepTrace });
  const audio = task.keepAudio && createAudioKeeper({ ...task, clock, kept: task.keepAudio, keep: (turn, wav) => files.keepFile(soundPath(turn), wav) });
  const loopCheck = startLoopCheck();
  const desk = createBudgetDesk(task.prices, port.onBudget);
  const gate = createReconnectGate(task.threads);
  const ledger = ledgerOf(task, port, { stalls: recorders.stalls, redact, files, veil });

  const onRecovery = (row: RecoveryRow): void => files.appendRecovery(row.failure === undefined ? row : { ...row, failure: redact(row.failure) });

  const wire = (call: PlannedCall): ReturnType<GroupCallsPort["wire"]> => ({
    connect: dialler(task, port, { call, recorders }),
    frames: (clip) => task.frames.get(framesKey(call.cell, clip)) as SpokenFrames,
    documents: task.documents.get(call.cell.id) ?? [],
    onFrame: recorders.frameOf(call.cell),
    onMoney: (command) => desk.take(call, command),
    gate,
  });

  const canary = task.canary && createCanary(task.canary, { clock, startCall: (call) => startCanaryCall(task, port, { call, files, veil, recorders }) });

  return {
    async runGroup(index, startUs) {
      canary?.begin();
      const group = task.groups[index] as CallGroup;
      const running = createRunningCalls({ clock, drain: drain.signal, cut: cut.signal, graceUs: task.graceUs[index] as number });
      const endWindow = group.windowEndUs === undefined ? undefined : clock.at(startUs + group.windowEndUs, running.close);
      const calls = createGroupCalls({ ...task, ...port, group, startUs, running, ledger, traces, audio, wire, desk, onToolCall, onRecovery });
      await runGroup({ clock, group, startUs, ...calls, stopped: drain.signal });
      calls.close();
      endWindow?.();
      running.release();
    },
    answer: desk.answer,
    drain: (reason) => drain.abort(reason),
    cut(reason) {
      drain.abort(reason);
      cut.abort(reason);
    },
    async finish() {
      await canary?.stop();
      files.close();
      return { ...recorders.take(), loop: loopCheck.stop(), ...(audio ? { soundsDropped: audio.dropped() } : {}) };
    },
  };
}

interface Written {
  readonly files: RowFiles;
  readonly veil: Veil;
}

/** Rows are in their file before anybody is told of them. */
function ledgerOf(task: SegmentTask, port: SegmentPort, { files, veil, ...kept }: Pick<LedgerPort, "stalls" | "redact"> & Written): Ledger {
  return createLedger({
    ...task,
    ...kept,
    onRow(told) {
      const row = veil.turn(told);
      files.appendTurn(row);
      port.onRow(row);
    },
    onCall: port.onCall,
  });
}

interface CallToDial {
  readonly call: PlannedCall;
  readonly recorders: Recorders;
}

/** Its rows go into a file of their own, and its frames are nobody's: the run's figures are of the run's calls. */
function startCanaryCall(task: SegmentTask, port: SegmentPort, { files, veil, ...dialled }: CallToDial & Written): RunningCall {
  const { call } = dialled;
  return startCall({
    run: task.runId,
    runStartUs: task.runStartUs,
    clock: port.clock,
    call,
    plannedUs: port.clock.nowUs(),
    connect: dialler({ ...task, endpoints: task.canary?.endpoints ?? task.endpoints }, port, dialled),
    frames: (clip) => task.frames.get(framesKey(call.cell, clip)) as SpokenFrames,
    onRow: (row) => files.appendCanary(veil.turn(row)),
    onToolCall: () => undefined,
    onFrame: () => undefined,
  });
}

/** Dials a call's server over the call's network, whose time begins with the first dial and goes on through those after it. */
function dialler({ seed, endpoints, networks }: SegmentTask, { clock, connect }: SegmentPort, { call, recorders: { shaperLateness } }: CallToDial) {
  const drawn = (...what: (string | number)[]) => stream(seed, "network", call.session, call.call, ...what);
  const network = settled(networks.get(call.network) ?? noNetwork, drawn("times"));
  let networkStartUs: number | undefined;
  let dials = 0;
  return (handlers: ConnectionHandlers): Connection => {
    networkStartUs ??= clock.nowUs();
    const again = dials++ === 0 ? [] : [dials];
    return connect({
      ...endpointOf(endpoints, call),
      clock,
      masking: maskingOf(call.cell),
      network,
      networkStartUs,
      random: (direction) => drawn(direction, ...again),
      handlers,
      onShaperLateness: shaperLateness.record,
    });
  };
}

interface Recorders {
  readonly stalls: StallLog;
  readonly shaperLateness: Recorder;
  /** Takes down the lateness of a cell's frames. */
  frameOf(cell: Cell): (latenessUs: number, sentUs: number) => void;
  take(): Omit<SegmentCheck, "loop" | "soundsDropped">;
}

function createRecorders(cells: readonly Cell[]): Recorders {
  const stalls = createStallLog();
  const lateness = new Map(cells.map((cell) => [cell.id, createRecorder("us")]));
  const shaperLateness = createRecorder("us");
  return {
    stalls,
    shaperLateness,
    frameOf(cell) {
      const recorder = lateness.get(cell.id) as Recorder;
      return (latenessUs, sentUs) => {
        recorder.record(latenessUs);
        stalls.noteFrame(latenessUs, sentUs);
      };
    },
    take() {
      const taken = { lateness: [...lateness].map(([cell, recorder]) => [cell, recorder.snapshot()] as const), shaperLateness: shaperLateness.snapshot() };
      for (const recorder of [...lateness.values(), shaperLateness]) recorder.destroy();
      return taken;
    },
  };
}
