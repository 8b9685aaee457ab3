// cost.csv: tokens by modality and money of the run, of every call and of every turn, cell by cell.

import type { TurnRow, TurnUsage } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { toCsv, snakeCase, type Column } from "./csv.ts";

interface CostRow {
  readonly cell: string;
  readonly scope: "run" | "call" | "turn";
  readonly id: string;
  readonly turns: readonly TurnRow[];
}

const tokens: readonly (keyof TurnUsage)[] = ["textIn", "textCached", "audioIn", "audioCached", "textOut", "audioOut"];

/** A sum over the turns that know their part; absent where none does. */
function sumOf(turns: readonly TurnRow[], pick: (row: TurnRow) => number | null | undefined): number | undefined {
  let sum: number | undefined;
  for (const row of turns) {
    const value = pick(row);
    if (typeof value === "number") sum = (sum ?? 0) + value;
  }
  return sum;
}

const usdOf = (turns: readonly TurnRow[]): number | undefined => {
  const microUsd = sumOf(turns, (row) => row.costMicroUsd);
  return microUsd === undefined ? undefined : microUsd / 1e6;
};

const columns: readonly Column<CostRow>[] = [
  { name: "cell", of: (row) => row.cell },
  { name: "scope", of: (row) => row.scope },
  { name: "id", of: (row) => row.id },
  ...tokens.map((key): Column<CostRow> => ({ name: `${snakeCase(key)}_tokens`, of: (row) => sumOf(row.turns, (turn) => turn.usage?.[key]) })),
  { name: "usd", of: (row) => usdOf(row.turns) },
  // Turns that began and whose usage or price nobody knows: where it is above zero, the sums beside it are incomplete.
  { name: "unpriced", of: (row) => row.turns.filter((turn) => turn.startedUs !== undefined && typeof turn.costMicroUsd !== "number").length },
];

/** cost.csv of a run. A call's id is session/call, a turn's session/call/turn, both within the cell. */
export function costCsv(record: RunRecord): string {
  const rows = [...Map.groupBy(record.turns, (row) => row.cell)].flatMap(([cell, turns]): CostRow[] => [
    { cell, scope: "run", id: record.result.runId, turns },
    ...[...Map.groupBy(turns, (row) => `${row.session}/${row.call}`)].map(([id, ofCall]): CostRow => ({ cell, scope: "call", id, turns: ofCall })),
    ...turns.map((turn): CostRow => ({ cell, scope: "turn", id: `${turn.session}/${turn.call}/${turn.turn}`, turns: [turn] })),
  ]);
  return toCsv(columns, rows);
}
