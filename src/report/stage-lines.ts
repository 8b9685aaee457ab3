// How each stage of a load went, a line each: the knee is where the wait begins to grow.

import { samplesOf } from "../metrics/measure.ts";
import { quantile } from "../metrics/quantile.ts";
import type { RunRecord } from "../result/run-result.ts";
import { formatCount, formatShare } from "./format.ts";

/** `stage 2  19 turns, 100 % answered, voice-to-voice p50 1,522 ms`; nothing without stages, or with one alone. */
export function stageLines({ turns }: Pick<RunRecord, "turns">): readonly string[] {
  const stages = [...Map.groupBy(turns, (row) => row.stage)].filter(([stage]) => stage !== undefined).toSorted(([a = 0], [b = 0]) => a - b);
  if (stages.length < 2) return [];
  return stages.map(([stage, rows]) => {
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
    return `stage ${stage}: ${parts.join(", ")}`;
  });
}
