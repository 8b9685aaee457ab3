// latency.hlog: HdrHistogram log V2, one tagged histogram a cell, in nanoseconds (readers divide the maximum by a million
// and call it ms). HistogramLogAnalyzer and Java's HistogramLogProcessor open it.

import { createRecorder } from "../metrics/histogram.ts";
import type { RunRecord } from "../result/run-result.ts";
import { viewCells, type CellView } from "./cell-view.ts";

const NS_PER_MS = 1e6;
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** `Sun Nov 22 12:00:00 UTC 2026`, as java.util.Date prints it: Java's reader wants that form. */
export function javaDate(epochMs: number): string {
  const date = new Date(epochMs);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(":");
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${twoDigits(date.getUTCDate())} ${time} UTC ${date.getUTCFullYear()}`;
}

/** Tags end at a comma, and readers split at spaces. */
const tagOf = (text: string): string => text.replaceAll(",", ";").replace(/[^\x21-\x7e]+/g, "_");

function histogramLine(view: CellView, durationMs: number): string[] {
  if (view.latency.length === 0) return [];
  const recorder = createRecorder("ns");
  for (const { value } of view.latency) recorder.record(value * NS_PER_MS);
  const line = `Tag=${tagOf(view.cell.id)},0.000,${(durationMs / 1_000).toFixed(3)},${((recorder.max ?? 0) / NS_PER_MS).toFixed(3)},${recorder.encode()}`;
  recorder.destroy();
  const censored = view.latency.filter((sample) => sample.censored).length;
  // A histogram knows no "longer than"; leaving such turns out would make a server that does not answer look fast.
  const comment = `#[${tagOf(view.cell.id)}: ${censored} of ${view.latency.length} turns got no answer and are recorded with what was waited, a lower bound]`;
  return censored > 0 ? [comment, line] : [line];
}

/** The log of a run's voice_to_voice. */
export function hdrLog(record: RunRecord): string {
  const startMs = Date.parse(record.result.startedAt);
  return [
    "#[voice_to_voice of every cell, in nanoseconds]",
    "#[Histogram log format version 1.3]",
    `#[StartTime: ${(startMs / 1_000).toFixed(3)} (seconds since epoch), ${javaDate(startMs)}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...viewCells(record).flatMap((view) => histogramLine(view, record.result.durationMs)),
    "",
  ].join("\n");
}
