// A run's folder to what is known of it, whether it was ended or killed.

import { orThrow } from "../core/issues.ts";
import { recoverRun } from "../result/recover.ts";
import type { RunRecord } from "../result/run-result.ts";
import { readRun } from "../result/store.ts";

/** Throws an InputError where there is no run. */
export function readRecord(place: string): RunRecord {
  const stored = orThrow(readRun(place));
  return stored.type === "whole" ? stored.record : recoverRun(stored);
}
