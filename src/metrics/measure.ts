// From a turn's row to its samples: pure, so that reports, comparisons and thresholds measure old runs alike.

import { metricIds, metricOf, type MetricId } from "./catalogue.ts";
import { isRecoveryMetric, type RecoveryMetricId } from "./recovery-catalogue.ts";
import type { ExpectationRow, TurnRow } from "./turn-row.ts";

/**
 * One value of one turn in the metric's unit (ms, tokens, usd or 0/1 for a share). A censored sample says that the true
 * value is larger than `value`, the time we waited, and ranks above every value that was seen.
 */
export interface Sample {
  readonly value: number;
  readonly censored: boolean;
}

/** Samples in rank order, as numbers: a report of 100,000 turns sorts a hundred times, and numbers sort ten times as fast as objects. */
export interface RankedSamples {
  readonly seen: Float64Array;
  /** What was waited in vain: above everything seen. */
  readonly waited: Float64Array;
}

export const noSamples: RankedSamples = { seen: new Float64Array(0), waited: new Float64Array(0) };

const between = (fromUs: number | undefined, toUs: number | undefined): number | undefined =>
  fromUs === undefined || toUs === undefined ? undefined : (toUs - fromUs) / 1_000;

const share = (condition: boolean): number => (condition ? 1 : 0);

const turnEndUs = (row: TurnRow): number | undefined => row.speechStoppedUs ?? row.committedUs;

/** How late the frame with the last voiced sample left: the speech really ended that much later. */
const sentLate = (row: TurnRow): number => between(row.speechEndFrameUs, row.speechEndSentUs) ?? 0;

/** How late the turn began. */
const startedLate = (row: TurnRow): number => between(row.plannedUs, row.startedUs) ?? 0;

function outputRate({ firstDeltaUs, lastDeltaUs, audioBeforeLastUs }: TurnRow): number | undefined {
  const spanMs = between(firstDeltaUs, lastDeltaUs);
  return spanMs === undefined || !audioBeforeLastUs ? undefined : spanMs / (audioBeforeLastUs / 1_000);
}

/** 1 where all of these expectations were met, 0 where one was not; undefined where there are none. */
function metShare({ expectations = [] }: TurnRow, counts: (expectation: ExpectationRow) => boolean): number | undefined {
  const asked = expectations.filter(counts);
  return asked.length === 0 ? undefined : share(asked.every(({ met }) => met));
}

const lengthMs = (us: number | undefined): number | undefined => (us === undefined ? undefined : us / 1_000);
const ifAnswered = (row: TurnRow, value: number | undefined): number | undefined => (row.outcome === "answered" ? value : undefined);
/** To the microsecond, in which all of it was measured. */
const less = (a: number | undefined, b: number): number | undefined => (a === undefined ? undefined : Math.round((a - b) * 1_000) / 1_000);

