// How turns and calls ended, and the slowest turns by name.

import { outcomes } from "../../metrics/turn-row.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { answeredShare, viewCells } from "../cell-view.ts";
import { failureTable } from "../failures.ts";
import { endText, placeText, slowestTurns } from "../findings.ts";
import { formatCount, formatShare } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const SLOWEST = 10;
const TEXT_LENGTH_MAX = 300;

const clipped = (text: string): string => (text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text);

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

export function slowestSection(record: RunRecord): Html | undefined {
  const turns = slowestTurns(viewCells(record), SLOWEST);
  if (turns.length === 0) return undefined;
  const rows = turns.map((turn) => {
    const { caller, answer } = turn.row.transcripts ?? {};
    return [
      turn.view.name,
      placeText(turn.row),
      turn.row.clip ?? turn.row.text ?? "",
      endText(turn),
      clipped([caller, answer].filter((text) => text !== undefined).join(" / ")),
    ];
  });
  const hasText = rows.some((row) => row[4] !== "");
  const columns = [left("cell"), left("turn"), left("clip"), left("end"), ...(hasText ? [left("caller / answer")] : [])];
  return html`<section>
    <h2>Slowest turns</h2>
    ${table(
      columns,
      rows.map((row) => row.slice(0, columns.length)),
    )}
    <p class="note">Callers and turns are counted from 1 here, from 0 in turns.csv.</p>
  </section>`;
}
