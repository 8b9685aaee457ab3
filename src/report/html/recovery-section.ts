// Connections that were lost or replaced: figures by cause and by cell, what happened when many were lost together, and where
// the time of the slowest went.

import type { RunRecord } from "../../result/run-result.ts";
import { formatMs } from "../format.ts";
import { lossRateText, recoverySteps, slowestRecoveries, stormsOfRun, stormText } from "../recoveries.ts";
import { recoveriesByCauseTables, recoveriesByCellTables, type RecoveryTables } from "../recovery-table.ts";
import { html, type Html } from "./markup.ts";
import { recoveryChart } from "./recovery-chart.ts";
import { left, right, table } from "./table.ts";

const DRAWN = 8;

/** The slowest recovery, step by step. */
function slowestTable(record: RunRecord): Html | undefined {
  const [row] = slowestRecoveries(record, 1);
  if (!row) return undefined;
  const steps = recoverySteps(row).map(({ afterMs, what }) => [what, formatMs(afterMs)]);
  const end = row.recovered ? [] : [["it never came back", ""]];
  const place = `caller ${row.session + 1}${row.call > 0 ? ` call ${row.call + 1}` : ""}, last sign of life at ${(row.lostUs / 1e6).toFixed(1)} s`;
  return html`<h3>the slowest: ${place}</h3>
    ${table([left("what happened"), right("after it, ms")], [...steps, ...end])}`;
}

const both = ({ times, losses }: RecoveryTables): Html => html`${table(times.columns, times.rows)} ${table(losses.columns, losses.rows)}`;

/** Undefined where no connection was lost or replaced. */
export function recoverySection(record: RunRecord): Html | undefined {
  const byCause = recoveriesByCauseTables(record);
  if (!byCause) return undefined;
  const byCell = recoveriesByCellTables(record);
  return html`<section>
    <h2>Lost connections</h2>
    ${both(byCause)} ${stormsOfRun(record).map((storm) => html`<p>${stormText(storm)}.</p>`)}
    <p class="note">
      Noticed, ready (a session stands again) and heard again: ms since the last sign of life of the old connection. Heard again is the time to recover, until
      the first audible sample that is played; where no answer was due, what the caller thinks and says before the next one is in it. A session that never came
      back ranks above every one that did. ${lossRateText(record)}. The same as data: recoveries.csv.
    </p>
    ${
      byCell &&
      html`<h3>lost connections by cell</h3>
        ${both(byCell)}`
    }
    ${recoveryChart(slowestRecoveries(record, DRAWN))} ${slowestTable(record)}
  </section>`;
}
