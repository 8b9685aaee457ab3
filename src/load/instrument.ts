// What earshot knows of its own accuracy in a run, put together from its recorders.

import { createRecorder, type Recorder } from "../metrics/histogram.ts";
import type { Summary } from "../metrics/quantile.ts";
import type { SelfCheckResult } from "../metrics/self-check.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { Instrument } from "../result/run-result.ts";

/** Milliseconds of what a recorder of microseconds holds. */
export function summaryOf(recorder: Recorder): Summary {
  const ms = (us: number | undefined): number | undefined => (us === undefined ? undefined : us / 1_000);
  const entries = {
    min: ms(recorder.min),
    p50: ms(recorder.quantile(0.5)),
    p75: ms(recorder.quantile(0.75)),
    p90: ms(recorder.quantile(0.9)),
    p95: ms(recorder.quantile(0.95)),
    p99: ms(recorder.quantile(0.99)),
    max: ms(recorder.max),
  };
  return { count: recorder.count, censored: 0, ...Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) };
}

export function instrumentOf(cells: readonly Recorder[], check: SelfCheckResult, rows: readonly TurnRow[]): Instrument {
  const lateness = createRecorder("us");
  for (const cell of cells) lateness.add(cell);
  const lateFrames = { lateness: summaryOf(lateness), framesSent: lateness.count };
  lateness.destroy();
  const { count, p50, p99, max } = check.loopDelayMs;
  return {
    ...lateFrames,
    framesLate: rows.reduce((sum, row) => sum + (row.framesLate ?? 0), 0),
    ...(count > 0 ? { loopDelay: { count, censored: 0, p50, p99, max } } : {}),
    loopUtilisation: check.loopUtilisation,
    cpuShare: check.cpuShare,
    rssBytesMax: check.rssBytesMax,
    bufferedBytesMax: rows.reduce((most, row) => Math.max(most, row.bufferedBytesMax ?? 0), 0),
  };
}
