// What a run has to say of the connections that it lost or replaced: figures by cause and by cell, how often, how hard they
// all came back together, and the slowest. Data and short texts; the terminal, the summary and the page render them.

import { recoveriesFor, recoverySamples } from "../metrics/measure-recovery.ts";
import type { Sample } from "../metrics/measure.ts";
import { byRank, isQuantileBacked, quantileOfSorted, type Quantile } from "../metrics/quantile.ts";
import type { RecoveryMetricId } from "../metrics/recovery-catalogue.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import { peakPerSecond, stormsOf, type Storm } from "../metrics/storm.ts";
import type { RunRecord } from "../result/run-result.ts";
import { formatCount, formatDuration, formatMs, formatQuantile, formatShare, formatUsd } from "./format.ts";

export interface RecoveryGroup {
  readonly name: string;
  readonly rows: readonly RecoveryRow[];
}

const byCount = (groups: Map<string, RecoveryRow[]>): readonly RecoveryGroup[] =>
  [...groups].map(([name, rows]) => ({ name, rows })).sort((a, b) => b.rows.length - a.rows.length);

/** The most frequent cause first. */
export const recoveriesByCause = ({ recoveries = [] }: RunRecord): readonly RecoveryGroup[] => byCount(Map.groupBy(recoveries, ({ cause }) => cause));

export const causeName = (cause: string): string => cause.replaceAll("_", " ");

/** A quantile of a group, where it has recoveries enough for it; of what never came back it is longer than all that was seen. */
export function recoveryQuantile(metric: RecoveryMetricId, rows: readonly RecoveryRow[], p: number): Quantile {
  const samples = recoverySamples(metric, rows).sort(byRank);
  if (p < 1 && !isQuantileBacked(samples.length, p)) return undefined;
  const found = quantileOfSorted(samples, p);
  const slowest = samples.findLast((sample) => !sample.censored)?.value ?? 0;
  return found?.above === undefined ? found : { above: Math.max(found.above, slowest) };
}

export const recoverySum = (metric: RecoveryMetricId, rows: readonly RecoveryRow[]): number =>
  recoverySamples(metric, rows).reduce((sum: number, { value }: Sample) => sum + value, 0);

export function recoveryMean(metric: RecoveryMetricId, rows: readonly RecoveryRow[]): number | undefined {
  const { length } = recoverySamples(metric, rows);
  return length === 0 ? undefined : recoverySum(metric, rows) / length;
}

