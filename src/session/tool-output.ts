// What a function gives back: what the scenario has written, with the call's own arguments in the places of a template.

import { templatePlace, type Tool } from "../scenario/scenario.ts";
import type { ToolCall } from "./turn-state.ts";

type Output = Pick<ToolCall, "output" | "result">;

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The output of a call whose arguments the model wrote as `given`. Where they are no JSON, a template fails as an app would. */
export function toolOutput({ value, template }: Tool["answers"], given: string): Output {
  if (template === undefined) return { output: asText(value), result: "value" };
  const read = readArguments(given);
  if (!read) return { output: JSON.stringify({ error: "the arguments are not valid JSON" }), result: "error" };
  return { output: asText(filled(template, read)), result: "value" };
}

function readArguments(text: string): { readonly arguments: unknown } | undefined {
  try {
    return { arguments: JSON.parse(text) };
  } catch {
    return undefined; // the model is told so
  }
}

/** The field below `root` on that dotted path; null where the model gave none. */
const fieldAt = (root: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((at, name) => (typeof at === "object" && at !== null && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : null), root);

/** A text that is nothing but one place becomes the argument itself, a number stays a number; amid text it is written out. */
function filled(template: unknown, root: unknown): unknown {
  if (typeof template === "string") {
    const whole = new RegExp(`^${templatePlace.source}$`, "u").exec(template)?.[1];
    if (whole !== undefined) return fieldAt(root, whole);
    return template.replaceAll(templatePlace, (_, place: string) => asText(fieldAt(root, place) ?? ""));
  }
  if (Array.isArray(template)) return template.map((item) => filled(item, root));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, part]) => [name, filled(part, root)]));
}
