// Latency and money by how long the conversation had become: turns in classes of input tokens, each twice the one before, and
// turns by their place in the call.

import { noSamples, sampleColumns, samplesOf } from "../metrics/measure.ts";
import { isQuantileBacked, quantileOfRanked, type Quantile } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { viewCells, headline, type CellView } from "./cell-view.ts";
import { toCsv, type Column } from "./csv.ts";

export interface TurnClass {
  readonly view: CellView;
  readonly turns: number;
  readonly firstTurn: number;
  readonly lastTurn: number;
  /** Of voice_to_voice of plain turns; undefined where there are too few. */
  readonly p50: Quantile;
  readonly p90: Quantile;
  readonly usdPerTurn: number | undefined;
  readonly cachedShare: number | undefined;
}

export interface ContextClass extends TurnClass {
  /** Input tokens of a turn's last response: from this on, and below that. */
  readonly fromTokens: number;
  readonly belowTokens: number;
}

const SMALLEST = 1_000;
const classOf = (tokens: number): number => (tokens < SMALLEST ? 0 : SMALLEST * 2 ** Math.floor(Math.log2(tokens / SMALLEST)));

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function describe(view: CellView, rows: readonly TurnRow[]): TurnClass {
  const plainRows = rows.filter((row) => row.kind === "plain");
  const samples = sampleColumns([headline], plainRows).get(headline) ?? noSamples;
  let [input, cached, firstTurn, lastTurn] = [0, 0, Infinity, -Infinity];
  for (const { turn, usage } of rows) {
    firstTurn = Math.min(firstTurn, turn);
    lastTurn = Math.max(lastTurn, turn);
    if (!usage) continue;
    input += usage.textIn + usage.audioIn;
    cached += usage.textCached + usage.audioCached;
  }
  return {
    view,
    turns: rows.length,
    firstTurn,
    lastTurn,
    p50: quantileOfRanked(samples, 0.5),
    p90: isQuantileBacked(samples.seen.length + samples.waited.length, 0.9) ? quantileOfRanked(samples, 0.9) : undefined,
    usdPerTurn: meanOf(samplesOf("cost", rows).map(({ value }) => value)),
    cachedShare: input > 0 ? cached / input : undefined,
  };
}

const remembered = new WeakMap<RunRecord, readonly ContextClass[]>();

/** The classes that have turns, cell by cell, the shortest conversations first. */
export function contextClasses(record: RunRecord): readonly ContextClass[] {
  const found = remembered.get(record) ?? describeContexts(record);
  remembered.set(record, found);
  return found;
}

function describeContexts(record: RunRecord): readonly ContextClass[] {
  return viewCells(record).flatMap((view) => {
    const known = view.rows.filter((row) => row.contextTokens !== undefined);
    const groups = [...Map.groupBy(known, (row) => classOf(row.contextTokens ?? 0))].sort(([a], [b]) => a - b);
    return groups.map(([fromTokens, rows]) => ({ ...describe(view, rows), fromTokens, belowTokens: fromTokens === 0 ? SMALLEST : fromTokens * 2 }));
  });
}

/** Of calls that go on for a time, the first turns alone. */
const TURNS_SHOWN = 50;

const rememberedTurns = new WeakMap<RunRecord, readonly TurnClass[]>();

/** Every turn of a call by itself, cell by cell. */
export function turnClasses(record: RunRecord): readonly TurnClass[] {
  const found = rememberedTurns.get(record) ?? describePlaces(record);
  rememberedTurns.set(record, found);
  return found;
}

const describePlaces = (record: RunRecord): readonly TurnClass[] =>
  viewCells(record).flatMap((view) => {
    const known = view.rows.filter(({ turn, contextTokens }) => turn < TURNS_SHOWN && contextTokens !== undefined);
    return [...Map.groupBy(known, ({ turn }) => turn)].sort(([a], [b]) => a - b).map(([, rows]) => describe(view, rows));
  });

const columns: readonly Column<TurnClass & Partial<ContextClass>>[] = [
  { name: "by", of: ({ fromTokens }) => (fromTokens === undefined ? "turn" : "context") },
  { name: "cell", of: ({ view }) => view.cell.id },
  { name: "context_tokens_from", of: ({ fromTokens }) => fromTokens },
  { name: "context_tokens_below", of: ({ belowTokens }) => belowTokens },
  { name: "turns", of: ({ turns }) => turns },
  { name: "first_turn", of: ({ firstTurn }) => firstTurn },
  { name: "last_turn", of: ({ lastTurn }) => lastTurn },
  { name: "voice_to_voice_ms_p50", of: ({ p50 }) => p50?.value },
  { name: "voice_to_voice_ms_p90", of: ({ p90 }) => p90?.value },
  { name: "usd_per_turn", of: ({ usdPerTurn }) => usdPerTurn },
  { name: "cached_input_share", of: ({ cachedShare }) => cachedShare },
];

/** context.csv of a run: by context, then by turn. A p90 of too few turns, and a quantile among unanswered ones, is an empty cell. */
export const contextCsv = (record: RunRecord): string => toCsv(columns, [...contextClasses(record), ...turnClasses(record)]);
