import assert from "node:assert/strict";
import { test } from "node:test";
import { readTrace } from "../session/trace.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { createTraces, withoutWorst, type KeptTraces } from "./traces.ts";

const target = {
  provider: "compatible",
  model: "m",
  url: "wss://user:pass@h/",
  auth: { bearer: "sesame", as: "bearer" },
  headers: { "x-key": "sesame" },
} as const;

/** Makes calls whose only turn took so many ms (undefined: it was not answered), and tells which traces are left. */
function keptOf(kept: KeptTraces, turns: readonly (number | undefined)[]): ReadonlyMap<number, string> {
  const files = new Map<number, string>();
  const traces = createTraces({
    kept,
    runId: "r",
    runStartUs: 0,
    redact: (text) => text.replaceAll("hush", "(redacted)"),
    keep: ({ session }, text) => void (text === undefined ? files.delete(session) : files.set(session, text)),
  });
  const planned = callOf(scenarioWith({ target }));
  turns.forEach((ms, session) => {
    const trace = traces.begin({ ...planned, session }, { plannedUs: 0 });
    trace.note({ type: "unreadable", atUs: 1, reason: "hush" });
    const answered = ms === undefined ? { outcome: "unanswered", censoredAtMs: 8_000 } : { outcome: "answered", firstAudibleUs: ms * 1_000 };
    trace.noteRow({ turn: 0, kind: "plain", speechEndUs: 0, ...answered } as unknown as TurnRow);
    trace.end();
  });
  return files;
}

test("of all calls, those with the slowest and the unanswered turns are kept, and no more", () => {
  const turns = [900, 1_200, 800, undefined, 1_100, 1_300];
  assert.deepEqual(
    [...keptOf({ type: "worst", turns: 3 }, turns).keys()].toSorted((a, b) => a - b),
    [1, 3, 5],
  );
  assert.deepEqual([...keptOf({ type: "worst", turns: 1 }, turns).keys()], [3]);
  assert.equal(keptOf({ type: "all" }, turns).size, 6);
});

test("a trace holds what was heard and nothing that lets anybody in", () => {
  const [text = ""] = keptOf({ type: "all" }, [900]).values();
  assert.ok(!/sesame|pass|hush/.test(text), text);
  assert.deepEqual(readTrace(text)?.steps, [{ type: "unreadable", atUs: 1, reason: "(redacted)" }]);
});

test("threads keep the worst of their own calls, and of those only the run's worst stay, of each cell", () => {
  const rowOf = (cell: string, session: number, ms: number | undefined): TurnRow => {
    const answered = ms === undefined ? { outcome: "unanswered", censoredAtMs: 8_000 } : { outcome: "answered", firstAudibleUs: ms * 1_000 };
    return { cell, session, call: 0, turn: 0, kind: "plain", speechEndUs: 0, ...answered } as unknown as TurnRow;
  };
  const rows = [900, 1_200, 800, undefined, 1_100, 1_300].map((ms, session) => rowOf("a", session, ms));
  // Two threads of every second call kept their two worst each: 0 and 4, 3 and 5.
  const kept = new Set([0, 4, 3, 5]);
  const dropped = (turns: number) =>
    withoutWorst([...rows, rowOf("b", 0, 10)], ({ session }) => kept.has(session), turns).map(({ cell, session }) => [cell, session]);
  assert.deepEqual(dropped(2), [
    ["a", 0],
    ["a", 4],
  ]);
  assert.deepEqual(dropped(4), []);
});
