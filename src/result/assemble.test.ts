import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnRow } from "../metrics/turn-row.ts";
import { neverBack, recoveryRow } from "../testing/recovery-rows.ts";
import { syntheticRun } from "../testing/run-record.ts";
import { assemble, type Ending, type RunHead } from "./assemble.ts";
import type { CallRow, RunResult } from "./run-result.ts";
import { parseThreshold } from "./threshold.ts";

const whole = syntheticRun({ sessions: 2, turns: 2 });
const [first] = whole.result.cells;
const cell = first?.id ?? "";
const head: RunHead = { ...whole.result, cells: whole.result.cells.slice(0, 1).map((each) => ({ ...each, priceList: "p" })) };
const template = whole.turns[0] as TurnRow;

/** A turn whose answer came, or did not, so many ms after the caller's last voiced sample. */
const turn = (kind: TurnRow["kind"], ms: number | undefined): TurnRow => {
  const { firstAudibleUs: _, ...row } = { ...template, cell, kind, speechEndUs: 0 };
  return ms === undefined ? { ...row, outcome: "unanswered", censoredAtMs: 8_000 } : { ...row, outcome: "answered", firstAudibleUs: ms * 1_000 };
};

function assembled(rows: readonly TurnRow[], thresholds: readonly string[], more: Partial<Ending & { head: RunHead }> = {}): RunResult {
  return assemble(more.head ?? head, {
    durationMs: 1,
    end: { type: "complete" },
    rows,
    calls: [],
    instrument: whole.result.instrument,
    latenessOf: new Map(),
    thresholds: thresholds.map((text) => {
      const parsed = parseThreshold(text, "t");
      assert.ok(parsed.ok, text);
      return parsed.value;
    }),
    droppedRows: 0,
    truthUnknown: false,
    ...more,
  });
}

const rows = [turn("plain", 500), turn("plain", 700), turn("tool", 2_000), turn("tool", undefined)];

test("tool turns are summarised apart, the unanswered ones as longer than what was waited", () => {
  const [found] = assembled(rows, []).cells;
  assert.deepEqual([found?.metrics.voice_to_voice?.count, found?.metrics.voice_to_voice?.max, found?.metrics.tool_turn], [2, 700, undefined]);
  const { count, censored, p50, p90, max, censoredAbove } = found?.toolMetrics?.tool_turn ?? {};
  assert.deepEqual([count, censored, p50, p90, max, censoredAbove], [2, 1, 2_000, undefined, undefined, 8_000]);
  assert.equal(assembled(rows.slice(0, 2), []).cells[0]?.toolMetrics, undefined);
});

const judged: readonly (readonly [string, boolean, string])[] = [
  ["voice_to_voice max < 1s", true, "700 ms"],
  ["voice_to_voice{kind=tool} p50 < 1s", false, "2000 ms"],
  ["voice_to_voice{kind=plain} max < 1s", true, "700 ms"],
  ["tool_turn p50 < 2500ms", true, "2000 ms"],
  ["tool_turn p90 < 60s", false, "> 8000 ms"],
  ["service_latency{kind=tool} max < 60s", false, "> 7999.6 ms"],
  ["answered rate >= 80%", false, "0.75 share"],
  ["answered{kind=plain} rate >= 80%", true, "1 share"],
];
for (const [text, passed, actual] of judged) {
  test(`${text} is about the turns that it names`, () => {
    const [found] = assembled(rows, [text]).thresholds;
    assert.equal(found?.passed, passed);
    if (!text.startsWith("service")) assert.equal(found.actual, actual);
    else assert.match(found.actual, /^> \d+/);
  });
}

test("a run by time reconciles where rows and calls agree in every cell", () => {
  const ids = whole.result.cells.slice(0, 2).map((each) => each.id);
  const { turnsPlanned: _unknown, ...plan } = whole.result.plan;
  const byTime: RunHead = {
    ...head,
    plan: { ...plan, windowMs: 1_000 },
    cells: whole.result.cells.slice(0, 2).map(({ turnsPlanned: _too, ...each }) => ({ ...each, priceList: "p" })),
  };
  const calls = ids.map((id, session): CallRow => ({ cell: id, session, call: 0, plannedUs: 0, turns: 2 }));
  const rowsOf = (...cells: readonly (string | undefined)[]): readonly TurnRow[] => cells.map((id) => ({ ...turn("plain", 500), cell: id ?? "" }));
  const found = (made: readonly TurnRow[], more: Partial<Ending> = {}): readonly unknown[] => {
    const result = assembled(made, [], { head: byTime, calls, ...more });
    return [result.plan.turnsPlanned, result.validity.doubts.find((doubt) => doubt.code === "not_reconciled")?.message];
  };
  assert.deepEqual(found(rowsOf(ids[0], ids[0], ids[1], ids[1])), [4, undefined]);
  assert.deepEqual(found(rowsOf(ids[0], ids[0], ids[0], ids[1])), [
    4,
    "4 turns were planned and 4 have an outcome: 2 and 3 in " + ids[0] + ", 2 and 1 in " + ids[1],
  ]);
  assert.deepEqual(found(rowsOf(ids[0], ids[0], ids[1])), [4, `4 turns were planned and 3 have an outcome: 2 and 1 in ${ids[1]}`]);
  // The calls of a killed run are lost with it.
  assert.deepEqual(found(rowsOf(ids[0], ids[1]), { calls: [], end: { type: "killed" } }), [2, undefined]);
});

const lost = [
  recoveryRow({ cell, session: 0 }),
  recoveryRow({ cell, session: 1, cause: "half_open", detectedUs: 28_000_000 }),
  neverBack({ cell, session: 2 }),
  recoveryRow({ cell, session: 3, cause: "rollover", planned: true, turnsDoubled: 2 }),
  recoveryRow({ cell, session: 4, warmUp: true, turnsDoubled: 5 }),
];
const judgedRecoveries: readonly (readonly [string, boolean, string])[] = [
  ["recover_detect max < 20s", true, "18000 ms"],
  ["recover_detect{cause=reset} max < 5ms", true, "2 ms"],
  ["recover_first_audible p95 < 60s", false, "> 12100 ms"],
  ["recover_first_audible{cause=reset} p95 < 2500ms", true, "600 ms"],
  ["recover_turns_doubled total <= 0", true, "0 count"],
  ["recover_turns_doubled{cause=rollover} max <= 0", false, "2 count"],
  ["recovered rate >= 99%", false, "0.6667 share"],
  ["recover_session{cause=expired} max < 1s", false, "no samples"],
];
for (const [text, passed, actual] of judgedRecoveries) {
  test(`${text} is judged by the connections that were lost`, () => {
    const [found] = assembled(rows, [text], { recoveries: lost }).thresholds;
    assert.deepEqual([found?.passed, found?.actual], [passed, actual]);
  });
}

test("a cell's recoveries are in its metrics, without those of the warm-up, of other cells and on purpose", () => {
  const [found] = assembled(rows, [], { recoveries: [...lost, recoveryRow({ cell: "other" })] }).cells;
  assert.deepEqual([found?.metrics.recovered?.count, found?.metrics.recover_first_audible?.censored], [3, 1]);
  assert.equal(assembled(rows, []).cells[0]?.metrics.recovered, undefined);
});
