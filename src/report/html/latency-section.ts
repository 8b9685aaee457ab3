// Voice-to-voice by cell, and pooled by each field that differs between cells.

import { instrumentErrorMs } from "../../compare/policy.ts";
import type { QuantileInterval } from "../../compare/bootstrap.ts";
import { isQuantileBacked } from "../../metrics/quantile.ts";
import type { CellResult, RunRecord } from "../../result/run-result.ts";
import { askedTurns, describeTurns, latencyAt, viewCells, type CellView } from "../cell-view.ts";
import { shownTail } from "../findings.ts";
import { absent, formatCount, formatInterval, formatQuantile, precisionMs } from "../format.ts";
import { latencyTable } from "../latency-table.ts";
import { intervalChart } from "./interval-chart.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table, type TableCell } from "./table.ts";

type Group = Pick<CellView, "latency" | "p50Interval" | "p90Interval">;

function withInterval(view: Group, p: number, interval: QuantileInterval | undefined, stepMs: number): TableCell {
  const range = formatInterval(interval, stepMs);
  return html`${formatQuantile(latencyAt(view, p), stepMs)}${range && html` <span class="range">${range}</span>`}`;
}

function tailCells(view: Group, ps: readonly number[], stepMs: number): string[] {
  return ps.map((p) => (isQuantileBacked(view.latency.length, p) ? formatQuantile(latencyAt(view, p), stepMs) : absent));
}

/** The first screen's table and picture. */
export function latencySection(record: RunRecord): Html {
  const views = viewCells(record);
  const stepMs = precisionMs(instrumentErrorMs(record.result));
  const { ps } = shownTail(views);
  const { note } = latencyTable(record);
  const columns = [left("cell"), right("answered"), right("p50, 95 % interval"), right("p90, 95 % interval"), ...ps.map((p) => right(`p${p * 100}`))];
  const rows = views.map((view) => [
    view.name,
    `${formatCount(view.cell.outcomes.answered)}/${formatCount(askedTurns(view.cell))}`,
    withInterval(view, 0.5, view.p50Interval, stepMs),
    withInterval(view, 0.9, view.p90Interval, stepMs),
    ...tailCells(view, ps, stepMs),
  ]);
  return html`<section>
    <h2>How long until the caller hears an answer</h2>
    <p class="note">
      Voice-to-voice, ms: from the caller’s last voiced sample to the first audible sample of the answer. A turn without an answer ranks above every answered
      one.
    </p>
    ${intervalChart(views)} ${table(columns, rows)} ${note && html`<p class="note">${note}.</p>`}
  </section>`;
}

interface Field {
  readonly name: string;
  readonly valueOf: (cell: CellResult) => string | undefined;
}

/** The fields people ask about, and then whatever else the matrix varied; networks have a section of their own. */
function fieldsOf(cells: readonly CellResult[]): Field[] {
  const known: Field[] = [
    { name: "effort", valueOf: (cell) => cell.effort },
    { name: "frame size", valueOf: (cell) => `${cell.frameMs} ms` },
  ];
  const axes = [...new Set(cells.flatMap((cell) => Object.keys(cell.axes)))].filter(
    (axis) => !["effort", "frameMs", "network"].includes(axis.split(".").at(-1) ?? axis),
  );
  return [...known, ...axes.map((axis): Field => ({ name: axis, valueOf: (cell) => (cell.axes[axis] === undefined ? undefined : String(cell.axes[axis])) }))];
}

function byField(record: RunRecord, field: Field): Html | undefined {
  const views = viewCells(record);
  const groups = Map.groupBy(views, (view) => field.valueOf(view.cell) ?? "none");
  // With one value there is nothing to set side by side, and one cell a value is the table above.
  if (groups.size < 2 || groups.size === views.length) return undefined;
  const stepMs = precisionMs(instrumentErrorMs(record.result));
  const rows = [...groups].map(([value, members]) => {
    const group = describeTurns(
      members.flatMap((view) => view.rows),
      record.result.seed,
    );
    const sum = (pick: (cell: CellResult) => number): number => members.reduce((total, view) => total + pick(view.cell), 0);
    return [
      value,
      formatCount(members.length),
      `${formatCount(sum((cell) => cell.outcomes.answered))}/${formatCount(sum(askedTurns))}`,
      withInterval(group, 0.5, group.p50Interval, stepMs),
      withInterval(group, 0.9, group.p90Interval, stepMs),
    ];
  });
  return html`<h3>by ${field.name}</h3>
    ${table([left(field.name), right("cells"), right("answered"), right("p50, 95 % interval"), right("p90, 95 % interval")], rows)}`;
}

/** One table for each field that several cells share; undefined where the run has one axis or none. */
export function fieldSection(record: RunRecord): Html | undefined {
  const tables = fieldsOf(record.result.cells)
    .map((field) => byField(record, field))
    .filter((found) => found !== undefined);
  if (tables.length === 0) return undefined;
  return html`<section>
    <h2>By effort and frame size</h2>
    <p class="note">Turns of all cells with the same value, pooled; ms.</p>
    ${tables}
  </section>`;
}
