// Runs that never happened, for tests and for looking at reports: seeded, with lognormal parts of realistic size, a few
// turns that got no answer and, when asked, a call that broke.

import { stream, type Random } from "../core/random.ts";
import { metricIds } from "../metrics/catalogue.ts";
import { samplesOf } from "../metrics/measure.ts";
import { summarise } from "../metrics/quantile.ts";
import { outcomes, type Outcome, type TurnRow, type TurnUsage } from "../metrics/turn-row.ts";
import type { CallRow, CellMoney, CellResult, RunRecord, RunResult } from "../result/run-result.ts";

export interface SyntheticCell {
  readonly effort: string;
  readonly frameMs: number;
  readonly network: string;
  /** Median of the server's thinking, ms, and how widely it spreads. */
  readonly thinkMs: number;
  readonly sigma: number;
}

export interface SyntheticRun {
  readonly seed: number;
  readonly cells: readonly SyntheticCell[];
  readonly sessions: number;
  readonly turns: number;
  readonly patienceMs: number;
  /** Share of the variance of thinking that a whole session has in common. */
  readonly sessionShare: number;
  /** Multiplies every answer's total time. */
  readonly slowdown: number;
  /** Share of turns that get no answer, whatever their time. */
  readonly unansweredShare: number;
  /** Whether the last session of the first cell breaks before its last turn. */
  readonly breaksCall: boolean;
  readonly runId: string;
}

export const twoEfforts: readonly SyntheticCell[] = ["low", "high"].flatMap((effort) =>
  [20, 40].map((frameMs) => ({ effort, frameMs, network: "none", thinkMs: effort === "low" ? 790 : 1_400, sigma: effort === "low" ? 0.3 : 0.5 })),
);

const defaults: SyntheticRun = {
  seed: 1,
  cells: twoEfforts,
  sessions: 40,
  turns: 2,
  patienceMs: 8_000,
  sessionShare: 0.2,
  slowdown: 1,
  unansweredShare: 0,
  breaksCall: false,
  runId: "20261122-120000-1a2b",
};

const cellId = (cell: SyntheticCell): string => `effort=${cell.effort},frameMs=${cell.frameMs}`;
const clips = ["order-status", "address-change", "cancel-order"];
const USER_TOKENS_PER_TURN = 26;

/** At 32, 0.40 and 64 dollars a million tokens of audio and 4, 0.40 and 24 of text: micro-dollars a token. */
const listPriceMicroUsd = (usage: TurnUsage): number =>
  Math.round(
    (usage.audioIn - usage.audioCached) * 32 +
      (usage.audioCached + usage.textCached) * 0.4 +
      (usage.textIn - usage.textCached) * 4 +
      usage.audioOut * 64 +
      usage.textOut * 24,
  );

