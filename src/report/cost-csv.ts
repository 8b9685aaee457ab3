// cost.csv: tokens by modality and money of the run, of every call and of every turn, cell by cell.

import type { TurnRow, TurnUsage } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { csvPieces, snakeCase, type Column } from "./csv.ts";

const tokens = ["textIn", "textCached", "audioIn", "audioCached", "textOut", "audioOut"] as const satisfies readonly (keyof TurnUsage)[];

interface CostRow {
  readonly cell: string;
  readonly scope: "run" | "call" | "turn";
  readonly id: string;
  /** Sums over the turns that know theirs; absent where none does. */
  readonly usage?: TurnUsage;
  readonly microUsd?: number;
  /** Turns that began and whose usage or price nobody knows: where it is above zero, the sums beside it are incomplete. */
  readonly unpriced: number;
}

type Totals = Pick<CostRow, "usage" | "microUsd" | "unpriced">;

const priceOf = ({ costMicroUsd }: TurnRow): number | undefined => (typeof costMicroUsd === "number" ? costMicroUsd : undefined);
const isUnpriced = (row: TurnRow): boolean => row.startedUs !== undefined && priceOf(row) === undefined;

function totalsOf(turns: readonly TurnRow[]): Totals {
  let usage: Record<(typeof tokens)[number], number> | undefined;
  let microUsd: number | undefined;
  for (const row of turns) {
    const price = priceOf(row);
    if (price !== undefined) microUsd = (microUsd ?? 0) + price;
    if (!row.usage) continue;
    usage ??= { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };
    for (const key of tokens) usage[key] += row.usage[key];
  }
  return { ...(usage && { usage }), ...(microUsd !== undefined && { microUsd }), unpriced: turns.filter(isUnpriced).length };
}

const columns: readonly Column<CostRow>[] = [
  { name: "cell", of: (row) => row.cell },
  { name: "scope", of: (row) => row.scope },
  { name: "id", of: (row) => row.id },
  ...tokens.map((key): Column<CostRow> => ({ name: `${snakeCase(key)}_tokens`, of: ({ usage }) => usage?.[key] })),
  { name: "usd", of: ({ microUsd }) => (microUsd === undefined ? undefined : microUsd / 1e6) },
  { name: "unpriced", of: ({ unpriced }) => unpriced },
];

function turnOf(cell: string, turn: TurnRow): CostRow {
  const microUsd = priceOf(turn);
  return {
    cell,
    scope: "turn",
    id: `${turn.session}/${turn.call}/${turn.turn}`,
    ...(turn.usage && { usage: turn.usage }),
    ...(microUsd !== undefined && { microUsd }),
    unpriced: isUnpriced(turn) ? 1 : 0,
  };
}

/** cost.csv of a run. A call's id is session/call, a turn's session/call/turn, both within the cell. */
export function costCsv(record: RunRecord): Iterable<string> {
  const rows = [...Map.groupBy(record.turns, (row) => row.cell)].flatMap(([cell, turns]): CostRow[] => [
    { cell, scope: "run", id: record.result.runId, ...totalsOf(turns) },
    ...[...Map.groupBy(turns, (row) => `${row.session}/${row.call}`)].map(([id, ofCall]): CostRow => ({ cell, scope: "call", id, ...totalsOf(ofCall) })),
    ...turns.map((turn) => turnOf(cell, turn)),
  ]);
  return csvPieces(columns, rows);
}
