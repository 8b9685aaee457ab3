// Storms: many callers who lost their connections together, how hard they then knocked at the door, and when they could
// speak and hear again. A server that restarts must survive them all coming back.

import type { Sample } from "./measure.ts";
import { quantile, type Quantile } from "./quantile.ts";
import type { RecoveryRow } from "./recovery-row.ts";

export interface Storm {
  /** The first sign of the loss, µs since the run's start. */
  readonly startedUs: number;
  readonly callers: number;
  /** Of them: a session stood again. */
  readonly recovered: number;
  /** The most last attempts that were dialled within any one second. */
  readonly peakConnectsPerS: number;
  /** From the first loss until 95 % and all of them had a session again; above where some never had. */
  readonly ready95: Quantile;
  readonly readyAll: Quantile;
  /** The same until they heard something again, of those who were waiting for an answer or heard one. */
  readonly heard95: Quantile;
  readonly heardAll: Quantile;
}

/** Fewer callers who go together are no storm, and neither is a small share of many: some are always unlucky together. */
const CALLERS_MIN = 3;
const SHARE_MIN = 0.25;
const SECOND_US = 1_000_000;

/** The most of the instants that lie within one second, the second open at its end. */
export function peakPerSecond(instantsUs: readonly number[]): number {
  const sorted = instantsUs.toSorted((a, b) => a - b);
  let first = 0;
  let peak = 0;
  for (const [index, atUs] of sorted.entries()) {
    while (atUs - (sorted[first] ?? atUs) >= SECOND_US) first++;
    peak = Math.max(peak, index - first + 1);
  }
  return peak;
}

const callerOf = ({ cell, session }: RecoveryRow): string => JSON.stringify([cell, session]);

/** When it broke: at once known, unless it went silent; the last sign of life of a quiet connection may be long before. */
const brokeUs = ({ cause, lostUs, detectedUs }: RecoveryRow): number => (cause === "half_open" || cause === "silent" ? lostUs : detectedUs);

/** `instantOf` of every row from the start of the storm; what never came is censored at the last that is on record. */
function samplesOf(rows: readonly RecoveryRow[], startedUs: number, instantOf: (row: RecoveryRow) => number | undefined): Sample[] {
  return rows.map((row): Sample => {
    const atUs = instantOf(row);
    const lastUs = Math.max(row.detectedUs, row.dialledUs ?? 0, row.openUs ?? 0, row.sessionUs ?? 0);
    return { value: Math.max(0, (atUs ?? lastUs) - startedUs) / 1_000, censored: atUs === undefined };
  });
}

function stormOf(rows: readonly RecoveryRow[]): Storm {
  const startedUs = Math.min(...rows.map(brokeUs));
  const ready = samplesOf(rows, startedUs, (row) => (row.recovered ? row.sessionUs : undefined));
  const waiting = rows.filter(({ firstAudibleUs, turn, recovered }) => firstAudibleUs !== undefined || turn !== undefined || !recovered);
  const heard = samplesOf(waiting, startedUs, (row) => row.firstAudibleUs);
  return {
    startedUs,
    callers: new Set(rows.map(callerOf)).size,
    recovered: rows.filter((row) => row.recovered).length,
    peakConnectsPerS: peakPerSecond(rows.flatMap(({ dialledUs }) => dialledUs ?? [])),
    ready95: quantile(ready, 0.95),
    readyAll: quantile(ready, 1),
    heard95: quantile(heard, 0.95),
    heardAll: quantile(heard, 1),
  };
}

/**
 * The storms of a run of so many callers at once, in the order of time: losses within one second of at least three callers and a
 * quarter of them all. Replacements on purpose are none.
 */
export function stormsOf(recoveries: readonly RecoveryRow[], callersAtOnce: number): readonly Storm[] {
  const losses = recoveries.filter(({ planned, callEnded }) => planned !== true && callEnded !== true).toSorted((a, b) => brokeUs(a) - brokeUs(b));
  const groups: RecoveryRow[][] = [];
  for (const row of losses) {
    const last = groups.at(-1);
    if (last?.[0] && brokeUs(row) - brokeUs(last[0]) < SECOND_US) last.push(row);
    else groups.push([row]);
  }
  const fewest = Math.max(CALLERS_MIN, callersAtOnce * SHARE_MIN);
  return groups.filter((rows) => new Set(rows.map(callerOf)).size >= fewest).map(stormOf);
}
