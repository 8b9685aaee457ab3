import assert from "node:assert/strict";
import { test } from "node:test";
import hdr from "hdr-histogram-js";
import { syntheticRun } from "../testing/run-record.ts";
import { latencyAt, viewCells } from "./cell-view.ts";
import { hdrLog, javaDate } from "./hdr-log.ts";

test("a log reader finds one tagged histogram a cell, in nanoseconds", () => {
  const record = syntheticRun({ sessions: 10 });
  const log = hdrLog(record);
  assert.deepEqual(hdr.listTags(log), ["effort=low;frameMs=20", "effort=low;frameMs=40", "effort=high;frameMs=20", "effort=high;frameMs=40"]);
  const histogram = new hdr.HistogramLogReader(log).nextIntervalHistogram() as unknown as {
    totalCount: number;
    getValueAtPercentile(percentile: number): number;
  };
  const p50Ns = (latencyAt(viewCells(record)[0] as never, 0.5)?.value ?? 0) * 1e6;
  assert.equal(histogram.totalCount, 20);
  assert.ok(Math.abs(histogram.getValueAtPercentile(50) - p50Ns) <= p50Ns * 0.001);
});

test("turns without an answer are in it with what was waited, and it says so", () => {
  const log = hdrLog(syntheticRun({ sessions: 10, unansweredShare: 1 }));
  assert.match(log, /20 of 20 turns got no answer/);
  assert.match(log, /,8000\.000,HIST/);
});

test("the start time is in java.util.Date's form", () => {
  assert.equal(javaDate(Date.UTC(2026, 10, 2, 3, 4, 5)), "Mon Nov 02 03:04:05 UTC 2026");
});
