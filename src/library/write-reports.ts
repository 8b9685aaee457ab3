// Every report of a run, written beside its run.json. To add one, add its line.

import { closeSync, openSync, renameSync, writeFileSync } from "node:fs";
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
import type { RunRecord } from "../result/run-result.ts";

const reports: Readonly<Record<string, (record: RunRecord) => string | Iterable<string>>> = {
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
};

/** Writes all of them, each whole or not at all. */
export async function writeReports(folder: string, record: RunRecord): Promise<void> {
  for (const [name, render] of Object.entries(reports)) writeWhole(join(folder, name), render(record));
  // Loaded on use: its charts take longer to load than all else together, and no run should start later for it.
  const [{ htmlReport }, { pageSounds }] = await Promise.all([import("../report/html/page.ts"), import("./page-sounds.ts")]);
  writeWhole(join(folder, "report.html"), htmlReport(record, await pageSounds(folder, record)));
}

/** A text, or one in pieces that need not fit into memory together. */
function writeWhole(path: string, text: string | Iterable<string>): void {
  const draft = openSync(`${path}.draft`, "w");
  try {
    for (const piece of typeof text === "string" ? [text] : text) writeFileSync(draft, piece);
  } finally {
    closeSync(draft);
  }
  renameSync(`${path}.draft`, path);
}
