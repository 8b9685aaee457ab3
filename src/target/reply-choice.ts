// What a response will hold: which functions it calls and what it says, by the script and by what the session allows.

import { formatName } from "../protocol/audio-format.ts";
import type { FunctionTool } from "../protocol/session-config.ts";
import type { ConversationState, Output, ToolTurn, Turn } from "./conversation-state.ts";
import type { Entry } from "./items.ts";
import { otherAnswer, withMistake } from "./mistakes.ts";
import { lastWritten } from "./new-item.ts";
import { callOutput, messageOutput } from "./response-output.ts";
import { sampleOf } from "./sample-arguments.ts";
import type { Asked, Reply, ScriptCall } from "./script.ts";
import { replyTo } from "./script.ts";
import type { ResponseSettings } from "./session-update.ts";
import type { Trick } from "./trick.ts";

/** The tool turn that goes on here: its outputs came, and the caller has said nothing since. */
export function awaitedToolTurn(state: ConversationState): ToolTurn | undefined {
  const last = state.items.all.findLast(({ item }) => item.type === "function_call_output" || (item.type === "message" && item.role === "user"))?.item;
  return last?.type === "function_call_output" && state.toolTurn?.callNames.has(last.call_id) ? state.toolTurn : undefined;
}

const outputsOf = (state: ConversationState, { callNames }: ToolTurn): string[] =>
  state.items.all.flatMap(({ item }) => (item.type === "function_call_output" ? [callNames.get(item.call_id)] : [])).filter((name) => name !== undefined);

interface Wanted {
  readonly settings: ResponseSettings;
  readonly turn: Turn;
  /** What the model reads. */
  readonly entries: readonly Entry[];
  /** The calls that this response follows, if it does. */
  readonly after: ToolTurn | undefined;
}

/** The calls to make now, those that must wait for a later response, and the reply they belong to. */
function chooseCalls(
  state: ConversationState,
  { settings, turn, entries, after }: Wanted,
): { reply: Reply; calls: readonly ScriptCall[]; left: readonly ScriptCall[] } {
  const { tool_choice, parallel_tool_calls } = settings;
  // A forced server of tools is none of these functions, and none is ever reached from here.
  const isElsewhere = typeof tool_choice === "object" && tool_choice.type === "mcp";
  const functions = tool_choice === "none" || isElsewhere ? [] : settings.tools.filter((tool): tool is FunctionTool => tool.type === "function");
  const written = lastWritten(entries);
  const heard = turn.heard ?? (written === undefined ? undefined : { text: written });
  const asked: Asked = {
    ...(turn.number === undefined ? {} : { turn: turn.number }),
    ...(heard ? { heard } : {}),
    tools: functions.map(({ name }) => name),
    ...(after ? { outputsOf: outputsOf(state, after), rule: after.rule } : {}),
  };
  const reply = replyTo(state.options.speech.script, asked);
  const left = (after?.left ?? []).filter(({ name }) => asked.tools.includes(name));
  const named = typeof tool_choice === "object" && tool_choice.type === "function" ? tool_choice.name : undefined;
  const scripted = (left.length > 0 ? left : reply.calls).filter(({ name }) => named === undefined || name === named);
  const forced = functions.find(({ name }) => (named === undefined ? tool_choice === "required" : name === named));
  const calls = scripted.length === 0 && forced ? [{ name: forced.name, arguments: sampleOf(forced.parameters) }] : scripted;
  return parallel_tool_calls ? { reply, calls, left: [] } : { reply, calls: calls.slice(0, 1), left: calls.slice(1) };
}

/** The response's items in order, each with what max_output_tokens leaves for it; and what follows when it calls. */
export function chooseOutputs(
  state: ConversationState,
  wanted: Wanted,
  leftTokens: number,
): { readonly outputs: readonly Output[]; readonly toolTurn?: ToolTurn; readonly trick?: Trick } {
  const { settings, turn, after } = wanted;
  const { ids, speech } = state.options;
  const chosen = chooseCalls(state, wanted);
  const { reply, left } = chosen;
  // A turn goes wrong at its first step: a wrong call is answered like a right one.
  const isWrong = after === undefined && !turn.delays.isRight(settings.reasoning.effort);
  const calls = isWrong ? chosen.calls.map(withMistake) : chosen.calls;
  if (isWrong) turn.truth.isWrong = true;
  const struck = speech.script.tricks?.find(({ name }) => name === reply.rule?.trick);
  const trick = struck ? { trick: struck } : {};
  const clip =
    calls.length === 0
      ? isWrong
        ? otherAnswer(speech.script, reply.say)
        : reply.say
      : chosen.calls === reply.calls || !after?.left.length
        ? reply.preamble
        : undefined;
  const outputs: Output[] = [];
  let tokens = leftTokens;
  const add = (output: Output): void => {
    // What does not fit ends the response, so nothing comes behind it.
    if (outputs.at(-1)?.isCut) return;
    outputs.push(output);
    tokens -= output.needed;
  };
  if (clip !== undefined) {
    const utterance = speech.say(clip, formatName(settings.audio.output.format));
    add(messageOutput(ids.next("item"), utterance, turn.delays.leadingSilenceMs, settings, tokens));
  }
  for (const call of calls) add(callOutput(ids.next("item"), ids.next("call"), call, tokens));
  if (calls.length === 0) return { outputs, ...trick };
  const callNames = new Map(outputs.flatMap((output) => (output.type === "call" ? [[output.callId, output.name] as const] : [])));
  return { outputs, ...trick, toolTurn: { turn: after?.turn ?? turn, rule: reply.rule ?? after?.rule, left, round: (after?.round ?? 0) + 1, callNames } };
}
