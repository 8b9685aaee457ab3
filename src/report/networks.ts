// What each network did to the callers on it: latency, holes in the answers, the start buffer that would have filled them, and
// lost connections. A table for people and network.csv.

import { instrumentErrorMs } from "../compare/policy.ts";
import { recoveriesFor, recoverySamples } from "../metrics/measure-recovery.ts";
import { noSamples, seenValue } from "../metrics/measure.ts";
import type { MetricId } from "../metrics/catalogue.ts";
import { isQuantileBacked, quantile, quantileOfRanked } from "../metrics/quantile.ts";
import type { RecoveryRow } from "../metrics/recovery-row.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { describeTurns, latencyAt, viewCells, type CellView } from "./cell-view.ts";
import { toCsv, type Column } from "./csv.ts";
import { absent, formatCount, formatInterval, formatMs, formatQuantile, formatShare, oneLine, precisionMs } from "./format.ts";
import type { TextColumn, TextTable } from "./text-table.ts";

type Described = Pick<CellView, "latency" | "p50Interval" | "p90Interval">;

export interface NetworkGroup extends Described {
  readonly network: string;
  /** The cell it is of; absent where it is of all cells with the network. */
  readonly cell?: string;
  readonly turns: number;
  /** Shares, one a turn. */
  readonly answered: readonly number[];
  readonly clean: readonly number[];
  readonly stallCount: number;
  readonly stalledMs: number;
  readonly longestStallMs: number | undefined;
  /** The start buffer that would have spared every answer, and all but one in twenty, each stall. */
  readonly startBufferMaxMs: number | undefined;
  readonly startBufferP95Ms: number | undefined;
  readonly lost: readonly RecoveryRow[];
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function groupOf(rows: readonly TurnRow[], lost: readonly RecoveryRow[], described: Described): Omit<NetworkGroup, "network"> {
  const values = (metric: MetricId): readonly number[] => {
    const found: number[] = [];
    for (const row of rows) {
      const value = seenValue(metric, row);
      if (value !== undefined) found.push(value);
    }
    return found;
  };
  const most = (found: readonly number[]): number | undefined => (found.length === 0 ? undefined : found.reduce((a, b) => Math.max(a, b)));
  const total = (found: readonly number[]): number => found.reduce((sum, value) => sum + value, 0);
  const buffers = values("min_start_buffer");
  return {
    ...described,
    turns: rows.length,
    answered: values("answered"),
    clean: values("clean_share"),
    stallCount: total(values("playout_stall_count")),
    stalledMs: total(values("playout_stall_total")),
    longestStallMs: most(values("playout_stall_longest")),
    startBufferMaxMs: most(buffers),
    startBufferP95Ms: isQuantileBacked(buffers.length, 0.95)
      ? quantileOfRanked({ ...noSamples, seen: Float64Array.from(buffers).sort() }, 0.95)?.value
      : undefined,
    lost,
  };
}

const callOf = ({ cell, session, call }: Pick<TurnRow, "cell" | "session" | "call">): string => JSON.stringify([cell, session, call]);

/** The network of every call: of its turns, or where it has none of its cell. */
function networkFinder({ result, turns }: RunRecord): (row: RecoveryRow) => string | undefined {
  const ofCalls = new Map(turns.map((row) => [callOf(row), row.network]));
  const ofCells = new Map(result.cells.map(({ id, network }) => [id, network]));
  return (row) => ofCalls.get(callOf(row)) ?? ofCells.get(row.cell);
}

const remembered = new WeakMap<RunRecord, readonly NetworkGroup[]>();

/** Every network of the run, in the order of its turns. Kept with the record: intervals cost time, and several reports ask. */
function networks(record: RunRecord): readonly NetworkGroup[] {
  const found = remembered.get(record) ?? networksOf(record, false);
  remembered.set(record, found);
  return found;
}

/** `perCell`: apart for every cell. */
function networksOf(record: RunRecord, perCell: boolean): readonly NetworkGroup[] {
  // There is no newline in a network's words.
  const keyOf = (cell: string, network: string): string => (perCell ? `${network}\n${cell}` : network);
  const recoveries = recoveriesFor(record.recoveries ?? []);
  const networkOf = recoveries.length > 0 ? networkFinder(record) : undefined;
  const lostOf = Map.groupBy(recoveries, (row) => keyOf(row.cell, networkOf?.(row) ?? ""));
  return [...Map.groupBy(record.turns, (row) => keyOf(row.cell, row.network))].map(([key, rows]) => {
    const { network, cell } = { network: rows[0]?.network ?? "", cell: perCell ? rows[0]?.cell : undefined };
    // A cell whose turns are all on one network is described already.
    const view = viewCells(record).find((one) => one.rows.length === rows.length && rows.every((row) => row.cell === one.cell.id));
    const { latency, p50Interval, p90Interval } = view ?? describeTurns(rows, record.result.seed);
    return { network, ...(cell === undefined ? {} : { cell }), ...groupOf(rows, lostOf.get(key) ?? [], { latency, p50Interval, p90Interval }) };
  });
}

const NETWORK_LENGTH_MAX = 80;

interface Figure {
  readonly header: string;
  readonly of: (group: NetworkGroup) => string;
}

/** With spaces, so that a long one can be broken. */
const networkName = (network: string): string => oneLine(network.replaceAll(",", ", "), NETWORK_LENGTH_MAX);

const tableOf = (groups: readonly NetworkGroup[], figures: readonly Figure[]): TextTable => ({
  columns: [{ header: "network", align: "left" }, ...figures.map(({ header }): TextColumn => ({ header, align: "right" }))],
  rows: groups.map((group) => [networkName(group.network), ...figures.map(({ of }) => of(group))]),
});

/** How long callers waited, and what they heard; undefined where all turns were on the plain network. */
export function networkTables(record: RunRecord): readonly TextTable[] | undefined {
  if (record.turns.every(({ network }) => network === "none")) return undefined;
  const stepMs = precisionMs(instrumentErrorMs(record.result));
  const groups = networks(record);
  const withInterval = (group: NetworkGroup, p: number): string => {
    const interval = p === 0.5 ? group.p50Interval : group.p90Interval;
    return `${formatQuantile(latencyAt(group, p), stepMs)}${interval ? ` [${formatInterval(interval, stepMs)}]` : ""}`;
  };
  const hasP95 = groups.some(({ startBufferP95Ms }) => startBufferP95Ms !== undefined);
  const hasLost = groups.some(({ lost }) => lost.length > 0);
  const waited: readonly Figure[] = [
    { header: "turns", of: ({ turns }) => formatCount(turns) },
    { header: "answered", of: ({ answered }) => formatShare(mean(answered)) },
    { header: "p50 [95 % interval]", of: (group) => withInterval(group, 0.5) },
    { header: "p90 [95 % interval]", of: (group) => withInterval(group, 0.9) },
    ...(hasLost ? [{ header: "lost connections", of: ({ lost }: NetworkGroup) => formatCount(lost.length) }] : []),
  ];
  const heard: readonly Figure[] = [
    { header: "clean answers", of: ({ clean }) => formatShare(mean(clean)) },
    { header: "stalled in all", of: ({ clean, stalledMs }) => (clean.length === 0 ? absent : formatMs(stalledMs)) },
    { header: "longest stall", of: ({ longestStallMs }) => formatMs(longestStallMs) },
    ...(hasP95 ? [{ header: "buffer for 95 %", of: ({ startBufferP95Ms }: NetworkGroup) => formatMs(startBufferP95Ms) }] : []),
    { header: "buffer for all", of: ({ startBufferMaxMs }) => formatMs(startBufferMaxMs) },
  ];
  return [tableOf(groups, waited), tableOf(groups, heard)];
}

/** What the tables' columns mean, for under it. */
export const networkNote =
  "ms; p50 and p90 of voice-to-voice without tool turns. In a clean answer the player never ran dry; the buffer is the smallest start buffer with which none of the answers, or 95 % of them not, would have.";

const columns: readonly Column<NetworkGroup & { readonly runId: string }>[] = [
  { name: "run_id", of: ({ runId }) => runId },
  { name: "network", of: ({ network }) => network },
  { name: "cell", of: ({ cell }) => cell },
  { name: "turns", of: ({ turns }) => turns },
  { name: "answered_share", of: ({ answered }) => mean(answered) },
  { name: "voice_to_voice_ms_p50", of: (group) => latencyAt(group, 0.5)?.value },
  { name: "voice_to_voice_ms_p50_low", of: ({ p50Interval }) => p50Interval?.low.value },
  { name: "voice_to_voice_ms_p50_high", of: ({ p50Interval }) => p50Interval?.high.value },
  { name: "voice_to_voice_ms_p90", of: (group) => latencyAt(group, 0.9)?.value },
  { name: "voice_to_voice_ms_p90_low", of: ({ p90Interval }) => p90Interval?.low.value },
  { name: "voice_to_voice_ms_p90_high", of: ({ p90Interval }) => p90Interval?.high.value },
  { name: "clean_share", of: ({ clean }) => mean(clean) },
  { name: "stalls", of: ({ clean, stallCount }) => (clean.length === 0 ? undefined : stallCount) },
  { name: "stalled_ms_total", of: ({ clean, stalledMs }) => (clean.length === 0 ? undefined : stalledMs) },
  { name: "stalled_ms_longest", of: ({ longestStallMs }) => longestStallMs },
  { name: "min_start_buffer_ms_p95", of: ({ startBufferP95Ms }) => startBufferP95Ms },
  { name: "min_start_buffer_ms_max", of: ({ startBufferMaxMs }) => startBufferMaxMs },
  { name: "lost_connections", of: ({ lost }) => lost.length },
  { name: "recovered", of: ({ lost }) => lost.filter(({ recovered }) => recovered).length },
  { name: "recover_first_audible_ms_max", of: ({ lost }) => quantile(recoverySamples("recover_first_audible", lost), 1)?.value },
];

/** network.csv of a run: every network over all cells (cell is empty), then, where there are several, every cell with it. */
export function networkCsv(record: RunRecord): string {
  const apart = viewCells(record).length > 1 ? networksOf(record, true) : [];
  return toCsv(
    columns,
    [...networks(record), ...apart].map((group) => ({ ...group, runId: record.result.runId })),
  );
}
