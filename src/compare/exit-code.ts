// What a verdict means to a shell.

import { exitCodes, type ExitCode } from "../core/exit-codes.ts";
import type { Verdict } from "./comparison.ts";

/** What to do where nothing can be concluded. */
export type OnInconclusive = "warn" | "fail";

export function exitCodeOfVerdict(verdict: Verdict, onInconclusive: OnInconclusive = "warn"): ExitCode {
  switch (verdict) {
    case "regression":
      return exitCodes.regression;
    case "incomparable":
      return exitCodes.inconclusive;
    case "inconclusive":
      return onInconclusive === "fail" ? exitCodes.inconclusive : exitCodes.fine;
    case "improved":
    case "ok":
      return exitCodes.fine;
  }
}
