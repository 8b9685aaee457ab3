// A run that was killed has its head and the rows that were written. This makes a RunResult of them that says so.

import { summarise } from "../metrics/quantile.ts";
import { assemble } from "./assemble.ts";
import type { RunRecord } from "./run-result.ts";
import type { StoredRun } from "./store.ts";
import { joinTruth, truthErrorStats } from "./truth-error.ts";

type CutRun = Extract<StoredRun, { readonly type: "cut" }>;

/** Pure. Calls and the machine's own figures went with the process; lateness is known as the largest of each turn. */
export function recoverRun({ head, turns, droppedRows, truth, scenarioYaml }: CutRun): RunRecord {
  const instants = turns.flatMap((row) => row.playoutEndUs ?? row.firstAudibleUs ?? row.speechEndUs ?? []);
  const lastUs = Math.max(0, ...instants);
  const joined = joinTruth(turns, truth, () => 0);
  const result = assemble(head, {
    durationMs: lastUs / 1_000,
    end: { type: "killed", reason: `no end was written; the last turn on record ended ${(lastUs / 1e6).toFixed(1)} s into the run` },
    rows: turns,
    calls: [],
    instrument: {
      lateness: summarise(turns.flatMap((row) => (row.latenessMaxUs === undefined ? [] : [{ value: row.latenessMaxUs / 1_000, censored: false }]))),
      framesSent: turns.reduce((sum, row) => sum + (row.framesSent ?? 0), 0),
      framesLate: turns.reduce((sum, row) => sum + (row.framesLate ?? 0), 0),
      ...(joined.errors.length > 0 ? { truthError: truthErrorStats(joined) } : {}),
    },
    thresholds: [],
    droppedRows,
    truthUnknown: head.cells.some((cell) => cell.provider !== "embedded"),
  });
  return { result, turns, scenarioYaml };
}
