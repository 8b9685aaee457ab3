// The networks that callers were on, side by side.

import type { RunRecord } from "../../result/run-result.ts";
import { networkNote, networkTables } from "../networks.ts";
import { html, type Html } from "./markup.ts";
import { table } from "./table.ts";

/** Undefined where all callers were on the plain network. */
export function networkSection(record: RunRecord): Html | undefined {
  const found = networkTables(record);
  if (!found) return undefined;
  return html`<section>
    <h2>By network</h2>
    ${found.map(({ columns, rows }) => table(columns, rows))}
    <p class="note">${networkNote} The same as data: network.csv.</p>
  </section>`;
}
