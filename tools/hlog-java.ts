// Whether HdrHistogram's own log processor (Java) reads latency.hlog as what earshot measured: every line of its percentile
// table against the turns of the same run, within the histogram's three digits.
//
//   node tools/hlog-java.ts reports/latest

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { orThrow } from "../src/core/issues.ts";
import { viewCells } from "../src/report/cell-view.ts";
import { recoverRun } from "../src/result/recover.ts";
import type { RunRecord } from "../src/result/run-result.ts";
import { readRun } from "../src/result/store.ts";

const jar = process.env["HDRHISTOGRAM_JAR"] ?? "/usr/share/java/hdrhistogram.jar";
const installs = "apt-get install -y --no-install-recommends default-jre-headless libhdrhistogram-java";
/** Three significant digits, and the third decimal that Java prints. */
const RELATIVE = 0.001;
const PRINTED_MS = 0.001;
/** Of Java's table, the lines nearest to these are shown; all are compared. */
const shown = [0.5, 0.9, 1];

interface JavaLine {
  readonly valueMs: number;
  readonly percentile: number;
  /** Samples that do not exceed the value. */
  readonly count: number;
}

const java = (...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync("java", ["-cp", jar, "org.HdrHistogram.HistogramLogProcessor", ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`HistogramLogProcessor failed: ${error?.message ?? stderr}`);
  return stdout;
};

const tableOf = (output: string): readonly JavaLine[] =>
  [...output.matchAll(/^ *(\d+\.\d+) +(\d\.\d+) +(\d+)/gm)].map(([, value, percentile, count]) => ({
    valueMs: Number(value),
    percentile: Number(percentile),
    count: Number(count),
  }));

/** What is wrong with how Java reads one tag; prints the lines in `shown` side by side. */
function compareTag(log: string, tag: string, sortedMs: readonly number[]): readonly string[] {
  const lines = tableOf(java("-i", log, "-tag", tag));
  const turns = lines.at(-1)?.count ?? 0;
  const faults = turns === sortedMs.length ? [] : [`${tag}: Java counts ${turns} turns, the run has ${sortedMs.length}`];
  for (const { valueMs, percentile, count } of lines) {
    const oursMs = sortedMs[count - 1] ?? NaN;
    if (shown.includes(percentile)) console.log(`${tag}  p${percentile * 100}  Java ${valueMs.toFixed(3)} ms, earshot ${oursMs.toFixed(3)} ms`);
    const isNear = Math.abs(valueMs - oursMs) <= oursMs * RELATIVE + PRINTED_MS;
    if (!isNear) faults.push(`${tag} at ${percentile}: Java reads ${valueMs} ms, the turns say ${oursMs} ms`);
  }
  return faults;
}

/** Java sets its clock by the StartTime line, in seconds. */
function compareStart(log: string, tag: string, startedAt: string): readonly string[] {
  const seconds = /\[StartTime: (\d+\.\d+) /.exec(java("-i", log, "-tag", tag))?.[1];
  const expected = (Date.parse(startedAt) / 1_000).toFixed(3);
  console.log(`start  Java ${seconds ?? "reads none"}, earshot ${expected} s since 1970`);
  return seconds === expected ? [] : [`the run began at ${expected}, Java reads ${seconds ?? "no start"}`];
}

function check(folder: string, record: RunRecord): readonly string[] {
  const log = join(folder, "latency.hlog");
  const tags = [...readFileSync(log, "utf8").matchAll(/^Tag=([^,]+),/gm)].map(([, tag]) => tag ?? "");
  const cells = viewCells(record).filter(({ latency }) => latency.length > 0);
  const [first] = tags;
  if (first === undefined || tags.length !== cells.length) return [`latency.hlog has ${tags.length} tags, the run ${cells.length} cells with turns`];
  const known = java("-i", log, "-listtags").split("\n").slice(1).filter(Boolean).toSorted();
  const faults = known.join() === tags.toSorted().join() ? [] : [`Java finds the tags ${known.join(" ")}, not ${tags.join(" ")}`];
  return [
    ...faults,
    ...compareStart(log, first, record.result.startedAt),
    ...cells.flatMap(({ latency }, index) =>
      compareTag(
        log,
        tags[index] ?? "",
        latency.map(({ value }) => value).toSorted((a, b) => a - b),
      ),
    ),
  ];
}

function missing(): string | undefined {
  if (spawnSync("java", ["-version"]).status !== 0) return "no java";
  return existsSync(jar) ? undefined : `no HdrHistogram at ${jar}`;
}

const folder = process.argv[2] ?? join("reports", "latest");
const reason = missing();
if (reason !== undefined) {
  console.log(`skipped: ${reason}. To run it: ${installs}, or name the jar in HDRHISTOGRAM_JAR`);
  if ((process.env["EARSHOT_REQUIRE"] ?? "").split(",").includes("java")) process.exitCode = 1;
} else {
  const stored = orThrow(readRun(folder));
  const faults = check(folder, stored.type === "whole" ? stored.record : recoverRun(stored));
  console.log(faults.length === 0 ? "ok: Java reads what earshot measured" : faults.join("\n"));
  if (faults.length > 0) process.exitCode = 1;
}
