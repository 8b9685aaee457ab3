// The page that GitHub Actions shows of a job: a run adds its summary to it.

import { appendFileSync } from "node:fs";
import { markdownSummary } from "../report/markdown.ts";
import type { RunRecord } from "../result/run-result.ts";
import { printError } from "./output.ts";

/** Does nothing outside GitHub Actions. A page that can't be written is said to be so: the run itself is none the worse. */
export function addToStepSummary({ GITHUB_STEP_SUMMARY: path }: Readonly<Record<string, string | undefined>>, record: RunRecord): void {
  if (path === undefined || path === "") return;
  try {
    appendFileSync(path, `${markdownSummary(record)}\n`);
  } catch (error) {
    printError(`The summary could not be added to GITHUB_STEP_SUMMARY (${path}): ${(error as Error).message}`);
  }
}
