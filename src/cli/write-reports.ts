// Every report of a run, written beside its run.json. To add one, add its line.

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { costCsv } from "../report/cost-csv.ts";
import { effortCsv } from "../report/effort-csv.ts";
import { hdrLog } from "../report/hdr-log.ts";
import { htmlReport } from "../report/html/page.ts";
import { markdownSummary } from "../report/markdown.ts";
import { summaryCsv } from "../report/summary-csv.ts";
import { turnsCsv } from "../report/turns-csv.ts";
import type { RunRecord } from "../result/run-result.ts";

const reports: Readonly<Record<string, (record: RunRecord) => string>> = {
  "summary.csv": summaryCsv,
  "turns.csv": turnsCsv,
  "effort.csv": effortCsv,
  "cost.csv": costCsv,
  "latency.hlog": hdrLog,
  "summary.md": markdownSummary,
  "report.html": htmlReport,
};

/** Writes all of them, each whole or not at all. */
export function writeReports(folder: string, record: RunRecord): void {
  for (const [name, render] of Object.entries(reports)) {
    const path = join(folder, name);
    writeFileSync(`${path}.draft`, render(record));
    renameSync(`${path}.draft`, path);
  }
}
