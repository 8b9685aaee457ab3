// What earshot knows of its own accuracy in a run, put together from what its threads found.

import { createRecorder, restoreRecorder, type Recorder } from "../metrics/histogram.ts";
import type { Summary } from "../metrics/quantile.ts";
import type { ProcessCheck } from "../metrics/self-check.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { MachineLoad } from "../result/machine-load.ts";
import type { Instrument } from "../result/run-result.ts";
import type { SegmentCheck } from "./segment.ts";

/** Milliseconds of what a recorder of microseconds holds. */
function summaryOf(recorder: Recorder): Summary {
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

export interface Findings {
  readonly instrument: Instrument;
  readonly latenessOf: ReadonlyMap<string, Summary>;
  readonly shaperLatenessMsP99?: number;
}

/** What the process and its machine spent. */
export interface Spent {
  readonly process: ProcessCheck;
  readonly machine: MachineLoad | undefined;
}

export function findingsOf(checks: readonly SegmentCheck[], { process, machine }: Spent, rows: readonly TurnRow[]): Findings {
  const cells = new Map<string, Recorder>();
  const all = createRecorder("us");
  const shaper = createRecorder("us");
  const gc = createRecorder("us");
  const into = (recorder: Recorder, snapshot: SegmentCheck["shaperLateness"]): void => {
    const theirs = restoreRecorder(snapshot);
    recorder.add(theirs);
    theirs.destroy();
  };
  for (const check of checks) {
    for (const [cell, snapshot] of check.lateness) {
      const recorder = cells.get(cell) ?? createRecorder("us");
      cells.set(cell, recorder);
      into(recorder, snapshot);
      into(all, snapshot);
    }
    into(shaper, check.shaperLateness);
    into(gc, check.loop.gcPauses);
  }
  const shaped = summaryOf(shaper);
  const instrument: Instrument = {
    lateness: summaryOf(all),
    framesSent: all.count,
    framesLate: rows.reduce((sum, row) => sum + (row.framesLate ?? 0), 0),
    threads: checks.length,
    ...worstLoop(checks),
    ...(gc.count > 0 ? { gcPause: summaryOf(gc) } : {}),
    cpuShare: process.cpuShare,
    ...(machine ? { machine } : {}),
    rssBytesMax: process.rssBytesMax,
    ...(process.rssBytesFirst === undefined ? {} : { rssBytesFirst: process.rssBytesFirst }),
    rssBytesLast: process.rssBytesLast,
    bufferedBytesMax: rows.reduce((most, row) => Math.max(most, row.bufferedBytesMax ?? 0), 0),
  };
  const latenessOf = new Map([...cells].filter(([, recorder]) => recorder.count > 0).map(([cell, recorder]) => [cell, summaryOf(recorder)]));
  for (const recorder of [...cells.values(), all, shaper, gc]) recorder.destroy();
  return { instrument, latenessOf, ...(shaped.p99 === undefined ? {} : { shaperLatenessMsP99: shaped.p99 }) };
}

/** Of the busiest thread: callers of one that is late are measured late, however idle the others are. */
function worstLoop(checks: readonly SegmentCheck[]): Pick<Instrument, "loopDelay" | "loopUtilisation"> {
  const busiest = checks.toSorted((a, b) => b.loop.loopUtilisation - a.loop.loopUtilisation)[0]?.loop;
  if (!busiest) return {};
  const { count, p50, p99, max } = busiest.loopDelayMs;
  return { loopUtilisation: busiest.loopUtilisation, ...(count > 0 ? { loopDelay: { count, censored: 0, p50, p99, max } } : {}) };
}
