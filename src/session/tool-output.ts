// What a function gives back: what the scenario has written, with the call's own arguments in the places of a template.

import type { Cell } from "../plan/matrix.ts";
import { asText, fillTemplate } from "../plan/fill-template.ts";
import type { ToolCall } from "./turn-state.ts";

type Answers = NonNullable<Cell["settings"]["session"]["tools"]>[number]["answers"];
type Output = Pick<ToolCall, "output" | "result">;

/** The output of a call whose arguments the model wrote as `given`. Where they are no JSON, a template fails as an app would. */
export function toolOutput({ value, template }: Answers, given: string): Output {
  if (template === undefined) return { output: asText(value), result: "value" };
  const read = readArguments(given);
  if (!read) return { output: JSON.stringify({ error: "the arguments are not valid JSON" }), result: "error" };
  return { output: asText(fillTemplate(template, read)), result: "value" };
}

function readArguments(text: string): { readonly arguments: unknown } | undefined {
  try {
    return { arguments: JSON.parse(text) };
  } catch {
    return undefined; // the model is told so
  }
}
