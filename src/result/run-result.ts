// The one object that a run becomes, versioned: run.json. Every report is a rendering of it and of the raw turns beside
// it, so a report can be made again from an old, merged or killed run.

import type { Revision } from "./revision.ts";
import type { Amount, Limits } from "../cost/amount.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import type { Summary } from "../metrics/quantile.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { Outcome, TurnRow } from "../metrics/turn-row.ts";
import type { RunCheck } from "./check-result.ts";
import type { MachineLoad } from "./machine-load.ts";
import type { KeptSounds } from "./sound-files.ts";

export const runResultVersion = 1;

/** One point of the matrix: what was the same for all its callers. */
export interface CellResult {
  /** Stable within the scenario: `effort=low,frameMs=20`, or `all` without a matrix. */
  readonly id: string;
  /** The axes' values, in the order of the matrix, for example {effort: "low", frameMs: 20}. */
  readonly axes: Readonly<Record<string, string | number>>;
  readonly provider: string;
  readonly model: string;
  readonly profile?: string;
  readonly effort?: string;
  readonly frameMs: number;
  readonly network: string;
  /** What the modelled player collects before it starts, ms. */
  readonly startBufferMs: number;
  readonly sessions: number;
  /** In a run by time: the turns that its calls came to. */
  readonly turnsPlanned: number;
  /** Turns before the measurement; in no other figure of the cell. Absent where there were none. */
  readonly warmUpTurns?: number;
  /** Calls whose connection was ready before they were wanted: connect times are of the time before. */
  readonly pooledCalls?: number;
  /** Every planned turn ended in exactly one of these; their sum is turnsPlanned in a run that reconciles. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Of turns without a function call, of the calls' beginnings, and of connections that were lost. */
  readonly metrics: Partial<Record<MetricId, Summary>>;
  /** The same of the turns in which the model called a function; absent where there are none. */
  readonly toolMetrics?: Partial<Record<MetricId, Summary>>;
  readonly money: CellMoney;
  /** Whether the target's figures for this cell rest on a measurement or on an assumption; absent for real providers. */
  readonly dataOrigin?: "measured" | "assumed";
}

/** What became of the run's budget; amounts at list price, `spent` with what was reserved and never told. */
export interface BudgetFindings {
  readonly limits: Limits;
  /** Nobody wrote it: it is what a provider that bills gets. */
  readonly isDefault: boolean;
  /** By the earlier part of a resumed run; part of `spent`. */
  readonly spentBefore?: Amount;
  readonly spent: Amount;
  /** Of `spent`: turns whose usage nobody told count as much as they may have cost at most. */
  readonly standing: Amount;
  /** Turns that waited for others to be settled; absent of a killed run, where nobody knows. */
  readonly waits?: number;
  readonly longestWaitMs?: number;
  /** Turns that cost more than was reserved for them. */
  readonly aboveBound: number;
  /** What ran out, where something did. */
  readonly over?: keyof Amount;
}

export interface CellMoney {
  readonly priceList: string;
  /** Turns whose usage or price is unknown; when above zero the sums below are incomplete. */
  readonly unpricedTurns: number;
  readonly usd?: number;
  readonly usdPerTurn?: number;
  /** Per minute that callers were connected. */
  readonly usdPerMinute?: number;
  readonly usdPerCall?: number;
  /** What the warm-up cost, beside all the other figures. */
  readonly warmUpUsd?: number;
  readonly cachedInputShare?: number;
  readonly inputTokensPerTurn?: number;
  readonly outputTokensPerTurn?: number;
}

/** How one call (one socket) went; rows of calls in run.json, one a call. */
export interface CallRow {
  readonly cell: string;
  readonly session: number;
  readonly call: number;
  readonly sessionId?: string;
  readonly plannedUs: number;
  readonly startedUs?: number;
  readonly mintedUs?: number;
  readonly dnsUs?: number;
  readonly tcpUs?: number;
  readonly proxyUs?: number;
  readonly tlsUs?: number;
  readonly openUs?: number;
  readonly createdUs?: number;
  readonly updateSentUs?: number;
  readonly updatedUs?: number;
  readonly endedUs?: number;
  /** Before the measurement: in no figure. */
  readonly warmUp?: true;
  /** Which time its cell ran, from 1. */
  readonly repeat?: number;
  /** It was dialled and configured before it was wanted: its connect times lie before plannedUs, on nobody's way. */
  readonly pooled?: true;
  /** The turns it has to account for: all that were planned, or in a run by time those that it came to. Each has its row. */
  readonly turns?: number;
  readonly closeCode?: number;
  readonly failureClass?: string;
  readonly failure?: string;
  /** Server events by type that earshot does not know; counted, never fatal. */
  readonly unknownEvents?: Readonly<Record<string, number>>;
}

export interface Doubt {
  /**
   * Stable: `beyond_check`, `canary_error`, `canary_lost`, `client_limit`, `harness`, `late_frames`, `lateness_unknown`, `loop_busy`, `no_check`, `not_reconciled`, `own_error`,
   * `shaper_late`, `torn_rows`, `truth_unmatched`.
   */
  readonly code: string;
  readonly severity: "doubt" | "invalid";
  readonly message: string;
  readonly remedy: string;
}

