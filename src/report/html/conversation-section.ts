// Turns with a function call, and interruptions, where the run had any.

import { agreedShare, interruptionRows, interruptions, toolRows, toolTurns, type ConversationRow } from "../conversation.ts";
import { viewCells, type CellView } from "../cell-view.ts";
import { formatCount, formatQuantile } from "../format.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

function partsTable(views: readonly CellView[], rowsOf: (view: CellView) => readonly ConversationRow[]): Html {
  const rows = views.flatMap((view) =>
    rowsOf(view).map((row) => [view.name, row.name, formatCount(row.count), formatQuantile(row.p50), formatQuantile(row.p90)]),
  );
  return table([left("cell"), left("ms"), right("turns"), right("p50"), right("p90")], rows);
}

/** Tool turns are in no other table of latencies: they wait for a function too. */
export function toolSection(record: RunRecord): Html | undefined {
  const views = viewCells(record).filter((view) => toolTurns(view).length > 0);
  if (views.length === 0) return undefined;
  return html`<section>
    <h2>Turns with a function call</h2>
    <p class="note">
      From the caller’s last voiced sample; functions: from a call’s arguments to its output. Unanswered turns rank above every answered one. Every call is in
      tool-calls.ndjson.
    </p>
    ${partsTable(views, toolRows)}
  </section>`;
}

export function interruptionSection(record: RunRecord): Html | undefined {
  const views = viewCells(record).filter((view) => interruptions(view).length > 0);
  if (views.length === 0) return undefined;
  const agreed = views.map((view) => [view.name, formatCount(interruptions(view).length), agreedShare(view)]);
  return html`<section>
    <h2>Interruptions</h2>
    <p class="note">From the first voiced sample of the interruption to the last audible sample of the old answer, and the audio of it that nobody heard.</p>
    ${partsTable(views, interruptionRows)} ${table([left("cell"), right("interruptions"), right("truncated where reported")], agreed)}
  </section>`;
}
