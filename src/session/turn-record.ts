// From what a session remembers of a turn to its row: instants become offsets from the run's start, and what was never
// known stays absent.

import { turnRowVersion, type Outcome, type ToolCallRow, type TurnRow } from "../metrics/turn-row.ts";
import type { FailureClass } from "../core/failure-classes.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import { judgeRecorded, judgeSkipped } from "./expect.ts";
import { heardUntil } from "./heard.ts";
import { callerTranscript } from "./input-transcript.ts";
import type { FrameStats } from "./speak.ts";
import type { SessionState } from "./state.ts";
import type { TurnState } from "./turn-state.ts";

type RowIdentity = Pick<
  TurnRow,
  "v" | "run" | "cell" | "session" | "call" | "turn" | "kind" | "input" | "clip" | "text" | "effort" | "frameMs" | "network" | "tags"
>;

function identityOf(run: string, call: PlannedCall, planned: PlannedTurn, kind: TurnRow["kind"]): RowIdentity {
  const { settings } = call.cell;
  return {
    v: turnRowVersion,
    run,
    cell: call.cell.id,
    session: call.session,
    call: call.call,
    turn: planned.turn,
    kind,
    ...present({ clip: planned.clip, text: planned.text, effort: planned.effort }),
    ...(planned.text === undefined ? {} : { input: "text" as const }),
    frameMs: settings.session.frameMs,
    network: call.network,
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
    ...(turn.isCutOff ? (["cut_off"] as const) : []),
    ...(turn.isRecovered ? (["recovered"] as const) : []),
  ];
}

/** A turn's part of what the microphone and the connection did. */
export interface TurnShare {
  readonly frames: FrameStats;
  /** Since the share of the turn before ended, or the socket opened. */
  readonly connectedMs: number;
}

export interface TurnToRecord extends TurnShare {
  readonly run: string;
  readonly runStartUs: number;
  readonly session: SessionState;
  readonly turn: TurnState;
}

type At = (instantUs: number | undefined) => number | undefined;

/** The server's account of the speech, on the microphone's timeline: where its padding and silence are known. */
function heardSpeech({ turn, session }: Pick<TurnToRecord, "turn" | "session">, at: At) {
  const { turnDetection } = session.call.cell.settings.session;
  const { speechEndAudioMs, speechEndFrameUs, audioStartMs, audioEndMs } = turn;
  if (turnDetection.type !== "server" || speechEndAudioMs === undefined) return {};
  const onTimeline = (audioMs: number): number => speechEndFrameUs + (audioMs - speechEndAudioMs) * 1_000;
  return {
    // Audio before the session's first is no padding: a start of zero says nothing of where the speech was heard.
    heardStartUs: audioStartMs ? at(onTimeline(audioStartMs + turnDetection.prefixMs)) : undefined,
    heardEndUs: audioEndMs === undefined ? undefined : at(onTimeline(audioEndMs - turnDetection.silenceMs)),
  };
}

/** How the answer was made and played. */
function playout(turn: TurnState, at: At) {
  const heard = turn.heard && turn.heard.responseId === turn.answerId ? heardUntil(turn.heard, Infinity) : undefined;
  if (!heard) return {};
  return {
    lastDeltaUs: at(heard.lastAtUs),
    audioBeforeLastUs: Math.round(heard.receivedBeforeUs),
    stalls: heard.stalls,
    stalledUs: Math.round(heard.stalledUs),
    longestStallUs: Math.round(heard.longestStallUs),
    minStartBufferUs: Math.round(heard.minStartBufferUs),
    deadAirUs: Math.round(heard.deadAirUs),
  };
}

function toolInstants({ calls, fillerUs }: TurnState, at: At) {
  const sent = calls.flatMap((call) => (call.sentUs === undefined ? [] : [call.sentUs - call.doneUs]));
  return {
    callIds: calls.length > 0 ? calls.map((call) => call.callId) : undefined,
    toolCalledUs: at(calls[0]?.doneUs),
    toolRoundTripUs: sent.length > 0 ? Math.round(Math.max(...sent)) : undefined,
    fillerUs: at(fillerUs),
  };
}

