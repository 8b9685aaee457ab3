// Counts a run's turns as they end, so that a snapshot of it costs the same whether it has a hundred turns or a million.

import { measure, type Sample } from "../metrics/measure.ts";
import { quantile } from "../metrics/quantile.ts";
import { outcomes, type Outcome, type TurnRow, type TurnUsage } from "../metrics/turn-row.ts";
import type { CellHead, RunHead } from "../result/assemble.ts";
import { createSpread } from "./spread.ts";
import type { CellSnapshot, InstrumentSnapshot, Quantiles, Snapshot } from "./snapshot.ts";

/** What is shown over time is of so many turns of a cell: enough for a p90, few enough to see a change. */
const LATEST_TURNS = 100;

export type TallySnapshot = Pick<Snapshot, "turns" | "unanswered" | "failed" | "cells" | "failures" | "usage" | "microUsd" | "unpricedTurns"> & {
  readonly instrument: Omit<InstrumentSnapshot, "standstillMaxMs">;
};

export interface Tally {
  add(row: TurnRow): void;
  snapshot(): TallySnapshot;
  /** Its histograms' memory is not the garbage collector's. */
  destroy(): void;
}

const usageKinds = ["textIn", "textCached", "audioIn", "audioCached", "textOut", "audioOut"] as const satisfies readonly (keyof TurnUsage)[];
const noUsage: TurnUsage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };

export function createTally(head: Pick<RunHead, "cells">): Tally {
  const cells = head.cells.map(createCellTally);
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const failures = new Map<string, number>();
  const usage = { ...noUsage };
  let [microUsd, unpricedTurns] = [0, 0];
  let [framesSent, framesLate, latenessMaxUs, suspectTurns] = [0, 0, 0, 0];

  return {
    add(row) {
      byId.get(row.cell)?.add(row);
      if (row.failureClass !== undefined) failures.set(row.failureClass, (failures.get(row.failureClass) ?? 0) + 1);
      if (row.usage) for (const kind of usageKinds) usage[kind] += row.usage[kind];
      if (typeof row.costMicroUsd === "number") microUsd += row.costMicroUsd;
      else if (row.startedUs !== undefined) unpricedTurns++;
      framesSent += row.framesSent ?? 0;
      framesLate += row.framesLate ?? 0;
      latenessMaxUs = Math.max(latenessMaxUs, row.latenessMaxUs ?? 0);
      if (row.suspect) suspectTurns++;
    },
    snapshot() {
      const shown = cells.map((cell) => cell.snapshot());
      const sum = (count: (cell: CellSnapshot) => number): number => shown.reduce((total, cell) => total + count(cell), 0);
      return {
        turns: sum(({ turns }) => turns),
        unanswered: sum(({ outcomes: { unanswered } }) => unanswered),
        failed: sum(({ outcomes: { failed } }) => failed),
        cells: shown,
        failures: [...failures].map(([failureClass, turns]) => ({ failureClass, turns })).toSorted((a, b) => b.turns - a.turns),
        usage: { ...usage },
        microUsd,
        unpricedTurns,
        instrument: { framesSent, framesLate, latenessMaxMs: latenessMaxUs / 1_000, suspectTurns },
      };
    },
    destroy: () => cells.forEach((cell) => cell.destroy()),
  };
}

interface CellTally {
  readonly id: string;
  add(row: TurnRow): void;
  snapshot(): CellSnapshot;
  destroy(): void;
}

function createCellTally({ id, sessions, turnsPlanned }: CellHead): CellTally {
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const spread = createSpread();
  const latest: Sample[] = [];
  let samples = 0;
  let turns = 0;
  let before: CellSnapshot | undefined;

  return {
    id,
    add(row) {
      before = undefined;
      turns++;
      if (row.warmUp) return;
      counts[row.outcome]++;
      const sample = row.kind === "plain" ? measure("voice_to_voice", row) : undefined;
      if (!sample) return;
      spread.add(sample);
      latest[samples++ % LATEST_TURNS] = sample;
    },
    snapshot() {
      // Most cells of a large matrix have no new turn in a given second.
      before ??= {
        id,
        sessions,
        turns,
        ...(turnsPlanned === undefined ? {} : { turnsPlanned }),
        outcomes: { ...counts },
        soFar: quantilesOf((p) => spread.quantile(p)),
        latest: quantilesOf((p) => quantile(latest, p)),
      };
      return before;
    },
    destroy: () => spread.destroy(),
  };
}

function quantilesOf(at: (p: number) => Quantiles["p50"]): Quantiles {
  const [p50, p90] = [at(0.5), at(0.9)];
  return { ...(p50 ? { p50 } : {}), ...(p90 ? { p90 } : {}) };
}
