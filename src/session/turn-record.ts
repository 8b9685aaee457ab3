// From what a session remembers of a turn to its row: instants become offsets from the run's start, and what was never
// known stays absent.

import { turnRowVersion, type FailureClass, type Outcome, type TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall, PlannedTurn } from "../plan/plan.ts";
import type { FrameStats } from "./speak.ts";
import type { SessionState } from "./state.ts";
import type { TurnState } from "./turn-state.ts";

type RowIdentity = Pick<TurnRow, "v" | "run" | "cell" | "session" | "call" | "turn" | "kind" | "clip" | "effort" | "frameMs" | "network" | "tags">;

function identityOf(run: string, call: PlannedCall, planned: PlannedTurn): RowIdentity {
  const { settings } = call.cell;
  return {
    v: turnRowVersion,
    run,
    cell: call.cell.id,
    session: call.session,
    call: call.call,
    turn: planned.turn,
    kind: "plain",
    clip: planned.clip,
    ...present({ effort: planned.effort }),
    frameMs: settings.session.frameMs,
    network: settings.network,
    ...(Object.keys(settings.tags).length > 0 ? { tags: settings.tags } : {}),
  };
}

/** Only the entries that have a value. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function flagsOf(turn: TurnState): NonNullable<TurnRow["flags"]> {
  return [
    ...(turn.earlyEndpoint ? (["early_endpoint"] as const) : []),
    ...(turn.talkedOver ? (["talked_over"] as const) : []),
    ...(turn.lateAnswerUs === undefined ? [] : (["late_answer"] as const)),
  ];
}

export interface TurnToRecord {
  readonly run: string;
  readonly runStartUs: number;
  readonly session: SessionState;
  readonly turn: TurnState;
  readonly frames: FrameStats;
  /** Since the turn before was recorded, or the socket opened. */
  readonly connectedMs: number;
}

export function turnRow({ run, runStartUs, session, turn, frames, connectedMs }: TurnToRecord): TurnRow {
  const at = (instantUs: number | undefined): number | undefined => (instantUs === undefined ? undefined : Math.round(instantUs - runStartUs));
  const flags = flagsOf(turn);
  const transcripts = present({ caller: turn.callerTranscript, answer: turn.answerTranscript });
  return {
    ...identityOf(run, session.call, turn.planned),
    ...present({
      contextTokens: turn.contextTokens,
      sessionId: session.sessionId,
      responseIds: turn.responseIds.length > 0 ? turn.responseIds : undefined,
      answerId: turn.answerId,
      itemId: turn.itemId,
      plannedUs: at(turn.plannedUs),
      startedUs: at(turn.startedUs),
      speechStartUs: at(turn.speechStartUs),
      speechEndUs: at(turn.speechEndUs),
      speechEndFrameUs: at(turn.speechEndFrameUs),
      speechEndSentUs: at(turn.speechEndSentUs),
      speechEndAudioMs: turn.speechEndAudioMs,
      speechStartedUs: at(turn.speechStartedUs),
      speechStoppedUs: at(turn.speechStoppedUs),
      committedUs: at(turn.committedUs),
      responseCreatedUs: at(turn.responseCreatedUs),
      firstDeltaUs: at(turn.firstDeltaUs),
      playerStartUs: at(turn.playerStartUs),
      audibleDeltaUs: at(turn.audibleDeltaUs),
      firstAudibleUs: at(turn.firstAudibleUs),
      playoutEndUs: at(turn.playoutEndUs),
      responseDoneUs: at(turn.responseDoneUs),
    }),
    outcome: turn.outcome ?? "interrupted",
    ...present({
      failureClass: turn.failureClass,
      failure: turn.failure,
      censoredAtMs: turn.censoredAtUs === undefined ? undefined : turn.censoredAtUs / 1_000,
      lateAnswerMs: turn.lateAnswerUs === undefined ? undefined : turn.lateAnswerUs / 1_000,
      flags: flags.length > 0 ? flags : undefined,
      transcripts: Object.keys(transcripts).length > 0 ? transcripts : undefined,
      usage: turn.usage,
      connectedMs,
      audioSentMs: frames.framesSent * session.call.cell.settings.session.frameMs,
      audioHeardMs: turn.audioHeardUs / 1_000,
    }),
    latenessMaxUs: frames.latenessMaxUs,
    framesSent: frames.framesSent,
    framesLate: frames.framesLate,
    bufferedBytesMax: frames.bufferedBytesMax,
  };
}

export interface SkippedTurn {
  readonly planned: PlannedTurn;
  readonly outcome: Outcome;
  readonly failureClass?: FailureClass | undefined;
  readonly failure?: string | undefined;
}

/** The row of a turn that was planned and never begun. One that a broken session took with it counts as waited for in vain. */
export function skippedRow(run: string, call: PlannedCall, { planned, outcome, failureClass, failure }: SkippedTurn): TurnRow {
  const censoredAtMs = outcome === "failed" ? call.cell.settings.caller.patienceMs : undefined;
  return { ...identityOf(run, call, planned), outcome, ...present({ failureClass, failure, censoredAtMs }) };
}