function interruptionInstants({ interruption }: TurnState, at: At) {
  if (!interruption) return {};
  return {
    playerStoppedUs: at(interruption.stoppedUs),
    oldAudibleEndUs: at(interruption.audibleEndUs),
    lastOldDeltaUs: at(interruption.lastOldDeltaUs),
    unheardUs: Math.round(interruption.unheardUs),
    truncateSentMs: interruption.truncateSentMs,
    truncatedMs: interruption.truncatedMs,
  };
}

export function turnRow({ run, runStartUs, session, turn, frames, connectedMs }: TurnToRecord): TurnRow {
  const at: At = (instantUs) => (instantUs === undefined ? undefined : Math.round(instantUs - runStartUs));
  const flags = flagsOf(turn);
  const transcripts = present({ caller: callerTranscript(turn), answer: turn.answerTranscript });
  return {
    ...identityOf(run, session.call, turn.planned, turn.calls.length > 0 ? "tool" : "plain"),
    ...present({
      contextTokens: turn.contextTokens,
      sessionId: turn.sessionId ?? session.sessionId,
      responseIds: turn.responseIds.length > 0 ? turn.responseIds : undefined,
      answerId: turn.answerId,
      itemId: turn.itemId,
      plannedUs: at(turn.plannedUs),
      startedUs: at(turn.startedUs),
      speechEndUs: at(turn.speechEndUs),
      // What is written has no first sample and fills no frame.
      ...(turn.planned.text === undefined ? { speechStartUs: at(turn.speechStartUs), speechEndFrameUs: at(turn.speechEndFrameUs) } : {}),
      speechEndSentUs: at(turn.speechEndSentUs),
      speechEndAudioMs: turn.speechEndAudioMs,
      speechStartedUs: at(turn.speechStartedUs),
      speechStoppedUs: at(turn.speechStoppedUs),
      committedUs: at(turn.committedUs),
      ...heardSpeech({ turn, session }, at),
      firstTranscriptUs: at(turn.firstTranscriptUs),
      finalTranscriptUs: at(turn.finalTranscriptUs),
      responseCreatedUs: at(turn.responseCreatedUs),
      firstDeltaUs: at(turn.firstDeltaUs),
      playerStartUs: at(turn.playerStartUs),
      audibleDeltaUs: at(turn.audibleDeltaUs),
      firstAudibleUs: at(turn.firstAudibleUs),
      playoutEndUs: at(turn.playoutEndUs),
      responseDoneUs: at(turn.responseDoneUs),
      ...playout(turn, at),
      ...toolInstants(turn, at),
      ...interruptionInstants(turn, at),
      backChannelUs: at(turn.backChannel?.speechStartUs),
      backChannelStoppedUs: at(turn.backChannel?.stoppedUs),
    }),
    outcome: turn.outcome ?? "interrupted",
    ...present({
      failureClass: turn.failureClass,
      failure: turn.failure,
      censoredAtMs: turn.censoredAtUs === undefined ? undefined : turn.censoredAtUs / 1_000,
      lateAnswerMs: turn.lateAnswerUs === undefined ? undefined : turn.lateAnswerUs / 1_000,
      flags: flags.length > 0 ? flags : undefined,
      ...judgeRecorded(turn),
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
  return { ...identityOf(run, call, planned, "plain"), outcome, ...present({ failureClass, failure, censoredAtMs, ...judgeSkipped(planned, outcome) }) };
}

/** The functions that the model called in the turn, as rows of their own. */
export function toolCallRows({ run, runStartUs, session, turn }: Omit<TurnToRecord, keyof TurnShare>): ToolCallRow[] {
  const { call } = session;
  return turn.calls.map(({ callId, responseId, name, arguments: given, doneUs, dueUs, sentUs, output, result }) => ({
    v: turnRowVersion,
    run,
    cell: call.cell.id,
    session: call.session,
    call: call.call,
    turn: turn.planned.turn,
    callId,
    responseId,
    name,
    arguments: given,
    calledUs: Math.round(doneUs - runStartUs),
    ...(dueUs === undefined ? {} : { delayMs: (dueUs - doneUs) / 1_000 }),
    ...(sentUs === undefined ? {} : { outputUs: Math.round(sentUs - runStartUs), output }),
    result,
  }));
}