function turnRow(
  run: SyntheticRun,
  cell: SyntheticCell,
  place: { session: number; turn: number; startedUs: number },
  sessionDraw: number,
  random: Random,
): TurnRow {
  const { session, turn, startedUs } = place;
  const speechStartUs = startedUs + 120_000;
  const speechEndUs = startedUs + 2_340_000 + session * 137;
  const frameUs = cell.frameMs * 1_000;
  const speechEndFrameUs = startedUs + Math.ceil((speechEndUs - startedUs) / frameUs) * frameUs;
  const draw = Math.sqrt(run.sessionShare) * sessionDraw + Math.sqrt(1 - run.sessionShare) * random.normal();
  const scaled = (us: number): number => Math.round(us * run.slowdown);
  const speechStoppedUs = speechEndFrameUs + scaled(520_000 + random.uniform() * 60_000);
  const firstDeltaUs = speechStoppedUs + scaled(100_000 + cell.thinkMs * 1_000 * Math.exp(cell.sigma * draw));
  const firstAudibleUs = firstDeltaUs + scaled(57_000 * Math.exp(0.5 * random.normal()));
  const isLost = random.uniform() < run.unansweredShare;
  const isBroken = run.breaksCall && cell === run.cells[0] && session === run.sessions - 1 && turn === run.turns - 1;
  const outcome: Outcome = isBroken ? "failed" : isLost || firstAudibleUs - speechEndUs > run.patienceMs * 1_000 ? "unanswered" : "answered";
  const audioOut = 60 + Math.round(20 * random.uniform());
  const audioIn = USER_TOKENS_PER_TURN * (turn + 1) + 80 * turn;
  const usage = { textIn: 420, textCached: turn > 0 ? 384 : 0, audioIn, audioCached: turn > 0 ? audioIn - USER_TOKENS_PER_TURN : 0, textOut: 30, audioOut };
  const lateness = Math.round(80 + 300 * random.uniform());
  return {
    v: 1,
    run: run.runId,
    cell: cellId(cell),
    session,
    call: 0,
    turn,
    kind: "plain",
    clip: clips[turn % clips.length] as string,
    effort: cell.effort,
    frameMs: cell.frameMs,
    network: cell.network,
    sessionId: `sess_${cell.effort}_${session}`,
    plannedUs: startedUs,
    startedUs,
    speechStartUs,
    speechEndUs,
    speechEndFrameUs,
    speechEndSentUs: speechEndFrameUs + lateness,
    outcome,
    latenessMaxUs: lateness + 200,
    framesSent: Math.round(4_000 / cell.frameMs),
    framesLate: 0,
    ...(isBroken
      ? { failureClass: "network", failure: "1006: the connection was reset", censoredAtMs: 310 }
      : { speechStartedUs: speechStartUs + 260_000, speechStoppedUs, committedUs: speechStoppedUs, responseCreatedUs: speechStoppedUs + 12_000 }),
    ...(outcome === "unanswered" && { censoredAtMs: run.patienceMs }),
    ...(outcome === "answered" && {
      firstDeltaUs,
      playerStartUs: firstDeltaUs,
      audibleDeltaUs: firstDeltaUs,
      firstAudibleUs,
      playoutEndUs: firstAudibleUs + audioOut * 50_000,
      responseDoneUs: firstDeltaUs + audioOut * 20_000,
      responseIds: [`resp_${cell.effort}_${session}_${turn}`],
      usage,
      costMicroUsd: listPriceMicroUsd(usage),
      priceList: "openai-2026-11",
      transcripts: { caller: "Where is my order?", answer: "It left the warehouse this morning." },
    }),
  };
}

function money(rows: readonly TurnRow[]): CellMoney {
  const priced = rows.filter((row) => typeof row.costMicroUsd === "number");
  const usd = priced.reduce((sum, row) => sum + (row.costMicroUsd as number), 0) / 1e6;
  const sum = (pick: (usage: NonNullable<TurnRow["usage"]>) => number): number => priced.reduce((total, row) => total + (row.usage ? pick(row.usage) : 0), 0);
  const input = sum((usage) => usage.textIn + usage.audioIn);
  return {
    priceList: "openai-2026-11",
    unpricedTurns: rows.length - priced.length,
    usd,
    usdPerTurn: usd / priced.length,
    usdPerMinute: usd / (priced.length * 0.17),
    usdPerCall: usd / new Set(rows.map((row) => row.session)).size,
    cachedInputShare: sum((usage) => usage.textCached + usage.audioCached) / input,
    inputTokensPerTurn: input / priced.length,
    outputTokensPerTurn: sum((usage) => usage.textOut + usage.audioOut) / priced.length,
  };
}

function cellResult(run: SyntheticRun, cell: SyntheticCell, rows: readonly TurnRow[]): CellResult {
  const metrics = metricIds.map((metric) => [metric, samplesOf(metric, rows)] as const).filter(([, samples]) => samples.length > 0);
  return {
    id: cellId(cell),
    axes: { effort: cell.effort, frameMs: cell.frameMs },
    provider: "embedded",
    model: "gpt-realtime-2",
    profile: "realtime-2",
    effort: cell.effort,
    frameMs: cell.frameMs,
    network: cell.network,
    startBufferMs: 0,
    sessions: run.sessions,
    turnsPlanned: rows.length,
    outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length])) as Record<Outcome, number>,
    metrics: Object.fromEntries(metrics.map(([metric, samples]) => [metric, summarise(samples)])),
    money: money(rows),
    dataOrigin: cell.effort === "low" ? "measured" : "assumed",
  };
}

