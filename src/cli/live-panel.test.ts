import assert from "node:assert/strict";
import { test } from "node:test";
import { createRunView } from "../live/run-view.ts";
import type { Snapshot } from "../live/snapshot.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { watchedRun } from "../testing/watched-run.ts";
import { panelLines, plainLine } from "./live-panel.ts";

function snapshotWith(asked: Parameters<typeof watchedRun>[0], changed: Partial<Snapshot> = {}): Snapshot {
  const { toWatch, rows } = watchedRun(asked);
  const clock = createVirtualClock();
  const view = createRunView(clock);
  view.begin({ ...toWatch, budget: { limits: { microUsd: 2_000_000 } } });
  for (const row of rows.slice(0, rows.length / 2)) view.onRow(row);
  view.onCalls(40);
  clock.advanceTo(12_000_000);
  view.halt();
  return { ...(view.snapshot() as Snapshot), ...changed };
}

test("rows in, panel out: cells with their callers, turns, quantiles, what went wrong, money of its budget", () => {
  const lines = panelLines(snapshotWith({ unansweredShare: 0.2 }, { doubts: ["frames left late"] }), { columns: 80, rows: 24 });
  assert.equal(lines[0], "12 s of about 24 s  40 calls  160/320 turns");
  assert.match(lines[1] ?? "", /^cell +callers +turns +p50 ms +p90 ms +unanswered +failed$/);
  assert.match(lines[2] ?? "", /^effort=low,frameMs=20 +40 +80\/80 +[12],\d{3} +> 8,000 +\d+ +0$/);
  assert.match(lines[4] ?? "", /^effort=high,frameMs=20 +40 +0\/80 +– +– +0 +0$/);
  assert.match(lines[6] ?? "", /^\$0\.\d+ of \$2\.00 at list price {2}[\d,]+ tokens {2}\d+ turns unpriced$/);
  assert.equal(lines[7], "doubt: frames left late");
});

test("no line is wider than the terminal, and a low one has fewer cells and says how many", () => {
  const snapshot = snapshotWith({ breaksCall: true, unansweredShare: 0.2 }, { doubts: ["x".repeat(300)] });
  for (const columns of [20, 40, 59, 60, 80, 200]) {
    const lines = panelLines(snapshot, { columns, rows: 24 });
    for (const line of lines) assert.ok(line.length <= columns, `${line.length} of ${columns}: ${line}`);
  }
  assert.ok(panelLines(snapshot, { columns: 80, rows: 10 }).includes("and 2 more cells"));
  const narrow = panelLines(snapshot, { columns: 40, rows: 24 });
  assert.ok(
    narrow.some((line) => /^\d+ unanswered/.test(line)),
    narrow.join("\n"),
  );
});

test("what a name tells the terminal to do is taken out", () => {
  const base = snapshotWith({ sessions: 2 });
  const cells = base.cells.map((cell) => ({ ...cell, id: "\u001b[2Jcell\r\n\u009b31mX" }));
  const snapshot = { ...base, cells, failures: [{ failureClass: "a\u001b]0;t\u0007", turns: 1 }] };
  for (const text of [...panelLines(snapshot, { columns: 80, rows: 24 }), plainLine(snapshot)]) assert.doesNotMatch(text, /\p{Cc}/u);
});

test("without a terminal it is one line, with the cells' quantiles while they are few", () => {
  const line = plainLine(snapshotWith({ unansweredShare: 0.2 }));
  assert.match(
    line,
    /^12 s of about 24 s {2}40 calls {2}160\/320 turns {2}effort=low,frameMs=20 p50 [12],\d{3} p90 > 8,000 ms .* unanswered {2}\$0\.\d+ of \$2\.00/,
  );
});
