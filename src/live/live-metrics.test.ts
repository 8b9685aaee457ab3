import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { watchedRun } from "../testing/watched-run.ts";
import { liveFamilies, liveMetricsText } from "./live-metrics.ts";
import { createRunView } from "./run-view.ts";
import type { Snapshot } from "./snapshot.ts";

function snapshotOfAll(): Snapshot {
  const { toWatch, rows } = watchedRun({ breaksCall: true, unansweredShare: 0.2 });
  const view = createRunView(createVirtualClock());
  view.begin({ ...toWatch, budget: { limits: { microUsd: 2_000_000 } } });
  for (const row of rows) view.onRow(row);
  view.end("reports/report.html");
  return view.snapshot() as Snapshot;
}

test("every line is a comment or one sample in base units, and a quantile among unanswered turns is +Inf", () => {
  const text = liveMetricsText(snapshotOfAll());
  const lines = text.trimEnd().split("\n");
  for (const line of lines) assert.match(line, /^(# (HELP|TYPE) earshot_live_\w+ .+|earshot_live_\w+\{(\w+="[^"]*",?)+\} (\+Inf|-?\d[\d.e+-]*))$/);
  assert.ok(lines.includes('earshot_live_voice_to_voice_seconds{scenario="voice-assistant",cell="effort=low,frameMs=20",quantile="0.9"} +Inf'), text);
  assert.match(text, /earshot_live_voice_to_voice_seconds\{[^}]*effort=low,frameMs=20[^}]*quantile="0\.5"\} [12]\.\d+$/m);
  assert.match(text, /^# TYPE earshot_live_turns_total counter$/m);
  assert.match(text, /^earshot_live_failures_total\{[^}]*class="\w+"\} \d+$/m);
  assert.match(text, /^earshot_live_budget_usd\{[^}]*\} 2$/m);
});

test("before the first run there is an answer that Prometheus can read", () => assert.equal(liveMetricsText(undefined), "# no run has begun yet\n"));

test("what ends in _total is a counter, and nothing else is", () => {
  for (const { name, type = "gauge" } of liveFamilies(snapshotOfAll())) assert.equal(type === "counter", name.endsWith("_total"), name);
});

test("the dashboard for Grafana asks for metrics that exist, and for all of them", () => {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", "grafana-dashboard.json"), "utf8");
  const { panels } = JSON.parse(text) as { readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[] };
  const asked = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/earshot_\w+/g) ?? [])));
  const offered = liveFamilies(snapshotOfAll()).flatMap(({ name, samples }) => (samples.length > 0 ? [name] : []));
  assert.deepEqual([...asked].toSorted(), offered.toSorted());
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
});