function callRow(cell: string, session: number, rows: readonly TurnRow[]): CallRow {
  const plannedUs = (rows[0]?.plannedUs ?? 0) - 300_000;
  const failed = rows.find((row) => row.outcome === "failed");
  return {
    cell,
    session,
    call: 0,
    plannedUs,
    startedUs: plannedUs + 200,
    tcpUs: plannedUs + 900,
    openUs: plannedUs + 4_000,
    createdUs: plannedUs + 9_000,
    updateSentUs: plannedUs + 9_200,
    updatedUs: plannedUs + 15_000,
    endedUs: plannedUs + 20_000_000,
    closeCode: failed ? 1006 : 1000,
    ...(failed?.failure && { failureClass: "network", failure: failed.failure }),
  };
}

function resultOf(run: SyntheticRun, cells: readonly CellResult[], calls: readonly CallRow[], turns: readonly TurnRow[]): RunResult {
  const framesSent = turns.reduce((sum, row) => sum + (row.framesSent ?? 0), 0);
  return {
    v: 1,
    runId: run.runId,
    scenario: "voice-assistant",
    earshotVersion: "0.1.0",
    seed: run.seed,
    startedAt: "2026-11-22T12:00:00.000Z",
    durationMs: 24_300,
    end: { type: "complete" },
    environment: { node: "v26.10.0", os: "Linux 6.1", arch: "x64", cpu: "a processor", cores: 2, memoryBytes: 8 * 2 ** 30 },
    plan: {
      cells: cells.length,
      sessionsPerCell: run.sessions,
      callsPerSession: 1,
      turnsPerCall: run.turns,
      turnsPlanned: turns.length,
      concurrency: run.sessions,
      order: "blocks",
    },
    identity: {
      fixtures: Object.fromEntries(clips.map((clip) => [clip, `sha256-${clip}`])),
      instructions: "sha256-i",
      tools: "",
      turnDetection: "server 500 ms",
      inputFormat: "pcm24k",
      outputFormat: "pcm24k",
      turns: "order-status, address-change",
      patienceMs: 8_000,
      metricsVersion: "1",
    },
    tags: {},
    cells,
    calls,
    instrument: {
      lateness: { count: framesSent, censored: 0, min: 0.01, p50: 0.12, p75: 0.2, p90: 0.35, p95: 0.42, p99: 0.6, max: 1.9, mean: 0.15 },
      framesSent,
      framesLate: 0,
      loopUtilisation: 0.09,
      cpuShare: 0.14,
      rssBytesMax: 140 * 2 ** 20,
      truthError: { count: turns.length, p01: -0.2, p50: 0.4, p99: 1.1, min: -0.3, max: 1.4, absoluteP99: 1.1, unmatched: 0 },
    },
    validity: { verdict: "valid", doubts: [] },
    thresholds: [],
    droppedRows: 0,
  };
}

/** A whole run. Equal settings give equal runs; the seed alone makes another draw of the same world. */
export function syntheticRun(settings: Partial<SyntheticRun> = {}): RunRecord {
  const run: SyntheticRun = { ...defaults, ...settings };
  const rowsByCell = run.cells.map((cell) =>
    Array.from({ length: run.sessions }, (_, session) => {
      const random = stream(run.seed, "synthetic", cellId(cell), session);
      const sessionDraw = random.normal();
      return Array.from({ length: run.turns }, (_, turn) =>
        turnRow(run, cell, { session, turn, startedUs: 500_000 + session * 50_000 + turn * 9_000_000 }, sessionDraw, random),
      );
    }),
  );
  const turns = rowsByCell.flat(2);
  const cells = run.cells.map((cell, index) => cellResult(run, cell, (rowsByCell[index] as TurnRow[][]).flat()));
  const calls = run.cells.flatMap((cell, index) => (rowsByCell[index] as TurnRow[][]).map((rows, session) => callRow(cellId(cell), session, rows)));
  return { result: resultOf(run, cells, calls, turns), turns, scenarioYaml: "version: 1\nname: voice-assistant\nsession:\n  effort: low\n" };
}

/** The record with parts of its result replaced. */
export const withResult = (record: RunRecord, changes: Partial<RunResult>): RunRecord => ({ ...record, result: { ...record.result, ...changes } });
