// From a turn's row to its samples: pure, so that reports, comparisons and thresholds measure old runs alike.

import { catalogue, type MetricId } from "./catalogue.ts";
import type { TurnRow } from "./turn-row.ts";

/**
 * One value of one turn in the metric's unit (ms, tokens, usd or 0/1 for a share). A censored sample says that the true
 * value is larger than `value`, the time we waited, and ranks above every value that was seen.
 */
export interface Sample {
  readonly value: number;
  readonly censored: boolean;
}

const between = (fromUs: number | undefined, toUs: number | undefined): number | undefined =>
  fromUs === undefined || toUs === undefined ? undefined : (toUs - fromUs) / 1_000;

const share = (condition: boolean): number => (condition ? 1 : 0);

const turnEndUs = (row: TurnRow): number | undefined => row.speechStoppedUs ?? row.committedUs;

const values: Readonly<Record<MetricId, (row: TurnRow) => number | undefined>> = {
  voice_to_voice: (row) => (row.outcome === "answered" ? between(row.speechEndUs, row.firstAudibleUs) : undefined),
  first_audio: (row) => (row.outcome === "answered" ? between(row.speechEndUs, row.firstDeltaUs) : undefined),
  framing_delay: (row) => between(row.speechEndUs, row.speechEndFrameUs),
  leading_silence: (row) => between(row.playerStartUs, row.firstAudibleUs),
  player_start: (row) => between(row.firstDeltaUs, row.playerStartUs),
  end_of_utterance: (row) => between(row.speechEndUs, turnEndUs(row)),
  vad_onset: (row) => between(row.speechStartUs, row.speechStartedUs),
  server_think: (row) => between(turnEndUs(row), row.firstDeltaUs),
  early_endpoint: (row) => (row.speechEndUs === undefined ? undefined : share(row.flags?.includes("early_endpoint") ?? false)),
  answered: (row) => (row.outcome === "interrupted" || row.outcome === "dropped" ? undefined : share(row.outcome === "answered")),
  dispatch_delay: (row) => between(row.plannedUs, row.startedUs),
  tokens_input: (row) => row.usage && row.usage.textIn + row.usage.audioIn,
  tokens_output: (row) => row.usage && row.usage.textOut + row.usage.audioOut,
  cached_share: (row) => {
    const input = row.usage ? row.usage.textIn + row.usage.audioIn : 0;
    return row.usage && input > 0 ? (row.usage.textCached + row.usage.audioCached) / input : undefined;
  },
  cost: (row) => (typeof row.costMicroUsd === "number" ? row.costMicroUsd / 1e6 : undefined),
  // Of single frames: a recorder of each cell has them.
  send_lateness: () => undefined,
  // Of a session, not of a turn: calls.ndjson has them.
  connect_tcp: () => undefined,
  connect_tls: () => undefined,
  connect_upgrade: () => undefined,
  connect_created: () => undefined,
  connect_updated: () => undefined,
  connect_total: () => undefined,
};

/**
 * The turn's sample of `metric`, or undefined where the turn has none. A turn that was asked and not answered is a
 * censored sample of the metrics that wait for the answer, however it ended (measured from the last voiced sample).
 */
export function measure(metric: MetricId, row: TurnRow): Sample | undefined {
  const value = values[metric](row);
  // Below zero an unsigned metric has lost its meaning (an event that came before what it should follow): absent, not small.
  const isMeaningful = value !== undefined && (value >= 0 || catalogue[metric].signed);
  if (isMeaningful) return { value, censored: false };
  if (catalogue[metric].censors && row.censoredAtMs !== undefined) return { value: row.censoredAtMs, censored: true };
  return undefined;
}

export function samplesOf(metric: MetricId, rows: readonly TurnRow[]): Sample[] {
  return rows.map((row) => measure(metric, row)).filter((sample) => sample !== undefined);
}
