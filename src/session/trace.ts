// The raw account of a call: every input of its pure step with its instant. From it the call's rows can be made again, by
// the same step, without calling anybody.

import type { ToolCallRow, TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { Input } from "./state.ts";
import { beginSession, step } from "./step.ts";
import { skippedRow, toolCallRows, turnRow, type TurnShare } from "./turn-record.ts";

export const traceVersion = 1;

/** An input of the step, or a turn's share of what microphone and connection did, which no input tells. */
export type TraceStep = Input | ({ readonly type: "share"; readonly turn: number } & TurnShare);

/** The first line of a trace. Instants of all lines are on the clock's own scale; `runStartUs` is where the run's rows begin. */
export interface TraceHead {
  readonly v: typeof traceVersion;
  readonly run: string;
  readonly runStartUs: number;
  readonly plannedUs: number;
  readonly call: PlannedCall;
  /** Dialled before its call was wanted; plannedUs is then in the step that says so. */
  readonly held?: true;
  /** What session.documents say, where the run has a budget that counts them. */
  readonly documents?: readonly string[];
}

export interface FoldedCall {
  readonly rows: readonly TurnRow[];
  readonly toolCalls: readonly ToolCallRow[];
}

/** The rows of the call, as the session makes them; prices and what the machine did meanwhile are added by others. */
export function foldTrace({ run, runStartUs, plannedUs, held, documents, call }: TraceHead, steps: readonly TraceStep[]): FoldedCall {
  const shares = new Map(steps.flatMap((entry) => (entry.type === "share" ? [[entry.turn, entry] as const] : [])));
  const rows: TurnRow[] = [];
  const toolCalls: ToolCallRow[] = [];
  let state = beginSession(call, { plannedUs, held, documents });
  for (const entry of steps) {
    if (entry.type === "share") continue;
    const stepped = step(state, entry);
    state = stepped.state;
    for (const command of stepped.commands) {
      if (command.type === "skip") rows.push(skippedRow(run, call, command));
      if (command.type !== "record") continue;
      const { turn } = command;
      const share = shares.get(turn.planned.turn);
      if (!share) continue; // the trace was cut before the turn's end
      const { frames, connectedMs } = share;
      toolCalls.push(...toolCallRows({ run, runStartUs, session: state, turn }));
      rows.push(turnRow({ run, runStartUs, session: state, turn, frames, connectedMs }));
    }
  }
  return { rows, toolCalls };
}

/** A trace as text, one line the head and one a step. */
export const traceText = (head: TraceHead, steps: readonly TraceStep[]): string => [head, ...steps].map((line) => `${JSON.stringify(line)}\n`).join("");

/** The reverse; undefined where the text is torn or of another version. */
export function readTrace(text: string): { readonly head: TraceHead; readonly steps: readonly TraceStep[] } | undefined {
  try {
    const [head, ...steps] = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as unknown);
    return (head as TraceHead | undefined)?.v === traceVersion ? { head: head as TraceHead, steps: steps as TraceStep[] } : undefined;
  } catch {
    return undefined; // the caller says which file it was
  }
}
