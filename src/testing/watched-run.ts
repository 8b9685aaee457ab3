// A run that never happened, as those who watch one are told of it.

import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunToWatch } from "../live/run-view.ts";
import { syntheticRun } from "./run-record.ts";

export interface WatchedRun {
  readonly toWatch: RunToWatch;
  readonly rows: readonly TurnRow[];
}

export function watchedRun(asked: Parameters<typeof syntheticRun>[0] = {}): WatchedRun {
  const { result, turns } = syntheticRun(asked);
  const cells = result.cells.map((cell) => ({ ...cell, priceList: cell.money.priceList }));
  return { toWatch: { head: { scenario: result.scenario, runId: result.runId, cells }, folder: `reports/${result.runId}`, expectedMs: 24_000 }, rows: turns };
}
