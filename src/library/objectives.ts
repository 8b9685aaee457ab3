// What somebody who has a run's figures before them asks of it, judged as thresholds are.

import { failed, type Issue, type Result } from "../core/issues.ts";
import { isQuantileLimit } from "../report/objective.ts";
import type { RunRecord, ThresholdResult } from "../result/run-result.ts";
import { judgeAsked } from "./compare.ts";

const SOURCE = "--objective";

/** A result for each objective and setting it is about. Only of a quantile's upper limit can be told how sure it is, so others are refused. */
export function judgeObjectives(record: RunRecord, texts: readonly string[]): Result<readonly ThresholdResult[]> {
  const judged = judgeAsked(record, texts, SOURCE);
  const open = texts.flatMap((text): Issue[] =>
    isQuantileLimit(text) || !judgeAsked(record, [text], SOURCE).ok
      ? []
      : [{ source: SOURCE, message: `"${text}": how sure that is can't be told; ask for a quantile below a limit, as in "voice_to_voice p90 < 1800ms"` }],
  );
  return open.length === 0 ? judged : failed(...(judged.ok ? [] : judged.issues), ...open);
}
