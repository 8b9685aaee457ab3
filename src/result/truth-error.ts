// measured - truth of voice_to_voice, turn by turn: the target's own log says when it had heard the last voiced sample and
// when it spoke, on its own clock; only durations of one clock are ever subtracted.

import { addedDelayMs } from "../faults/added-delay.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { linesIn } from "./lines-of.ts";
import type { CellResult, Instrument } from "./run-result.ts";

/** When audio up to `audioEndMs` (of all audio of the session) had reached the target. */
export interface FrameArrival {
  readonly audioEndMs: number;
  readonly atUs: number;
}

/** A turn by the target's account; the fields of truth.ndjson that the join needs. */
export interface TruthRow {
  readonly type: "turn";
  readonly sessionId: string;
  readonly responseId: string;
  /** How the caller's speech was heard to begin, under VAD: frames up to when it was told, and when that was. */
  readonly onset?: { readonly frames: readonly FrameArrival[]; readonly sentUs?: number };
  /** Arrival of each frame around the end of speech; audioEndMs is the end of its audio on the session's cumulative clock. */
  readonly frames: readonly FrameArrival[];
  /** speech_stopped, or committed. */
  readonly stoppedSentUs?: number;
  readonly firstDeltaSentUs?: number;
  readonly firstAudibleOffsetMs?: number;
}

export interface TurnError {
  readonly row: TurnRow;
  readonly errorMs: number;
}

export interface TruthJoin {
  readonly errors: readonly TurnError[];
  /** Answered turns of cells with a network of known delay, or none, for which the log has no truth. */
  readonly unmatched: number;
}

/** Answered turns that were spoken, joined by response id. Turns on a network whose delay is not fixed are left out: nobody knows what it added; so are those whose session was lost in them. */
export function joinTruth(rows: readonly TurnRow[], truth: readonly TruthRow[], startBufferMsOf: (row: TurnRow) => number): TruthJoin {
  const byResponse = new Map(truth.map((entry) => [entry.responseId, entry]));
  const comparable = rows.filter(
    (row) => row.outcome === "answered" && addedDelayMs(row.network) !== undefined && row.input !== "text" && !row.flags?.includes("recovered"),
  );
  const errors = comparable.flatMap((row): TurnError[] => {
    const entry = row.answerId === undefined ? undefined : byResponse.get(row.answerId);
    const errorMs = entry && errorOf(row, entry, startBufferMsOf(row));
    return errorMs === undefined ? [] : [{ row, errorMs }];
  });
  return { errors, unmatched: comparable.length - errors.length };
}

/** The start buffer of a row's cell. */
export const startBufferOf =
  (cells: readonly Pick<CellResult, "id" | "startBufferMs">[]) =>
  (row: TurnRow): number =>
    cells.find((cell) => cell.id === row.cell)?.startBufferMs ?? 0;

/** The frame whose audio ends there. */
export const frameEndingAt = (frames: readonly FrameArrival[], audioEndMs: number | undefined): FrameArrival | undefined =>
  audioEndMs === undefined ? undefined : frames.find((frame) => Math.abs(frame.audioEndMs - audioEndMs) < 0.5);

function errorOf(row: TurnRow, truth: TruthRow, startBufferMs: number): number | undefined {
  const { speechEndUs, speechEndFrameUs, speechEndAudioMs, firstAudibleUs } = row;
  const frame = frameEndingAt(truth.frames, speechEndAudioMs);
  if (speechEndUs === undefined || speechEndFrameUs === undefined || firstAudibleUs === undefined || !frame || truth.firstDeltaSentUs === undefined)
    return undefined;
  const answeredAfterMs = (truth.firstDeltaSentUs - frame.atUs) / 1_000 + (truth.firstAudibleOffsetMs ?? 0);
  const framedAfterMs = (speechEndFrameUs - speechEndUs) / 1_000;
  return (firstAudibleUs - speechEndUs) / 1_000 - (answeredAfterMs + framedAfterMs + startBufferMs + (addedDelayMs(row.network) ?? 0));
}

/** The rows of truth.ndjson, given as text or as lines, that describe turns; other and unreadable lines are passed over. */
export function readTruthLog(log: string | Iterable<Buffer>): TruthRow[] {
  const rows: TruthRow[] = [];
  for (const line of linesIn(log)) {
    if (!line.includes('"type":"turn"')) continue;
    try {
      rows.push(JSON.parse(String(line)) as TruthRow);
    } catch {
      continue; // the line that a kill tore
    }
  }
  return rows;
}

/** An error of a single turn above this is no error of an instrument that can be relied on, ms. */
export const FAR_OFF_MS = 10;

/**
 * Whether so many turns were far off that it is no accident: more than one in a hundred, and at least two. With a hundred turns
 * and more that is their p99 above the limit; of fewer the p99 is their largest, and a single stall would be the verdict.
 */
export const isOftenFarOff = ({ count, farOff = 0 }: { readonly count: number; readonly farOff?: number }): boolean => farOff >= 2 && farOff > count / 100;

/** The distribution of the error, for run.json. */
export function truthErrorStats({ errors, unmatched }: TruthJoin): NonNullable<Instrument["truthError"]> {
  const sorted = errors.map((error) => error.errorMs).toSorted((a, b) => a - b);
  const at = (p: number): number | undefined => sorted[Math.min(sorted.length, Math.max(1, Math.ceil(sorted.length * p))) - 1];
  const absolute = sorted.map(Math.abs).toSorted((a, b) => a - b);
  const entries = {
    p01: at(0.01),
    p50: at(0.5),
    p99: at(0.99),
    min: sorted[0],
    max: sorted.at(-1),
    absoluteP99: absolute[Math.ceil(absolute.length * 0.99) - 1],
  };
  const farOff = absolute.filter((errorMs) => errorMs > FAR_OFF_MS).length;
  return { count: errors.length, unmatched, farOff, ...Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) };
}
