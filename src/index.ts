// The published face of the package: what a program can import from "earshot". Each is documented where it is defined.

export { run } from "./library/run-scenario.ts";
export type { FieldValue, Kept, RunOptions, RunOutcome } from "./library/run-options.ts";
export { checkThresholds, compare, type CompareOptions, type RunSource } from "./library/compare.ts";
export { interleave, type ArmScenario, type InterleaveOptions, type InterleaveOutcome } from "./library/interleave.ts";
export { startTarget, type RunningTarget, type StartTargetOptions } from "./library/start-target.ts";
export { InputError, type Issue } from "./core/issues.ts";
export type { Comparison, Verdict } from "./compare/comparison.ts";
export type { TurnRow } from "./metrics/turn-row.ts";
export type { CellResult, RunRecord, RunResult, ThresholdResult } from "./result/run-result.ts";
export type { ClientReport } from "./target/client-account.ts";
export type { TruthRow } from "./target/ground-truth.ts";
