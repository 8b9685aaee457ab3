// What a model that misunderstands does instead: it calls the right function with a wrong argument, or answers something else.

import type { Script, ScriptCall } from "./script.ts";

/** The first argument that is text or a number comes out wrong: its last digit or letter is the next one, a number is one more. */
export function withMistake(call: ScriptCall): ScriptCall {
  const [name, value] = Object.entries(call.arguments).find(([, given]) => typeof given === "number" || (typeof given === "string" && given !== "")) ?? [];
  if (name === undefined) return call;
  return { ...call, arguments: { ...call.arguments, [name]: typeof value === "number" ? value + 1 : mistaken(String(value)) } };
}

function mistaken(text: string): string {
  const last = text.at(-1) as string;
  if (/[0-8a-yA-Y]/.test(last)) return text.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1);
  return `${text.slice(0, -1)}${/[9zZ]/.test(last) ? String.fromCharCode(last.charCodeAt(0) - 1) : ""}`;
}

/** An answer clip of the script that is not the right one; the right one where the script knows no other. */
export const otherAnswer = ({ otherwise }: Script, right: string): string => otherwise.find((clip) => clip !== right) ?? right;
