import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { parseThreshold, type Threshold } from "../result/threshold.ts";
import { syntheticRun } from "../testing/run-record.ts";
import type { RunHead } from "../result/assemble.ts";
import { createAbortWatch, withMissed } from "./abort-watch.ts";

const { result, turns } = syntheticRun();
const head = { cells: result.cells, tags: { region: "eu" } } as unknown as RunHead;
const text = "voice_to_voice{effort=low,frameMs=20,region=eu} p50 < 100ms";

function threshold(abortAfterMs?: number): Threshold {
  const parsed = parseThreshold(text, "test");
  assert.ok(parsed.ok);
  return abortAfterMs === undefined ? parsed.value : { ...parsed.value, abortAfterMs };
}

function watched(rows: readonly TurnRow[], asked: Threshold) {
  const watch = createAbortWatch([asked], head);
  for (const row of rows) watch.note(row);
  return watch;
}

test("a run ends at a threshold that is missed for sure, not before its time, and says which and when", () => {
  const watch = watched(turns, threshold(5_000));
  watch.look(4_999);
  assert.deepEqual([watch.signal.aborted, watch.missed()], [false, undefined]);
  watch.look(6_000);
  assert.deepEqual(watch.missed(), { text, cell: "effort=low,frameMs=20", afterMs: 6_000 });
  assert.equal(watch.signal.reason, `${text} was missed for sure in effort=low,frameMs=20 after 6 s`);
  const verdicts = withMissed([{ text, cell: "effort=low,frameMs=20", passed: true, actual: "99 ms" }], watch.missed());
  assert.deepEqual(verdicts, [
    { text, cell: "effort=low,frameMs=20", passed: false, endedRun: true, actual: "99 ms; missed for sure after 6 s, which ended the run" },
  ]);
});

test("what may not end a run, and turns of a warm-up or of other cells, end none", () => {
  const warm = turns.map((row): TurnRow => ({ ...row, warmUp: true }));
  const others = turns.filter((row) => row.cell !== "effort=low,frameMs=20");
  for (const watch of [watched(turns, threshold()), watched(warm, threshold(0)), watched(others, threshold(0))]) {
    watch.look(60_000);
    assert.equal(watch.signal.aborted, false);
  }
});
