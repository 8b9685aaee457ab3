// The agents package's own schema of server events, as a judge of ours. It is not exported, so it is loaded by its place.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

interface Zod {
  parseRealtimeEvent(message: { data: string }): { data: unknown; isGeneric: boolean };
}

/** Those of the events that the schema does not know or finds wrong. */
export async function foreignEvents(events: readonly object[]): Promise<object[]> {
  const main = createRequire(import.meta.url).resolve("@openai/agents-realtime");
  const { parseRealtimeEvent } = (await import(pathToFileURL(join(dirname(main), "openaiRealtimeEvents.mjs")).href)) as Zod;
  return events.filter((event) => {
    const { data, isGeneric } = parseRealtimeEvent({ data: JSON.stringify(event) });
    return data === null || isGeneric;
  });
}
