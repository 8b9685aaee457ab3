import assert from "node:assert/strict";
import { test } from "node:test";
import { metricIds } from "../metrics/catalogue.ts";
import { samplesOf } from "../metrics/measure.ts";
import { summarise } from "../metrics/quantile.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { summaryOfTurns } from "./turn-columns.ts";

test("every metric has the summary that its samples one by one have, unanswered and broken turns among them", () => {
  const { turns } = syntheticRun({ unansweredShare: 0.1, breaksCall: true });
  const tools = turns.map((row) => ({ ...row, kind: "tool" as const, toolCalledUs: (row.speechStoppedUs ?? 0) + 90_000 }));
  for (const rows of [turns, tools, []])
    for (const metric of metricIds) assert.deepEqual(summaryOfTurns(metric, rows), summarise(samplesOf(metric, rows)), metric);
});
