// Runs to compare, from wherever they are kept: folders and baselines.

import { readFileSync, statSync } from "node:fs";
import { isBaseline, parseBaseline } from "../compare/baseline-file.ts";
import { comparableRun, type ComparableRun } from "../compare/comparable-run.ts";
import type { Side } from "../compare/compare-runs.ts";
import { failed, orThrow } from "../core/issues.ts";
import type { RunRecord } from "../result/run-result.ts";
import { readRecord } from "./read-record.ts";

/** Folders, several with commas between, kept baselines, or runs as `run` gives them. Throws an InputError where there is none. */
export function readSide(runs: readonly (string | RunRecord)[]): Side {
  const [first, ...others] = runs.flatMap((run) =>
    typeof run === "string"
      ? run
          .split(",")
          .filter((part) => part !== "")
          .flatMap(readRuns)
      : [comparableRun(run)],
  );
  return first ? [first, ...others] : orThrow(failed({ source: "compare", message: "needs a run to compare" }));
}

/** A run's folder, or a kept baseline, which may hold several. */
function readRuns(place: string): readonly ComparableRun[] {
  const text = statSync(place, { throwIfNoEntry: false })?.isFile() ? readFileSync(place, "utf8") : "";
  if (isBaseline(text)) return orThrow(parseBaseline(text, place));
  return [comparableRun(readRecord(place))];
}
