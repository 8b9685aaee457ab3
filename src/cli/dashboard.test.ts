// The dashboard as a user has it: a flag, an address on stderr, a page that follows the run and then lets it end.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Snapshot } from "../live/snapshot.ts";
import { runEarshot } from "../testing/earshot-process.ts";

interface Seen {
  readonly page: string;
  readonly metrics: string;
  readonly snapshots: readonly Snapshot[];
}

/** Reads page and metrics once, and events until the server says that there are no more. */
async function watch(url: string, metricsUrl: string): Promise<Seen> {
  const [page, metrics] = await Promise.all([url, metricsUrl].map(async (address) => (await fetch(address)).text()));
  const events = await (await fetch(`${url}events`)).text();
  const snapshots = [...events.matchAll(/^event: snapshot\ndata: (.+)$/gm)].map(([, data = ""]) => JSON.parse(data) as Snapshot);
  assert.match(events, /event: over\n/);
  return { page: page ?? "", metrics: metrics ?? "", snapshots };
}

test("a run with --dashboard and --metrics-port is followed to its end, and ends by itself", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "earshot-dashboard-"));
  t.after(() => rmSync(folder, { recursive: true }));
  let watching: Promise<Seen> | undefined;
  const words = ["run", "exact-frames", "--sessions", "1", "--frame-ms", "100", "--no-canary", "--dashboard", "--metrics-port", "0"];
  const { code, out, err } = await runEarshot(folder, words, (text) => {
    const [, dashboard] = /^dashboard +(http:\S+)/m.exec(text) ?? [];
    const [, metrics] = /^metrics +(http:\S+)/m.exec(text) ?? [];
    if (dashboard !== undefined && metrics !== undefined) watching ??= watch(dashboard, metrics);
  });
  assert.ok(code === 0 || code === 6, err + out);
  const seen = await watching;
  assert.ok(seen, err);
  assert.match(seen.page, /<!doctype html>/i);
  assert.match(seen.metrics, /^# /);
  const last = seen.snapshots.at(-1);
  assert.ok(last);
  assert.ok(last.end?.report.endsWith("report.html"), JSON.stringify(last.end));
  assert.deepEqual([last.turns, last.failed], [last.turnsPlanned, 0]);
});