/** What earshot knows of its own accuracy in this run. */
export interface Instrument {
  /** Lateness of every microphone frame, ms. */
  readonly lateness: Summary;
  readonly framesSent: number;
  readonly framesLate: number;
  /** Event-loop delay, ms, and the share of time the loop was busy. */
  readonly loopDelay?: Summary;
  readonly loopUtilisation?: number;
  /** Threads that made the calls; loop figures are of the busiest. */
  readonly threads?: number;
  /** Pauses for garbage collection, ms, of all threads. */
  readonly gcPause?: Summary;
  /** CPU time of the whole process by wall time; 1 is one core. */
  readonly cpuShare?: number;
  /** Of the whole machine and everything on it; absent where the system does not tell. */
  readonly machine?: MachineLoad;
  readonly rssBytesMax?: number;
  /** A second after the last caller's start, and at the end: memory that grows shows. */
  readonly rssBytesFirst?: number;
  readonly rssBytesLast?: number;
  readonly bufferedBytesMax?: number;
  /** measured - truth of voice_to_voice by the target's own log, ms, signed; embedded targets only. */
  readonly truthError?: {
    readonly count: number;
    readonly p01?: number;
    readonly p50?: number;
    readonly p99?: number;
    readonly min?: number;
    readonly max?: number;
    readonly absoluteP99?: number;
    /** Turns off by more than 10 ms; absent in older runs. */
    readonly farOff?: number;
    readonly unmatched: number;
  };
  /** The same of the canaries, which talk to an exact target of their own while the run lasts; absent in older runs. */
  readonly canary?: {
    /** One a thread; 0 where they were switched off. */
    readonly sessions: number;
    readonly count: number;
    /** Turns off by more than 10 ms; absent in older runs. */
    readonly farOff?: number;
    /** Signed. */
    readonly p50?: number;
    /** Either way. */
    readonly p99?: number;
    readonly max?: number;
    /** Why their target is gone, or never was. */
    readonly lost?: string;
  };
}

export interface ThresholdResult {
  readonly text: string;
  readonly cell: string;
  readonly passed: boolean;
  /** What was found, for people: `p95 = 2,612 ms`, `> 8,000 ms`, `no samples`. */
  readonly actual: string;
  /** It was missed for sure before the run's time was over, which ended it. */
  readonly endedRun?: true;
}

export interface RunResult {
  readonly v: typeof runResultVersion;
  readonly runId: string;
  readonly scenario: string;
  readonly earshotVersion: string;
  readonly seed: number;
  /** Calendar time of microsecond 0 of the rows, ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** complete: every planned turn has its outcome. interrupted: a signal. killed: found without an end; recovered from rows. */
  readonly end: { readonly type: "complete" | "interrupted" | "killed" | "incomplete"; readonly reason?: string };
  readonly environment: {
    readonly node: string;
    readonly os: string;
    readonly arch: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  /** Where two scenarios took turns: the files of arms A and B, and what differs between them, as sentences. */
  readonly arms?: { readonly a: string; readonly b: string; readonly differences: readonly string[] };
  /** Of the user's own code; absent where nothing is known of it. */
  readonly revision?: Revision;
  readonly plan: {
    readonly cells: number;
    readonly sessionsPerCell: number;
    readonly callsPerSession: number;
    /** Of one round, in a run by time. */
    readonly turnsPerCall: number;
    readonly turnsPlanned: number;
    /** How many turns a call has is up to the answers, and turnsPlanned is what was begun. */
    readonly isOpenEnded?: true;
    /** Of a run by time: how long turns began in each group of cells, from the last caller's start; the longest where that varies. */
    readonly windowMs?: number;
    /** The load in words, where it is more than callers and calls. */
    readonly load?: string;
    /** How often every cell ran; absent where once. */
    readonly repeats?: number;
    readonly concurrency: number;
    readonly order: "blocks" | "serial";
  };
  /** What the measured thing was: everything that must agree before two runs may be compared. */
  readonly identity: {
    readonly fixtures: Readonly<Record<string, string>>;
    readonly instructions: string;
    readonly tools: string;
    /** Truncation, trimming, documents and a cold cache, where the scenario has any. */
    readonly context?: string;
    readonly turnDetection: string;
    readonly inputFormat: string;
    readonly outputFormat: string;
    /** The clips of a call in their order, each with its own effort where it has one. */
    readonly turns: string;
    readonly patienceMs: number;
    readonly metricsVersion: string;
  };
  readonly tags: Readonly<Record<string, string>>;
  /** Part `part` of `of` of a plan, which has this fingerprint; absent in a run of the whole. */
  readonly segment?: { readonly part: number; readonly of: number; readonly plan: string };
  /** The ids of the runs that were merged to this one. */
  readonly merged?: readonly string[];
  /** The run whose missing calls these are. */
  readonly resumes?: string;
  /** Absent where there was none, and of a killed run whose journal is damaged. */
  readonly budget?: BudgetFindings;
  /** What the newest check of this machine says of this run; absent where there was none. */
  readonly check?: RunCheck;
  /** The turns that can be listened to; absent where none were to be kept. */
  readonly audio?: KeptSounds;
  readonly cells: readonly CellResult[];
  readonly calls: readonly CallRow[];
  readonly instrument: Instrument;
  readonly validity: { readonly verdict: "valid" | "doubtful" | "invalid"; readonly doubts: readonly Doubt[] };
  readonly thresholds: readonly ThresholdResult[];
  /** Rows that were torn or damaged and left out. */
  readonly droppedRows: number;
}

/** A run as reports read it. */
export interface RunRecord {
  readonly result: RunResult;
  readonly turns: readonly TurnRow[];
  /** Beside them, in no figure; absent where there are none. */
  readonly warmUpTurns?: readonly TurnRow[];
  /** Each time a measured session lost its connection or replaced it; absent where none did. */
  readonly recoveries?: readonly RecoveryRow[];
  /** What is asked of the run when it is reported, instead of its thresholds; in no file of the run. */
  readonly objectives?: readonly ThresholdResult[];
  /** The resolved scenario, redacted, as YAML. */
  readonly scenarioYaml: string;
}
