// Every report of a run, written beside its run.json. To add one, add its line.

import { join } from "node:path";
import { contextCsv } from "../report/context-size.ts";
import { costCsv } from "../report/cost-csv.ts";
import { effortCsv } from "../report/effort-csv.ts";
import { hdrLog } from "../report/hdr-log.ts";
import { junitXml } from "../report/junit.ts";
import { markdownSummary } from "../report/markdown.ts";
import { networkCsv } from "../report/networks.ts";
import { recoveriesCsv } from "../report/recoveries-csv.ts";
import { prometheusText } from "../report/prometheus-text.ts";
import { summaryCsv } from "../report/summary-csv.ts";
import { turnsCsv } from "../report/turns-csv.ts";
import { writeWhole, type Content } from "../result/row-files.ts";
import type { RunRecord } from "../result/run-result.ts";

type Render = (record: RunRecord) => Content;

const reports = {
  "summary.csv": summaryCsv,
  "turns.csv": turnsCsv,
  "effort.csv": effortCsv,
  "cost.csv": costCsv,
  "context.csv": contextCsv,
  "network.csv": networkCsv,
  "recoveries.csv": recoveriesCsv,
  "latency.hlog": hdrLog,
  "summary.md": markdownSummary,
  "junit.xml": junitXml,
  "metrics.prom": prometheusText,
} as const satisfies Readonly<Record<string, Render>>;

export type ReportName = keyof typeof reports;

/** Writes these, each whole or not at all. */
export function writeSome(names: readonly ReportName[], folder: string, record: RunRecord): void {
  for (const name of names) writeWhole(join(folder, name), reports[name](record));
}

/** Writes all of them, each whole or not at all; but those that somebody else writes. */
export async function writeReports(folder: string, record: RunRecord, others: readonly ReportName[] = []): Promise<void> {
  const names = (Object.keys(reports) as ReportName[]).filter((name) => !others.includes(name));
  writeSome(names, folder, record);
  // Loaded on use: its charts take longer to load than all else together, and no run should start later for it.
  const [{ htmlReport }, { pageSounds }] = await Promise.all([import("../report/html/page.ts"), import("./page-sounds.ts")]);
  writeWhole(join(folder, "report.html"), htmlReport(record, await pageSounds(folder, record)));
}
