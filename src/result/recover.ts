// A run that was killed has its head and the rows that were written. This makes a RunResult of them that says so.

import { readJournal } from "../cost/budget-journal.ts";
import { assemble } from "./assemble.ts";
import { recoveredCanary } from "./canary.ts";
import { recoveredBudget } from "./recovered-budget.ts";
import type { RunRecord } from "./run-result.ts";
import type { StoredRun } from "./store.ts";
import { recordOf } from "./warm-up.ts";
import { joinTruth, startBufferOf, truthErrorStats } from "./truth-error.ts";

type CutRun = Extract<StoredRun, { readonly type: "cut" }>;

/** Pure. Calls and the machine's own figures went with the process; lateness is known as the largest of each turn. */
export function recoverRun({ head, turns, recoveries, droppedRows, truth, canary: canaryLogs, journal: journalText, sounds, scenarioYaml }: CutRun): RunRecord {
  const lastUs = turns.reduce((latest, row) => Math.max(latest, row.playoutEndUs ?? row.firstAudibleUs ?? row.speechEndUs ?? 0), 0);
  const latestUs = turns.reduce((latest, row) => Math.max(latest, row.latenessMaxUs ?? 0), 0);
  const canary = recoveredCanary(canaryLogs);
  const journal = readJournal(journalText);
  const unknownSpent = journalText !== "" && !journal ? "; its budget.ndjson is damaged, so nobody knows what it spent" : "";
  const joined = joinTruth(turns, truth(), startBufferOf(head.cells));
  const result = assemble(head, {
    durationMs: lastUs / 1_000,
    end: { type: "killed", reason: `no end was written; the last turn on record ended ${(lastUs / 1e6).toFixed(1)} s into the run${unknownSpent}` },
    rows: turns,
    calls: [],
    recoveries,
    instrument: {
      // Of single frames only each turn's latest is on record: the extreme is known, the distribution went with the process.
      lateness: { count: 0, censored: 0, ...(latestUs > 0 ? { max: latestUs / 1_000 } : {}) },
      framesSent: turns.reduce((sum, row) => sum + (row.framesSent ?? 0), 0),
      framesLate: turns.reduce((sum, row) => sum + (row.framesLate ?? 0), 0),
      ...(canary ? { canary } : {}),
      ...(joined.errors.length > 0 ? { truthError: truthErrorStats(joined) } : {}),
    },
    latenessOf: new Map(),
    thresholds: [],
    droppedRows,
    ...(journal ? { budget: recoveredBudget(journal) } : {}),
    truthUnknown: head.cells.some((cell) => cell.provider !== "embedded"),
  });
  return recordOf(head.audio ? { ...result, audio: { ...head.audio, turns: sounds } } : result, turns, scenarioYaml, recoveries);
}