/** `412 ms`, `2.3 s`: an amount of audio. */
export const audioText = (ms: number): string => (ms < 1_000 ? `${formatMs(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** `p50 610 ms, p95 1,204 ms`, as far as there are enough, and else `at most 1,310 ms`. */
function spreadText(metric: RecoveryMetricId, rows: readonly RecoveryRow[]): string | undefined {
  const [p50, p95, most] = [0.5, 0.95, 1].map((p) => recoveryQuantile(metric, rows, p));
  if (most === undefined) return undefined;
  const shown = (name: string, found: Quantile): string[] => (found ? [`${name} ${formatQuantile(found)}`] : []);
  return `${[...shown("p50", p50), ...(p95 ? shown("p95", p95) : shown("at most", most))].join(", ")} ms`;
}

/** Lost connections in an hour that callers were connected; undefined where nobody knows how long that was. */
export function lossesPerSessionHour({ recoveries = [], result, turns }: RunRecord): number | undefined {
  const ofCalls = result.calls.reduce((sum, { warmUp, openUs, endedUs }) => sum + (warmUp || openUs === undefined ? 0 : (endedUs ?? openUs) - openUs), 0);
  const hours = (ofCalls > 0 ? ofCalls / 1_000 : turns.reduce((sum, row) => sum + (row.connectedMs ?? 0), 0)) / 3_600_000;
  return hours > 0 ? recoveriesFor(recoveries).length / hours : undefined;
}

/** The most reconnects within a second, by their last attempts. */
export const peakReconnectsPerS = ({ recoveries = [] }: RunRecord): number => peakPerSecond(recoveries.flatMap(({ dialledUs }) => dialledUs ?? []));

export const stormsOfRun = ({ recoveries = [], result }: RunRecord): readonly Storm[] => stormsOf(recoveries, result.plan.concurrency);

const seconds = (found: Quantile): string =>
  found === undefined ? "unknown" : `${found.above === undefined ? "" : "> "}${((found.value ?? found.above) / 1_000).toFixed(1)} s`;

/** `20 callers were cut off together at 10.0 s: ...`. */
export function stormText(storm: Storm): string {
  const ready = `a session again for 95 % after ${seconds(storm.ready95)}, for all after ${seconds(storm.readyAll)}`;
  const heard =
    storm.heardAll === undefined
      ? ""
      : `; 95 % heard something again after ${seconds(storm.heard95)}, all after ${seconds(storm.heardAll)}, their own thinking and words in between included`;
  const knocked = `; at most ${formatCount(storm.peakConnectsPerS)} reconnects in a second`;
  return `${formatCount(storm.callers)} callers were cut off together at ${(storm.startedUs / 1e6).toFixed(1)} s: ${ready}${heard}${knocked}`;
}

/** One line of the connections that were lost, and one of those that were replaced on purpose; nothing where there were none. */
export function recoveryLines(record: RunRecord): readonly { readonly label: string; readonly text: string }[] {
  const all = record.recoveries ?? [];
  const lost = recoveriesFor(all);
  const replaced = all.filter(({ planned }) => planned === true);
  const lines: { label: string; text: string }[] = [];
  if (lost.length > 0) lines.push({ label: "lost connections", text: lostText(lost) });
  if (replaced.length > 0) {
    const heard = `turns lost ${formatCount(recoverySum("recover_turns_lost", replaced))}, doubled ${formatCount(recoverySum("recover_turns_doubled", replaced))}`;
    lines.push({ label: "rolled over", text: `${formatCount(replaced.length)} on purpose, ${backText(replaced)}; ${heard}${replayText(replaced)}` });
  }
  return [...lines, ...stormsOfRun(record).map((storm) => ({ label: "storm", text: stormText(storm) }))];
}

/** Calls that were over need no way back. */
const owing = (rows: readonly RecoveryRow[]): readonly RecoveryRow[] => rows.filter(({ callEnded }) => callEnded !== true);

/** `11 of 12`. */
export function cameBackText(rows: readonly RecoveryRow[]): string {
  const owed = owing(rows);
  return `${formatCount(owed.filter(({ recovered }) => recovered).length)} of ${formatCount(owed.length)}`;
}

function backText(rows: readonly RecoveryRow[]): string {
  const owed = owing(rows);
  const over = rows.length - owed.length;
  const ended = over > 0 ? [`${formatCount(over)} at the end of their calls`] : [];
  const back = owed.length === 0 ? [] : [owed.every(({ recovered }) => recovered) ? "all came back" : `${cameBackText(rows)} came back`];
  return [...back, ...ended].join(", ");
}

/** `; replays $0.012, 4,560 tokens`; nothing where nobody said what they cost. */
function replayText(rows: readonly RecoveryRow[]): string {
  const tokens = recoverySum("recover_tokens", rows);
  if (tokens === 0) return "";
  const isPriced = rows.some(({ costMicroUsd }) => typeof costMicroUsd === "number");
  return `; replays ${isPriced ? formatUsd(recoverySum("recover_cost", rows)) : "unpriced"}, ${formatCount(tokens)} tokens`;
}

function lostText(rows: readonly RecoveryRow[]): string {
  const causes = byCount(Map.groupBy(rows, ({ cause }) => cause)).map((group) => `${causeName(group.name)} ${formatCount(group.rows.length)}`);
  const [detect, ready, heard] = (["recover_detect", "recover_session", "recover_first_audible"] as const).map((metric) => spreadText(metric, rows));
  const [up, down] = (["recover_audio_lost", "recover_audio_lost_down"] as const).map((metric) => audioText(recoverySum(metric, rows)));
  const parts = [
    `${formatCount(rows.length)} (${causes.join(", ")}), ${backText(rows)}`,
    ...(detect ? [`noticed ${detect}`] : []),
    ...(ready ? [`a session again ${ready}`] : []),
    ...(heard ? [`heard again ${heard}`] : []),
    `speech lost ${up}, answers ${down}`,
    `turns lost ${formatCount(recoverySum("recover_turns_lost", rows))}, doubled ${formatCount(recoverySum("recover_turns_doubled", rows))}`,
  ];
  return `${parts.join("; ")}${replayText(rows)}`;
}

/** `3.2 lost in an hour of a session; at most 12 reconnects in one second`. */
export function lossRateText(record: RunRecord): string {
  const rate = lossesPerSessionHour(record);
  const often = rate === undefined ? "" : `${rate < 10 ? rate.toFixed(1) : formatCount(rate)} lost connections in an hour of a session; `;
  return `${often}at most ${formatCount(peakReconnectsPerS(record))} reconnects within one second, by their last attempts`;
}

export const shareText = (metric: RecoveryMetricId, rows: readonly RecoveryRow[]): string => formatShare(recoveryMean(metric, rows));

/** The slowest first: those that never came back, by what was waited, then by when something was heard. */
export function slowestRecoveries({ recoveries = [] }: RunRecord, most: number): readonly RecoveryRow[] {
  const lost = recoveriesFor(recoveries).flatMap((row) => {
    const [sample] = [...recoverySamples("recover_first_audible", [row]), ...recoverySamples("recover_session", [row])];
    return sample ? [{ row, sample }] : [];
  });
  return lost
    .toSorted((a, b) => byRank(b.sample, a.sample))
    .slice(0, most)
    .map(({ row }) => row);
}

export interface RecoveryStep {
  /** After the last sign of life. */
  readonly afterMs: number;
  readonly what: string;
}

/** What happened to one recovery, in the order of time. */
export function recoverySteps(row: RecoveryRow): readonly RecoveryStep[] {
  const attempts = row.attempts === 1 ? "dialled once" : `dialled the last of ${formatCount(row.attempts)} times`;
  const waits = row.backoffMs > 0 ? `, after ${formatDuration(row.backoffMs)} of waiting` : "";
  const skipped = row.itemsSkipped > 0 ? `, ${formatCount(row.itemsSkipped)} could not be` : "";
  const known: readonly (readonly [number | undefined, string])[] = [
    [row.detectedUs, `noticed: ${causeName(row.cause)}${row.turn === undefined ? ", between turns" : `, in turn ${row.turn + 1}`}`],
    [row.dialledUs, `${attempts}${waits}`],
    [row.openUs, "the WebSocket is open"],
    [row.sessionUs, "the session stands"],
    [row.contextUs, `${formatCount(row.itemsReplayed)} items replayed${skipped}`],
    [row.firstAudibleUs, "something is heard again"],
  ];
  return known
    .flatMap(([atUs, what]) => (atUs === undefined ? [] : [{ afterMs: (atUs - row.lostUs) / 1_000, what }]))
    .toSorted((a, b) => a.afterMs - b.afterMs);
}

/** `caller 3 at 10.0 s: +2 ms noticed: reset, in turn 2; +202 ms dialled once; ...`. */
export function recoveryStepsText(row: RecoveryRow): string {
  const steps = recoverySteps(row).map(({ afterMs, what }) => `+${formatMs(afterMs)} ms ${what}`);
  const end = row.recovered ? "" : "; it never came back";
  return `caller ${row.session + 1}${row.call > 0 ? ` call ${row.call + 1}` : ""}, last sign of life at ${(row.lostUs / 1e6).toFixed(1)} s: ${steps.join("; ")}${end}`;
}