const values: Readonly<Record<Exclude<MetricId, RecoveryMetricId>, (row: TurnRow) => number | undefined>> = {
  voice_to_voice: (row) => ifAnswered(row, between(row.speechEndUs, row.fillerUs ?? row.firstAudibleUs)),
  first_audio: (row) => ifAnswered(row, between(row.speechEndUs, row.firstDeltaUs)),
  framing_delay: (row) => between(row.speechEndUs, row.speechEndFrameUs),
  leading_silence: (row) => between(row.playerStartUs, row.firstAudibleUs),
  player_start: (row) => between(row.firstDeltaUs, row.playerStartUs),
  end_of_utterance: (row) => between(row.speechEndUs, turnEndUs(row)),
  vad_onset: (row) => between(row.speechStartUs, row.speechStartedUs),
  vad_onset_error: (row) => between(row.speechStartUs, row.heardStartUs),
  vad_end_error: (row) => between(row.speechEndUs, row.heardEndUs),
  early_endpoint: ({ speechEndUs, input, flags }) =>
    speechEndUs === undefined || input === "text" ? undefined : share(flags?.some((flag) => flag === "early_endpoint" || flag === "talked_over") ?? false),
  server_think: (row) => between(row.input === "text" ? row.speechEndUs : turnEndUs(row), row.firstDeltaUs),
  dispatch_delay: (row) => less(between(row.plannedUs, row.startedUs), -sentLate(row)),
  service_latency: (row) => ifAnswered(row, less(between(row.speechEndUs, row.firstAudibleUs), sentLate(row))),
  scheduled_latency: (row) => ifAnswered(row, less(between(row.speechEndUs, row.firstAudibleUs), -startedLate(row))),
  first_transcript: (row) => between(row.speechStartUs, row.firstTranscriptUs),
  final_transcript: (row) => between(row.speechEndUs, row.finalTranscriptUs),
  barge_in_stop: (row) => between(row.speechStartUs, row.oldAudibleEndUs),
  unheard_audio: (row) => lengthMs(row.unheardUs),
  truncation_agreed: (row) => (row.truncateSentMs === undefined ? undefined : share(row.truncatedMs === row.truncateSentMs)),
  back_channel_kept: (row) => (row.backChannelUs === undefined ? undefined : share(row.backChannelStoppedUs === undefined)),
  tool_decision: (row) => between(row.speechEndUs, row.toolCalledUs),
  tool_round_trip: (row) => lengthMs(row.toolRoundTripUs),
  tool_turn: (row) => ifAnswered(row, between(row.speechEndUs, row.firstAudibleUs)),
  filler: (row) => between(row.speechEndUs, row.fillerUs),
  dead_air: (row) => lengthMs(row.deadAirUs),
  playout_stall_count: (row) => row.stalls,
  playout_stall_total: (row) => lengthMs(row.stalledUs),
  playout_stall_longest: (row) => lengthMs(row.longestStallUs),
  clean_share: (row) => (row.stalls === undefined ? undefined : share(row.stalls === 0)),
  min_start_buffer: (row) => lengthMs(row.minStartBufferUs),
  output_rate: outputRate,
  answered: (row) => (row.outcome === "interrupted" || row.outcome === "dropped" ? undefined : share(row.outcome === "answered")),
  accuracy: (row) => metShare(row, () => true),
  tool_correct: (row) => metShare(row, ({ what }) => what === "tool"),
  wer: ({ transcriptErrors: errors }) => errors && errors.wordErrors / errors.words,
  cer: ({ transcriptErrors: errors }) => errors && errors.characterErrors / errors.characters,
  tokens_input: (row) => row.usage && row.usage.textIn + row.usage.audioIn,
  tokens_output: (row) => row.usage && row.usage.textOut + row.usage.audioOut,
  cached_share: (row) => {
    const input = row.usage ? row.usage.textIn + row.usage.audioIn : 0;
    return row.usage && input > 0 ? (row.usage.textCached + row.usage.audioCached) / input : undefined;
  },
  cost: (row) => (typeof row.costMicroUsd === "number" ? row.costMicroUsd / 1e6 : undefined),
  // Of single frames: a recorder of each cell has them.
  send_lateness: () => undefined,
  // Of a session, not of a turn: the calls of run.json have them.
  connect_mint: () => undefined,
  connect_dns: () => undefined,
  connect_tcp: () => undefined,
  connect_proxy: () => undefined,
  connect_tls: () => undefined,
  connect_upgrade: () => undefined,
  connect_created: () => undefined,
  connect_updated: () => undefined,
  connect_total: () => undefined,
};

/** How long the caller waited in vain, counted from where the metric begins. */
function waitedMs(metric: MetricId, row: TurnRow): number | undefined {
  const waited = row.censoredAtMs;
  if (metric === "service_latency") return less(waited, sentLate(row));
  return metric === "scheduled_latency" ? less(waited, -startedLate(row)) : waited;
}

/** How one metric is taken of a turn. */
interface Measurer {
  /** What was seen; undefined where the turn has nothing of it, or did not get that far. */
  readonly seen: (row: TurnRow) => number | undefined;
  /** How long was waited for it in vain; never below zero. */
  readonly waited: (row: TurnRow) => number | undefined;
}

