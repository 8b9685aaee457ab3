// A run in progress as lines for a terminal. Pure: a snapshot and a width in, lines out, none of them wider.

import { amountText, limitKinds } from "../result/budget-text.ts";
import type { CellSnapshot, Snapshot } from "../live/snapshot.ts";
import { formatCount, formatDuration, formatQuantile, formatUsd, oneLine } from "../report/format.ts";
import { textTable, type TextColumn } from "../report/text-table.ts";

export interface PanelSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines besides the cells', with something above them still in sight. */
const OTHER_LINES = 8;
const NARROW_COLUMNS = 60;
const NAME_COLUMNS = 34;

const left = (header: string): TextColumn => ({ header, align: "left" });
const right = (header: string): TextColumn => ({ header, align: "right" });

interface CellColumn {
  readonly column: TextColumn;
  readonly text: (cell: CellSnapshot) => string;
  /** Left out where there is no room. */
  readonly isWide?: true;
}

const turnsText = ({ turns, turnsPlanned }: Pick<CellSnapshot, "turns" | "turnsPlanned">): string =>
  turnsPlanned === undefined ? formatCount(turns) : `${formatCount(turns)}/${formatCount(turnsPlanned)}`;

const cellColumns: readonly CellColumn[] = [
  { column: left("cell"), text: ({ id }) => oneLine(id, NAME_COLUMNS) },
  { column: right("callers"), text: ({ sessions }) => formatCount(sessions), isWide: true },
  { column: right("turns"), text: turnsText },
  { column: right("p50 ms"), text: ({ soFar }) => formatQuantile(soFar.p50) },
  { column: right("p90 ms"), text: ({ soFar }) => formatQuantile(soFar.p90) },
  { column: right("unanswered"), text: ({ outcomes }) => formatCount(outcomes.unanswered), isWide: true },
  { column: right("failed"), text: ({ outcomes }) => formatCount(outcomes.failed), isWide: true },
];

/** The panel as it fits: on a narrow terminal with fewer columns, on a low one with fewer cells, and it says how many. */
export function panelLines(snapshot: Snapshot, { columns, rows }: PanelSize): readonly string[] {
  const isNarrow = columns < NARROW_COLUMNS;
  const shown = cellColumns.filter(({ isWide }) => !isNarrow || !isWide);
  const cellsMax = Math.max(1, rows - OTHER_LINES);
  const cells = snapshot.cells.slice(0, cellsMax);
  const more = snapshot.cells.length - cells.length;
  const table = textTable(
    shown.map(({ column }) => column),
    cells.map((cell) => shown.map(({ text }) => text(cell))),
  );
  const lines = [
    stateParts(snapshot).join("  "),
    ...table,
    ...(more > 0 ? [`and ${formatCount(more)} more ${more === 1 ? "cell" : "cells"}`] : []),
    ...(isNarrow ? [troubleText(snapshot)].filter((text) => text !== "") : []),
    failuresText(snapshot),
    moneyText(snapshot),
    ...snapshot.doubts.map((doubt) => `doubt: ${doubt}`),
  ];
  return lines.filter((line) => line !== "").map((line) => oneTerminalLine(line, columns));
}

/** The same in one line, for logs. */
export function plainLine(snapshot: Snapshot): string {
  const { cells, doubts } = snapshot;
  const named = cells.length > 1 && cells.length <= 4;
  const latency = cells.map(({ id, soFar: { p50, p90 } }) => `${named ? `${id} ` : ""}p50 ${formatQuantile(p50)} p90 ${formatQuantile(p90)} ms`);
  return oneTerminalLine(
    [...stateParts(snapshot), ...(cells.length <= 4 ? latency : []), troubleText(snapshot), moneyText(snapshot), ...doubts]
      .filter((part) => part !== "")
      .join("  "),
    Infinity,
  );
}

function stateParts(snapshot: Snapshot): readonly string[] {
  const { elapsedMs, expectedMs, running } = snapshot;
  // A run that is slower than expected is told so rather than shown at more than all of it.
  const expected = expectedMs === undefined ? "" : ` of about ${formatDuration(expectedMs)}`;
  return [
    `${formatDuration(Math.floor(elapsedMs / 1_000) * 1_000).replace("0 ms", "0 s")}${expected}`,
    `${formatCount(running)} calls`,
    `${turnsText(snapshot)} turns`,
  ];
}

const troubleText = ({ unanswered, failed }: Snapshot): string =>
  [...(unanswered > 0 ? [`${formatCount(unanswered)} unanswered`] : []), ...(failed > 0 ? [`${formatCount(failed)} failed`] : [])].join("  ");

const failuresText = ({ failures }: Snapshot): string =>
  failures.length === 0 ? "" : `failures: ${failures.map(({ failureClass, turns }) => `${failureClass} ${formatCount(turns)}`).join(", ")}`;

/** What was spent so far, and of how much where that is bounded. */
function moneyText({ microUsd, unpricedTurns, turns, budget, usage }: Snapshot): string {
  const usd = microUsd / 1e6;
  const before = (budget?.spentBefore?.microUsd ?? 0) / 1e6;
  const limit = budget?.limits.microUsd;
  const isPriced = turns > unpricedTurns;
  const money =
    isPriced || limit !== undefined ? [`${formatUsd(usd + before)}${limit === undefined ? "" : ` of ${amountText("microUsd", limit)}`} at list price`] : [];
  const tokens = usage.textIn + usage.audioIn + usage.textOut + usage.audioOut;
  const limited = limitKinds(budget?.limits ?? {}).includes("tokens") ? ` of ${amountText("tokens", budget?.limits.tokens ?? 0)}` : " tokens";
  return [
    ...money,
    ...(tokens > 0 ? [`${formatCount(tokens)}${limited}`] : []),
    ...(unpricedTurns > 0 ? [`${formatCount(unpricedTurns)} turns unpriced`] : []),
  ].join("  ");
}

/** Without what moves the cursor or breaks the line: names may come from a file that somebody else wrote. */
function oneTerminalLine(text: string, columns: number): string {
  return oneLine(text.replace(/\p{Cc}/gu, ""), columns).trimEnd();
}
