// How each stage of a load went: the knee is where the wait begins to grow. As a line for the terminal, and as the cells of a
// table for pages.

import { samplesOf } from "../metrics/measure.ts";
import { quantile } from "../metrics/quantile.ts";
import type { RunRecord } from "../result/run-result.ts";
import { absent, formatCount, formatShare } from "./format.ts";
import type { TextColumn } from "./text-table.ts";

export interface StageText {
  /** `stage 2: 19 turns, 100 % answered, voice-to-voice p50 1,522 ms`. */
  readonly line: string;
  /** Under stageColumns. */
  readonly cells: readonly string[];
}

export const stageColumns: readonly TextColumn[] = ["stage", "turns", "answered", "dropped", "voice-to-voice p50, ms"].map((header) => ({
  header,
  align: "right",
}));

/** One for each stage, in their order; nothing without stages, or with one alone. */
export function stages({ turns }: Pick<RunRecord, "turns">): readonly StageText[] {
  const found = [...Map.groupBy(turns, (row) => row.stage)].filter(([stage]) => stage !== undefined).toSorted(([a = 0], [b = 0]) => a - b);
  if (found.length < 2) return [];
  return found.map(([stage, rows]) => {
    const asked = samplesOf("answered", rows);
    const share = asked.length === 0 ? undefined : asked.reduce((sum, sample) => sum + sample.value, 0) / asked.length;
    const dropped = rows.filter((row) => row.outcome === "dropped").length;
    const half = quantile(
      samplesOf(
        "voice_to_voice",
        rows.filter((row) => row.kind === "plain"),
      ),
      0.5,
    );
    const wait = half === undefined ? undefined : half.value === undefined ? `> ${formatCount(Math.round(half.above))}` : formatCount(Math.round(half.value));
    const parts = [
      `${formatCount(rows.length)} turns`,
      ...(share === undefined ? [] : [`${formatShare(share)} answered`]),
      ...(dropped > 0 ? [`${formatCount(dropped)} dropped`] : []),
      ...(wait === undefined ? [] : [`voice-to-voice p50 ${wait} ms`]),
    ];
    return {
      line: `stage ${stage}: ${parts.join(", ")}`,
      cells: [String(stage), formatCount(rows.length), share === undefined ? absent : formatShare(share), formatCount(dropped), wait ?? absent],
    };
  });
}