const nothing = (): undefined => undefined;

function measurerOf(metric: MetricId): Measurer {
  // Of a lost connection, not of a turn: measure-recovery.ts.
  if (isRecoveryMetric(metric)) return { seen: nothing, waited: nothing };
  const { signed, censors, of } = metricOf(metric);
  const value = values[metric];
  const isAsked = of === "tool" ? (row: TurnRow): boolean => row.kind === "tool" : (): boolean => true;
  return {
    seen(row) {
      if (!isAsked(row)) return undefined;
      const found = value(row);
      // Below zero an unsigned metric has lost its meaning (an event that came before what it should follow): absent, not small.
      return found !== undefined && (found >= 0 || signed) ? found : undefined;
    },
    waited(row) {
      const found = censors && isAsked(row) ? waitedMs(metric, row) : undefined;
      return found === undefined ? undefined : Math.max(0, found);
    },
  };
}

/** Looked up once a metric: reports of 100,000 turns take millions of samples. */
const measurers = Object.fromEntries(metricIds.map((metric) => [metric, measurerOf(metric)])) as Readonly<Record<MetricId, Measurer>>;

/**
 * The turn's sample of `metric`, or undefined where the turn has none. A turn that was asked and not answered is a
 * censored sample of the metrics that wait for the answer, however it ended (measured from the last voiced sample).
 */
export function measure(metric: MetricId, row: TurnRow): Sample | undefined {
  const { seen, waited } = measurers[metric];
  const value = seen(row);
  if (value !== undefined) return { value, censored: false };
  const waitedFor = waited(row);
  return waitedFor === undefined ? undefined : { value: waitedFor, censored: true };
}

/** Its value alone: undefined also where the sample is censored. */
export const seenValue = (metric: MetricId, row: TurnRow): number | undefined => measurers[metric].seen(row);

/**
 * The turns that a figure without a kind is about. Waiting for a function is no part of how fast a server answers: durations
 * are of plain turns, those that only tool turns have of tool turns, and all else (shares, tokens, money) of both.
 */
export function rowsFor(metric: MetricId, rows: readonly TurnRow[], asked?: string): readonly TurnRow[] {
  const { kind, of } = metricOf(metric);
  const wanted = asked ?? (kind === "duration" ? (of === "tool" ? "tool" : "plain") : undefined);
  return wanted === undefined ? rows : rows.filter((row) => row.kind === wanted);
}

export function samplesOf(metric: MetricId, rows: readonly TurnRow[]): Sample[] {
  return rows.map((row) => measure(metric, row)).filter((sample) => sample !== undefined);
}

/** Samples in rank order; a metric that no row has a sample of is not there. */
export type SampleColumns = ReadonlyMap<MetricId, RankedSamples>;

/** All metrics in one walk over the rows. */
export function sampleColumns(metrics: readonly MetricId[], rows: readonly TurnRow[]): SampleColumns {
  const columns = metrics.map((metric) => ({ metric, ...measurers[metric], values: createColumn(rows.length), waits: createColumn(rows.length) }));
  for (const row of rows) {
    for (const { seen, waited, values: found, waits } of columns) {
      const value = seen(row);
      if (value !== undefined) found.add(value);
      else {
        const waitedFor = waited(row);
        if (waitedFor !== undefined) waits.add(waitedFor);
      }
    }
  }
  const filled = columns.map(({ metric, values: found, waits }) => [metric, { seen: found.sorted(), waited: waits.sorted() }] as const);
  return new Map(filled.filter(([, { seen, waited }]) => seen.length + waited.length > 0));
}

interface NumberColumn {
  add(value: number): void;
  sorted(): Float64Array;
}

/** Takes room for all with its first value: most metrics have none in most runs. */
function createColumn(most: number): NumberColumn {
  let numbers = new Float64Array(0);
  let count = 0;
  return {
    add(value) {
      if (count === 0) numbers = new Float64Array(most);
      numbers[count++] = value;
    },
    sorted: () => numbers.slice(0, count).sort(),
  };
}
