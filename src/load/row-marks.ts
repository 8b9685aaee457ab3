// Which part of the load a turn or a call belongs to, put on its row: the stage, the repeat, and whether it was only there
// to warm up. A turn belongs where it began.

import type { TurnRow } from "../metrics/turn-row.ts";
import type { CallGroup, PlannedCall } from "../plan/plan.ts";

export type RowMarks = Pick<TurnRow, "warmUp" | "stage" | "repeat">;

/** `sinceStartUs`: when it began, from the group's start. */
export function marksAt({ warmUpUs = 0, stageEndsUs }: CallGroup, call: PlannedCall, sinceStartUs: number): RowMarks {
  const isWarmUp = call.warmUp === true || sinceStartUs < warmUpUs;
  const stage = stageEndsUs?.findIndex((endUs) => sinceStartUs < endUs);
  return {
    ...(isWarmUp ? { warmUp: true } : {}),
    // What begins in the last instants belongs to the last stage.
    ...(stageEndsUs === undefined || isWarmUp ? {} : { stage: stage === -1 || stage === undefined ? stageEndsUs.length : stage + 1 }),
    ...(call.repeat === undefined ? {} : { repeat: call.repeat }),
  };
}
