// Functions: every call of a response is answered after its scripted delay, and once all calls of it are answered and it is
// done, one response.create asks for what the model makes of the outputs.

import { stream } from "../core/random.ts";
import { drawMs } from "../plan/distribution.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { filled } from "../plan/feed.ts";
import { ask } from "./account.ts";
import { recordField, textField, type EventFields } from "./server-fields.ts";
import { toolOutput } from "./tool-output.ts";
import type { Command, SessionState, Stepped } from "./state.ts";
import { responseCreate } from "./turn-ask.ts";
import type { ToolCall, TurnState } from "./turn-state.ts";

/** Servers of older dialects name the function only when the item begins. */
export function noteFunctionName(turn: TurnState, fields: EventFields): TurnState {
  const item = recordField(fields, "item");
  const callId = item && textField(item, "call_id");
  const name = item && textField(item, "name");
  if (!item || textField(item, "type") !== "function_call" || callId === undefined || name === undefined) return turn;
  return { ...turn, functionNames: { ...turn.functionNames, [callId]: name } };
}

/** The call whose arguments are complete, with its answer drawn: the same for the n-th call of a turn in every cell. */
export function toolCall(call: PlannedCall, turn: TurnState, fields: EventFields, atUs: number): ToolCall {
  const { seed, session } = call.cell.settings;
  const callId = textField(fields, "call_id") ?? "";
  const name = textField(fields, "name") ?? turn.functionNames?.[callId] ?? "";
  const known = { callId, responseId: textField(fields, "response_id") ?? "", name, arguments: textField(fields, "arguments") ?? "", doneUs: atUs };
  const tool = session.tools?.find((declared) => declared.name === name);
  if (!tool) return { ...known, dueUs: atUs, output: JSON.stringify({ error: `there is no function ${name}` }), result: "unknown" };
  const random = stream(seed, "tool", call.session, call.call, turn.planned.turn, turn.calls.length);
  const { delayMs, errorRate, timeoutRate = 0 } = tool.answers;
  const dueUs = atUs + Math.round(drawMs(delayMs, random) * 1_000);
  const luck = random.uniform();
  if (luck < errorRate) return { ...known, dueUs, output: JSON.stringify({ error: "the function failed" }), result: "error" };
  if (luck < errorRate + timeoutRate) return { ...known, output: "", result: "timeout" };
  return { ...known, dueUs, ...toolOutput(filled(tool.answers, turn.planned.feed ?? call.feed), known.arguments) };
}

type DueCall = ToolCall & { readonly dueUs: number };

const waits = (call: ToolCall): call is DueCall => call.dueUs !== undefined && call.sentUs === undefined && !call.isDropped;

/** When the next output is due, as the timer that brings it. */
export function toolTimer(turn: TurnState): readonly Command[] {
  const due = turn.calls.filter(waits).map((call) => call.dueUs);
  return due.length > 0 ? [{ type: "timer", timer: "tool", atUs: Math.min(...due) }] : [];
}

/** Sends the outputs that are due. */
export function onToolDue(state: SessionState, atUs: number): Stepped {
  const { turn } = state;
  if (state.phase !== "turn" || !turn || turn.outcome !== undefined) return { state, commands: [] };
  const isDue = (call: ToolCall): boolean => waits(call) && call.dueUs <= atUs;
  const commands = turn.calls.filter(isDue).map(({ callId, output }): Command => {
    const item = { type: "function_call_output", call_id: callId, output } as const;
    return { type: "send", event: { type: "conversation.item.create", item } };
  });
  const sent: TurnState = { ...turn, calls: turn.calls.map((call) => (isDue(call) ? { ...call, sentUs: atUs } : call)) };
  const asked = askOn({ ...state, turn: sent });
  return { state: asked.state, commands: [...commands, ...asked.commands, ...toolTimer(sent)] };
}

/** Asks once for the answer to the outputs of each response that is done and has all of them. */
export function askOn(state: SessionState): Stepped {
  const { turn } = state;
  if (!turn || turn.outcome !== undefined) return { state, commands: [] };
  const ready = [
    ...Map.groupBy(
      turn.calls.filter((call) => !call.isDropped),
      (call) => call.responseId,
    ),
  ]
    .filter(([id, calls]) => !turn.openResponses.includes(id) && !turn.askedOn?.includes(id) && calls.every((call) => call.sentUs !== undefined))
    .map(([id]) => id);
  if (ready.length === 0) return { state, commands: [] };
  const asking: SessionState = { ...state, turn: { ...turn, askedOn: [...(turn.askedOn ?? []), ...ready] } };
  if (!asking.account) return { state: asking, commands: [{ type: "send", event: responseCreate(state.call, turn.planned) }] };
  // With a budget the answer after a function call has a cost of its own, which is granted first.
  const asked = ask(asking, asking.account, []);
  return { state: asked.state, commands: [asked.command] };
}

/** A cancelled response takes its unanswered calls with it. */
export function dropCalls(turn: TurnState, responseId: string): TurnState {
  const isLost = (call: ToolCall): boolean => call.responseId === responseId && call.sentUs === undefined && !call.isDropped;
  if (!turn.calls.some(isLost)) return turn;
  return { ...turn, calls: turn.calls.map((call) => (isLost(call) ? { ...call, isDropped: true } : call)) };
}
