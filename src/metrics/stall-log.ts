// When this thread stood still. A turn whose decisive instants fall into a stall was measured late, and is marked suspect;
// nothing is ever subtracted.

import type { TurnRow } from "./turn-row.ts";

/** A frame later than this tells of a stall, µs. */
const STALL_ABOVE_US = 5_000;
/** After a stall, what arrived during it is still being read, µs. */
const AFTERMATH_US = 2_000;
/** Longer than any turn: patience and a long answer. Older stalls concern nobody. */
const KEPT_US = 120_000_000;

interface Stall {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface StallLog {
  /** A frame left at `atUs`, `latenessUs` after it was due. Frames of all callers together show every stall of their thread. */
  noteFrame(latenessUs: number, atUs: number): void;
  /** Whether the end of speech was sent, or the first audible delta read, during a stall. */
  touched(row: Pick<TurnRow, "speechEndFrameUs" | "speechEndSentUs" | "audibleDeltaUs">, runStartUs: number): boolean;
}

export function createStallLog(): StallLog {
  let stalls: Stall[] = [];

  return {
    noteFrame(latenessUs, atUs) {
      if (latenessUs <= STALL_ABOVE_US) return;
      const fromUs = atUs - latenessUs;
      const last = stalls.at(-1);
      if (last && fromUs <= last.toUs) stalls[stalls.length - 1] = { fromUs: Math.min(last.fromUs, fromUs), toUs: atUs };
      else stalls = [...stalls.filter((stall) => stall.toUs > atUs - KEPT_US), { fromUs, toUs: atUs }];
    },
    touched({ speechEndFrameUs, speechEndSentUs, audibleDeltaUs }, runStartUs) {
      const overlaps = (fromUs: number | undefined, toUs: number | undefined): boolean =>
        fromUs !== undefined &&
        toUs !== undefined &&
        stalls.some((stall) => stall.fromUs <= toUs + runStartUs && fromUs + runStartUs <= stall.toUs + AFTERMATH_US);
      return overlaps(speechEndFrameUs, speechEndSentUs) || overlaps(audibleDeltaUs, audibleDeltaUs);
    },
  };
}
