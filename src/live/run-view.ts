// A run as it is watched: rows are counted as they come, and once a second all that there is to see is put together once, for
// however many look at it. Nothing here is ever waited for.

import type { Cancel, Clock } from "../core/clock.ts";
import { US_PER_S, usToMs } from "../core/units.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunHead } from "../result/assemble.ts";
import { createHistory, pointOf, type Point } from "./history.ts";
import { doubtsOf, type Snapshot } from "./snapshot.ts";
import { createTally, type Tally } from "./tally.ts";

export interface RunToWatch {
  readonly head: Pick<RunHead, "scenario" | "runId" | "cells">;
  readonly folder: string;
  readonly expectedMs?: number;
  readonly budget?: Snapshot["budget"];
}

/** One for a whole command: it sees its runs one after the other. */
export interface RunView {
  begin(run: RunToWatch): void;
  onRow(row: TurnRow): void;
  onCalls(running: number): void;
  /** The run is over and its report written. Nothing is counted any more. */
  end(report: string): void;
  /** No call is made any more: no new snapshot until the end. */
  halt(): void;
  /** The newest one; undefined before the first run began. */
  snapshot(): Snapshot | undefined;
  history(): readonly Point[];
  /** Told of every new snapshot: once a second, and when a run ends. */
  listen(onSnapshot: (snapshot: Snapshot) => void): Cancel;
}

interface Watched extends RunToWatch {
  readonly tally: Tally;
  readonly beganUs: number;
}

export function createRunView(clock: Clock): RunView {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let history = createHistory();
  let watched: Watched | undefined;
  let newest: Snapshot | undefined;
  let running = 0;
  let standstillMaxUs = 0;
  let cancel: Cancel | undefined;

  function look(end?: Snapshot["end"]): void {
    if (!watched) return;
    newest = snapshotOf(watched, { nowUs: clock.nowUs(), running, standstillMaxUs, end });
    history.add(pointOf(newest));
    for (const listener of listeners) listener(newest);
  }

  function lookAt(dueUs: number): void {
    cancel = clock.at(dueUs, () => {
      const nowUs = clock.nowUs();
      standstillMaxUs = Math.max(standstillMaxUs, nowUs - dueUs);
      look();
      lookAt(nowUs + US_PER_S);
    });
  }

  function release(): void {
    cancel?.();
    watched?.tally.destroy();
    watched = undefined;
  }

  return {
    begin(run) {
      release();
      history = createHistory();
      [running, standstillMaxUs] = [0, 0];
      watched = { ...run, tally: createTally(run.head), beganUs: clock.nowUs() };
      look();
      lookAt(clock.nowUs() + US_PER_S);
    },
    onRow: (row) => watched?.tally.add(row),
    onCalls(count) {
      running = count;
    },
    end(report) {
      running = 0;
      look({ report });
      release();
    },
    halt: () => cancel?.(),
    snapshot: () => newest,
    history: () => history.points(),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface Moment {
  readonly nowUs: number;
  readonly running: number;
  readonly standstillMaxUs: number;
  readonly end: Snapshot["end"];
}

function snapshotOf({ head, folder, expectedMs, budget, tally, beganUs }: Watched, { nowUs, running, standstillMaxUs, end }: Moment): Snapshot {
  const counted = tally.snapshot();
  const instrument = { ...counted.instrument, standstillMaxMs: usToMs(standstillMaxUs) };
  const planned = head.cells.flatMap(({ turnsPlanned }) => turnsPlanned ?? []);
  return {
    scenario: head.scenario,
    runId: head.runId,
    folder,
    elapsedMs: usToMs(nowUs - beganUs),
    ...(expectedMs === undefined ? {} : { expectedMs }),
    running,
    ...(planned.length < head.cells.length ? {} : { turnsPlanned: planned.reduce((sum, turns) => sum + turns, 0) }),
    ...counted,
    ...(budget ? { budget } : {}),
    instrument,
    doubts: doubtsOf(instrument),
    ...(end ? { end } : {}),
  };
}
