// Rows made again from the traces that a run kept, by the session's own step: an old run measured anew, without a call.

import { isDeepStrictEqual } from "node:util";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { RunRecord } from "../result/run-result.ts";
import { foldTrace, readTrace } from "../session/trace.ts";

export interface Rederived {
  readonly record: RunRecord;
  /** What was found, for people; undefined for a run without traces. */
  readonly summary: string | undefined;
}

const placeOf = ({ cell, session, call, turn }: TurnRow): string => JSON.stringify([cell, session, call, turn]);

/** What no session knows of its turns, and the run adds to their rows. */
const addedOf = ({ costMicroUsd, priceList, suspect, stage, repeat }: TurnRow): Partial<TurnRow> => ({
  ...(costMicroUsd === undefined ? {} : { costMicroUsd }),
  ...(priceList === undefined ? {} : { priceList }),
  ...(suspect === undefined ? {} : { suspect }),
  ...(stage === undefined ? {} : { stage }),
  ...(repeat === undefined ? {} : { repeat }),
});

/** The record with those of its rows replaced that a trace tells of. */
export function rederive(record: RunRecord, traces: readonly { readonly path: string; readonly text: string }[]): Rederived {
  if (traces.length === 0) return { record, summary: undefined };
  const stored = new Map(record.turns.map((row) => [placeOf(row), row]));
  const unreadable: string[] = [];
  let made = 0;
  let different = 0;
  for (const { path, text } of traces) {
    const trace = readTrace(text);
    if (!trace) unreadable.push(path);
    for (const row of trace ? foldTrace(trace.head, trace.steps).rows : []) {
      const before = stored.get(placeOf(row));
      if (!before) continue;
      const again: TurnRow = { ...row, ...addedOf(before) };
      made++;
      if (!isDeepStrictEqual(again, before)) different++;
      stored.set(placeOf(row), again);
    }
  }
  const found = different === 0 ? "all as they were recorded" : `${different} differ from what was recorded, and are used`;
  const torn = unreadable.length > 0 ? `; unreadable: ${unreadable.join(", ")}` : "";
  return { record: { ...record, turns: [...stored.values()] }, summary: `${made} turns made again from ${traces.length} traces, ${found}${torn}` };
}
