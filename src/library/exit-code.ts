// What a run means to a shell or to CI.

import { exitCodes, mostSevere, type ExitCode } from "../core/exit-codes.ts";
import type { RunResult } from "../result/run-result.ts";

export function exitCodeOf(result: RunResult, { strictValidity }: { readonly strictValidity: boolean }, signal: ExitCode | undefined): ExitCode {
  const { validity, thresholds, end } = result;
  return mostSevere([
    ...(signal === undefined ? [] : [signal]),
    ...(end.type === "incomplete" ? [exitCodes.incomplete] : []),
    ...(validity.verdict === "invalid" || (strictValidity && validity.verdict === "doubtful") ? [exitCodes.invalid] : []),
    ...(thresholds.some((threshold) => !threshold.passed) ? [exitCodes.threshold] : []),
  ]);
}
