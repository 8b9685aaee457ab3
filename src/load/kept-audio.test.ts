import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../core/limits.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { soundPath } from "../result/sound-files.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createAudioKeeper, mergedSounds, worstSounds, type KeptAudio } from "./kept-audio.ts";

/** A turn of its own call that took so many ms; undefined: it was not answered. */
function rowOf(cell: string, session: number, ms: number | undefined, more: Partial<TurnRow> = {}): TurnRow {
  const answered = ms === undefined ? { outcome: "unanswered", censoredAtMs: 8_000 } : { outcome: "answered", firstAudibleUs: ms * 1_000 };
  return { cell, session, call: 0, turn: 0, kind: "plain", startedUs: 0, speechEndUs: 0, ...answered, ...more } as unknown as TurnRow;
}

const times = [900, 1_200, 800, undefined, 1_100, 1_300];

/** The sessions whose turns are left as files once all rows were noted. */
function keptOf(kept: KeptAudio, rows: readonly TurnRow[]): number[] {
  const files = new Map<string, number>();
  const keeper = createAudioKeeper({
    kept,
    clock: createVirtualClock(20_000_000),
    runStartUs: 0,
    threads: 1,
    keep: (turn, wav) => void (wav === undefined ? files.delete(soundPath(turn)) : files.set(soundPath(turn), turn.session)),
  });
  for (const row of rows) {
    const call = keeper.begin(callOf(scenarioWith()));
    call.noteRow(row);
    call.end();
  }
  assert.equal(keeper.dropped(), 0);
  return [...files.values()].toSorted((a, b) => a - b);
}

test("the slowest and the unanswered turns of each cell are kept, and no more", () => {
  const rows = [...times.map((ms, session) => rowOf("a", session, ms)), rowOf("b", 7, 10)];
  assert.deepEqual(keptOf({ type: "worst", turns: 3 }, rows), [1, 3, 5, 7]);
  assert.deepEqual(keptOf({ type: "worst", turns: 1 }, rows), [3, 7]);
  assert.deepEqual(keptOf({ type: "all" }, rows), [0, 1, 2, 3, 4, 5, 7]);
});

test("a turn of the warm-up, and one that never began, are in no figure and are not kept", () => {
  const rows = [rowOf("a", 0, 900, { warmUp: true }), rowOf("a", 1, 900), { ...rowOf("a", 2, undefined), startedUs: undefined } as unknown as TurnRow];
  assert.deepEqual(keptOf({ type: "all" }, rows), [1]);
});

const soundOf = ({ cell, session, call, turn }: TurnRow) => ({ cell, session, call, turn, file: soundPath({ cell, session, call, turn }), fileBytes: 44 });

test("of what several threads kept, the worst of the whole run stay", () => {
  const rows = times.map((ms, session) => rowOf("a", session, ms));
  // Two threads of every second call kept their two worst each.
  const there = [0, 4, 3, 5].map((session) => soundOf(rows[session] ?? assert.fail()));
  assert.deepEqual(
    worstSounds(there, rows, 2).map(({ session }) => session),
    [3, 5],
  );
});

test("a merged run has the worst of all parts, or all, and says what did not fit", () => {
  const rows = times.map((ms, session) => rowOf("a", session, ms));
  const part = (kept: string, sessions: readonly number[], dropped?: number) =>
    ({
      record: { result: { audio: { kept, turns: sessions.map((session) => soundOf(rows[session] ?? assert.fail())), ...(dropped ? { dropped } : {}) } } },
    }) as unknown as {
      readonly record: RunRecord;
    };
  const worst = mergedSounds([part("worst:2", [0, 4], 1), part("worst:2", [3, 5], 2)], rows).audio;
  assert.deepEqual([worst?.kept, worst?.turns.map(({ session }) => session), worst?.dropped], ["worst:2", [3, 5], 3]);
  assert.equal(mergedSounds([part("all", [0, 4]), part("all", [3, 5])], rows).audio?.turns.length, 4);
  assert.deepEqual(mergedSounds([{ record: { result: {} } as unknown as RunRecord }], rows), {});
});

test("a call can't hold all the room there is", () => {
  assert.ok(limits.keptSoundOfCallBytes * 10 < limits.keptSoundBytes);
});
