// How each stage of the load went, where it has several.

import type { RunRecord } from "../../result/run-result.ts";
import { stageColumns, stages } from "../stages.ts";
import { html, type Html } from "./markup.ts";
import { table } from "./table.ts";

export function stageSection(record: RunRecord): Html | undefined {
  const rows = stages(record).map(({ cells }) => cells);
  return rows.length === 0
    ? undefined
    : html`<section>
        <h2>Stage after stage</h2>
        ${table(stageColumns, rows)}
      </section>`;
}
