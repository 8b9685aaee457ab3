// Whatever the target says in a test is judged here, by packages that are not ours. Who imports this file has every one of
// its tests answer for what was said while it ran: a foreign event fails that test, whatever the test itself looked at.

import { after, afterEach } from "node:test";
import { isForeign } from "./agents-schema.ts";
import { publishedNames } from "./published-names.ts";

const counts = new Map<string, number>();
const foreign: string[] = [];

/** How many events of each type were judged in this process. */
export const judged: ReadonlyMap<string, number> = counts;

/** Why the official clients would not know the event as the API's, or undefined. */
export function faultOf(event: object): string | undefined {
  const { type, event_id } = event as { readonly type?: unknown; readonly event_id?: unknown };
  if (typeof type !== "string" || !publishedNames.has(type)) return "has no name of the API as the openai package has it";
  if (typeof event_id !== "string" || event_id === "") return "has no event_id";
  return isForeign({ ...event, type }) ? "is not as the agents package's schemas have it" : undefined;
}

export function judge(event: object): void {
  const { type } = event as { readonly type?: unknown };
  counts.set(String(type), (counts.get(String(type)) ?? 0) + 1);
  const fault = faultOf(event);
  if (fault !== undefined) condemn(fault, event);
}

/** The same of a message as it goes over a socket. `malformedBy` names what may break one on purpose; without it none may be. */
export function judgeMessage(text: string, { malformedBy }: { readonly malformedBy?: string } = {}): void {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    if (malformedBy === undefined) condemn("is no JSON", text);
    return;
  }
  if (typeof event === "object" && event !== null) judge(event);
  else condemn("is no object", text);
}

const condemn = (why: string, what: unknown): void => void foreign.push(`${why}: ${JSON.stringify(what).slice(0, 1_000)}`);

function answerFor(): void {
  const found = foreign.splice(0);
  if (found.length > 0) throw new Error(`${found.length} of the target's events would be foreign to the official clients\n${found.slice(0, 5).join("\n")}`);
}

afterEach(answerFor);
after((context) => {
  const events = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if ("diagnostic" in context) context.diagnostic(`judged ${events} events of ${counts.size} types`);
  answerFor();
});
