// The instrument measured against known delays: level after level of callers, each a run against our own target, until it
// is known how many of them this machine drives honestly.

import type { TurnRow } from "../metrics/turn-row.ts";
import type { CheckLevel, CheckResult, CheckedMetric, ErrorSummary } from "../result/check-result.ts";
import { checkedMetrics } from "../result/check-result.ts";
import type { RunResult } from "../result/run-result.ts";
import { startBufferOf, type TruthRow } from "../result/truth-error.ts";
import { summariseErrors } from "./error-summary.ts";
import { honestCallers, nextLevel } from "./levels.ts";
import { joinAll } from "./truth-join.ts";

/** A level's run and what the target says of it. */
export interface LevelRun {
  readonly result: RunResult;
  readonly turns: readonly TurnRow[];
  readonly truth: readonly TruthRow[];
  /** Its folder, from the check's own. */
  readonly folder: string;
}

/** What was measured with so many callers, and whether to believe it. */
export function judgeLevel(callers: number, { result, turns, truth, folder }: LevelRun): CheckLevel {
  const joined = joinAll(turns, truth, startBufferOf(result.cells));
  const answered = result.cells.reduce((sum, cell) => sum + cell.outcomes.answered, 0);
  const { lateness, loopUtilisation, framesSent } = result.instrument;
  const { p50, p99, max } = lateness;
  const reasons = reasonsAgainst(result, answered);
  return {
    callers,
    turns: result.plan.turnsPlanned,
    answered,
    framesSent,
    errors: Object.fromEntries(checkedMetrics.map((metric) => [metric, summariseErrors(joined[metric])])) as Record<CheckedMetric, ErrorSummary>,
    latenessMs: { ...(p50 === undefined ? {} : { p50 }), ...(p99 === undefined ? {} : { p99 }), ...(max === undefined ? {} : { max }) },
    ...(loopUtilisation === undefined ? {} : { loopUtilisation }),
    isHonest: reasons.length === 0,
    reasons,
    run: folder,
  };
}

/** The doubts that the run has of itself, and what no run against this target should show. */
function reasonsAgainst({ validity, plan, end, instrument }: RunResult, answered: number): string[] {
  const missing = plan.turnsPlanned - answered;
  return [
    ...validity.doubts.map((doubt) => doubt.message),
    ...(end.type === "complete" ? [] : [`the run is ${end.type}${end.reason === undefined ? "" : `: ${end.reason}`}`]),
    ...(missing > 0 ? [`${missing} of ${plan.turnsPlanned} turns were not answered, and this target answers every one`] : []),
    ...(instrument.truthError === undefined ? ["the target has no account of any turn"] : []),
  ];
}

/**
 * Tries level after level, the fewest callers first, until `drive` gives up; undefined where it did so at the first. Levels come
 * back in order of callers.
 */
export async function searchLevels(
  asked: readonly number[],
  drive: (callers: number) => Promise<CheckLevel | undefined>,
): Promise<Pick<CheckResult, "levels" | "honestCallers" | "cutAtCallers"> | undefined> {
  const first = [...new Set(asked)].toSorted((a, b) => a - b);
  const levels: CheckLevel[] = [];
  let cutAtCallers: number | undefined;
  for (let callers = nextLevel(first, levels); callers !== undefined && cutAtCallers === undefined; callers = nextLevel(first, levels)) {
    const level = await drive(callers);
    if (level) levels.push(level);
    else cutAtCallers = callers;
  }
  if (levels.length === 0) return undefined;
  return {
    ...(cutAtCallers === undefined ? {} : { cutAtCallers }),
    levels: levels.toSorted((a, b) => a.callers - b.callers),
    honestCallers: honestCallers(levels),
  };
}
