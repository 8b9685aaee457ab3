// How a run went so far, second by second, in room that does not grow: when it is full, every other point goes and from then
// on half as many are kept. A point tells the state at its instant, so leaving one out makes no other one wrong.

import type { Quantiles, Snapshot } from "./snapshot.ts";

/** Points of one run, and cells of which they tell: more lines nobody can tell apart. */
export const historyLimits = { points: 600, cells: 8 } as const;

export interface Point {
  readonly atMs: number;
  readonly running: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly tokens: number;
  readonly microUsd: number;
  /** Of the cells' latest turns, in the order of the snapshot's cells. */
  readonly cells: readonly Quantiles[];
}

export interface History {
  add(point: Point): void;
  points(): readonly Point[];
}

export function createHistory(pointsMax: number = historyLimits.points): History {
  let points: Point[] = [];
  let keepEach = 1;
  let added = 0;
  return {
    add(point) {
      if (added++ % keepEach !== 0) return;
      points.push(point);
      if (points.length < pointsMax) return;
      points = points.filter((_, index) => index % 2 === 0);
      keepEach *= 2;
    },
    points: () => points,
  };
}

export const pointOf = ({ elapsedMs, running, unanswered, failed, usage, microUsd, cells }: Snapshot): Point => ({
  atMs: elapsedMs,
  running,
  unanswered,
  failed,
  tokens: usage.textIn + usage.audioIn + usage.textOut + usage.audioOut,
  microUsd,
  cells: cells.slice(0, historyLimits.cells).map(({ latest }) => latest),
});
