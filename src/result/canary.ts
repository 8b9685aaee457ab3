// The live error of the instrument: what its canaries measured, held against what their target says it did.

import { isQuantileBacked } from "../metrics/quantile.ts";
import type { Instrument } from "./run-result.ts";
import { joinTruth, readTruthLog, truthErrorStats } from "./truth-error.ts";
import { readTurnLog } from "./turn-log.ts";

export type CanaryFindings = NonNullable<Instrument["canary"]>;

export interface CanaryLogs {
  /** canary.ndjson and canary-truth.ndjson, in whatever state they are. */
  readonly rows: string;
  readonly truth: string;
}

/** `sessions`: how many canaries there were; `lost`: why they have no target. */
export function canaryFindings(
  { rows, truth }: CanaryLogs,
  { sessions, lost }: { readonly sessions: number; readonly lost?: string | undefined },
): CanaryFindings {
  const joined = joinTruth(readTurnLog(rows).rows, readTruthLog(truth), () => 0);
  const { count, p50, min, max, absoluteP99, farOff = 0 } = truthErrorStats(joined);
  return {
    sessions,
    count,
    farOff,
    ...(p50 === undefined ? {} : { p50 }),
    ...(absoluteP99 === undefined ? {} : { p99: absoluteP99 }),
    ...(min === undefined || max === undefined ? {} : { max: Math.max(Math.abs(min), Math.abs(max)) }),
    ...(lost === undefined ? {} : { lost }),
  };
}

/** The canaries of a run that was killed; undefined where none had a turn to show. */
export function recoveredCanary(logs: CanaryLogs): CanaryFindings | undefined {
  const sessions = new Set(readTurnLog(logs.rows).rows.map((row) => row.session)).size;
  return sessions > 0 ? canaryFindings(logs, { sessions }) : undefined;
}

/** The error that gates must be wider than, ms: p99 where there are turns enough for one, else the worst; undefined without a turn. */
export const canaryErrorMs = ({ canary }: Instrument): number | undefined => (canary && isQuantileBacked(canary.count, 0.99) ? canary.p99 : canary?.max);
