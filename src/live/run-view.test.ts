import assert from "node:assert/strict";
import { test } from "node:test";
import { US_PER_S } from "../core/units.ts";
import { createVirtualClock, type VirtualClock } from "../testing/virtual-clock.ts";
import { watchedRun } from "../testing/watched-run.ts";
import { createRunView } from "./run-view.ts";
import type { Snapshot } from "./snapshot.ts";

test("a snapshot counts what the rows say: outcomes, money, tokens, failures, lateness", () => {
  const { toWatch, rows } = watchedRun({ breaksCall: true, unansweredShare: 0.2 });
  const view = createRunView(createVirtualClock());
  assert.equal(view.snapshot(), undefined);
  view.begin(toWatch);
  view.onCalls(7);
  for (const row of rows) view.onRow(row);
  view.end("reports/report.html");
  const snapshot = view.snapshot();
  assert.ok(snapshot);
  const withOutcome = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
  assert.deepEqual(
    [snapshot.turns, snapshot.turnsPlanned, snapshot.unanswered, snapshot.failed],
    [rows.length, rows.length, withOutcome("unanswered"), withOutcome("failed")],
  );
  assert.equal(withOutcome("failed"), 1);
  assert.deepEqual(
    snapshot.failures.reduce((sum, { turns }) => sum + turns, 0),
    rows.filter((row) => row.failureClass).length,
  );
  assert.equal(
    snapshot.microUsd,
    rows.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0),
  );
  assert.equal(
    snapshot.usage.audioOut,
    rows.reduce((sum, { usage }) => sum + (usage?.audioOut ?? 0), 0),
  );
  assert.equal(
    snapshot.instrument.framesSent,
    rows.reduce((sum, { framesSent }) => sum + (framesSent ?? 0), 0),
  );
  assert.deepEqual([snapshot.running, snapshot.end], [0, { report: "reports/report.html" }]);
  // A fifth of the turns got no answer, so p90 lies among them; p50 does not.
  for (const { soFar, latest } of snapshot.cells) {
    assert.ok(soFar.p50?.value !== undefined && soFar.p90?.above !== undefined, JSON.stringify(soFar));
    assert.equal(latest.p90?.above, 8_000);
  }
});

test("a turn of the warm-up is counted and measured nowhere", () => {
  const { toWatch, rows } = watchedRun({ sessions: 1, turns: 1 });
  const view = createRunView(createVirtualClock());
  view.begin(toWatch);
  for (const row of rows) view.onRow({ ...row, warmUp: true });
  view.end("r");
  for (const cell of view.snapshot()?.cells ?? []) assert.deepEqual([cell.turns, cell.outcomes.answered, cell.soFar], [1, 0, {}]);
});

/** How often the clock was asked for anything while the rows came. */
function countingClock(): VirtualClock & { asked: () => number } {
  const clock = createVirtualClock();
  let asked = 0;
  const counted =
    <Args extends unknown[], Answer>(call: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      asked++;
      return call(...args);
    };
  return { ...clock, nowUs: counted(clock.nowUs), at: counted(clock.at), repeat: counted(clock.repeat), asked: () => asked };
}

test("a row costs the same whoever watches: it reaches no watcher, reads no clock, and they are told once a second", () => {
  const { toWatch, rows } = watchedRun();
  const [alone, watched] = [0, 16].map((watchers) => {
    const clock = countingClock();
    const view = createRunView(clock);
    const seen: Snapshot[] = [];
    for (let watcher = 0; watcher < watchers; watcher++) view.listen((snapshot) => seen.push(snapshot));
    view.begin(toWatch);
    for (let second = 1; second <= 3; second++) {
      const before = [clock.asked(), seen.length];
      for (const row of rows) view.onRow(row);
      assert.deepEqual([clock.asked(), seen.length], before);
      clock.advanceTo(second * US_PER_S);
    }
    assert.equal(seen.length, watchers * 4);
    assert.equal(new Set(seen).size, watchers === 0 ? 0 : 4, "all of them are shown one and the same snapshot");
    return clock.asked();
  });
  assert.equal(watched, alone);
});

test("after a stall one snapshot follows, not one for every second that was missed, and the stall is told", () => {
  const clock = createVirtualClock();
  const late = { ...clock, nowUs: () => clock.nowUs() + 5 * US_PER_S };
  let stalled = false;
  const view = createRunView({ ...clock, nowUs: () => (stalled ? late.nowUs() : clock.nowUs()) });
  let told = 0;
  view.listen(() => told++);
  view.begin(watchedRun().toWatch);
  stalled = true;
  clock.advanceTo(6 * US_PER_S);
  assert.equal(told, 2);
  assert.match(view.snapshot()?.doubts.join() ?? "", /first thread stood still for 5000 ms/);
});

test("a second run begins from nothing", () => {
  const { toWatch, rows } = watchedRun();
  const view = createRunView(createVirtualClock());
  view.begin(toWatch);
  for (const row of rows) view.onRow(row);
  view.end("first");
  view.begin({ ...toWatch, head: { ...toWatch.head, runId: "second" } });
  assert.deepEqual([view.snapshot()?.turns, view.snapshot()?.end, view.history().length], [0, undefined, 1]);
  view.halt();
});
