// How each stage of a load went: the knee is where the wait begins to grow. As a line for the terminal, and as the cells of a
// table for pages.

import { samplesOf } from "../metrics/measure.ts";
import { quantile } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
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

/** The axes of a cell over its load, as its id has them: stages of unlike loads are told apart. */
const loadOf = ({ cell = "" }: Partial<Pick<TurnRow, "cell">>): string =>
  cell
    .split(/,(?=[\w.[\]]+=)/)
    .filter((part) => part.startsWith("load."))
    .join(",");

/** One for each stage of a load, in their order; nothing without stages, or with one alone. */
export function stages({ turns }: Pick<RunRecord, "turns">): readonly StageText[] {
  const loads = [...Map.groupBy(turns, loadOf)].flatMap(([load, ofLoad]) =>
    [...Map.groupBy(ofLoad, (row) => row.stage)]
      .flatMap(([stage, rows]) => (stage === undefined ? [] : [{ load, stage, rows }]))
      .toSorted((a, b) => a.stage - b.stage),
  );
  if (loads.length < 2) return [];
  return loads.map(({ load, stage: number, rows }) => {
    const stage = load === "" ? String(number) : `${number} of ${load}`;
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
      cells: [stage, formatCount(rows.length), share === undefined ? absent : formatShare(share), formatCount(dropped), wait ?? absent],
    };
  });
}
