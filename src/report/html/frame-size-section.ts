// What the size of a microphone frame costs, where the run varied it.

import { samplesOf } from "../../metrics/measure.ts";
import { inRankOrder, summarise } from "../../metrics/quantile.ts";
import type { MetricId } from "../../metrics/catalogue.ts";
import type { TurnRow } from "../../metrics/turn-row.ts";
import type { RunRecord } from "../../result/run-result.ts";
import { headline, latencyAt, viewCells } from "../cell-view.ts";
import { absent, formatCount, formatQuantile, formatSmallMs } from "../format.ts";
import { html, type Html } from "./markup.ts";
import { left, right, table } from "./table.ts";

const median = (metric: MetricId, rows: readonly TurnRow[]): number | undefined => summarise(samplesOf(metric, rows)).p50;
const ms = (value: number | undefined): string => (value === undefined ? absent : formatSmallMs(value).replace(" ms", ""));

/** Undefined where all frames have one size. */
export function frameSizeSection(record: RunRecord): Html | undefined {
  const views = viewCells(record);
  const sizes = [...Map.groupBy(views, ({ cell }) => cell.frameMs)].toSorted(([a], [b]) => a - b);
  if (sizes.length < 2) return undefined;
  const rows = sizes.map(([frameMs, members]) => {
    const turns = members.flatMap((view) => view.rows);
    const plain = turns.filter((row) => row.kind === "plain");
    const group = { latency: inRankOrder(samplesOf(headline, plain)) };
    return [
      `${frameMs} ms`,
      formatCount(plain.length),
      ms(median("framing_delay", plain)),
      ms(median("end_of_utterance", plain)),
      formatQuantile(latencyAt(group, 0.5)),
      formatQuantile(latencyAt(group, 0.9)),
      formatCount(turns.reduce((sum, row) => sum + (row.framesSent ?? 0), 0)),
      formatCount(turns.reduce((sum, row) => sum + (row.framesLate ?? 0), 0)),
    ];
  });
  return html`<section>
    <h2>Frame sizes</h2>
    ${table(
      [left("frame"), right("turns"), right("framing p50"), right("end of speech p50"), right("p50"), right("p90"), right("frames sent"), right("late")],
      rows,
    )}
    <p class="note">
      ms; all cells with the same frame size pooled, turns without a function. Framing: how long the last voiced sample waits until its frame is full; p50 and
      p90 are voice-to-voice.
    </p>
  </section>`;
}
