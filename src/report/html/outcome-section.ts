// How turns and calls ended.

import { outcomes } from "../../metrics/turn-row.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { answeredShare, viewCells } from "../cell-view.ts";
import { failureTable } from "../failures.ts";
import { formatCount, formatShare } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

export function outcomeSection(record: RunRecord): Html | undefined {
  const views = viewCells(record);
  if (views.length === 0) return undefined;
  const seen = outcomes.filter((outcome) => outcome === "answered" || views.some((view) => view.cell.outcomes[outcome] > 0));
  const columns = [left("cell"), right("planned"), ...seen.map(right), right("answered share")];
  const rows = views.map(({ name, cell }) => [
    name,
    formatCount(cell.turnsPlanned),
    ...seen.map((outcome) => formatCount(cell.outcomes[outcome])),
    formatShare(answeredShare(cell)),
  ]);
  const failures = failureTable(record);
  return html`<section>
    <h2>How turns ended</h2>
    ${table(columns, rows)}
    ${
      failures &&
      html`<h3>what broke</h3>
        ${table(failures.columns, failures.rows)}`
    }
  </section>`;
}
