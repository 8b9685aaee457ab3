// The agents package's own schemas of server events and of items, as judges of ours. They are not exported, so they are
// loaded by their place.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

interface Schema {
  safeParse(value: unknown): { readonly success: boolean };
}

interface EventModule {
  readonly conversationItemSchema: Schema;
  parseRealtimeEvent(message: { data: string }): { data: unknown; isGeneric: boolean };
}

interface ItemModule {
  /** The strict one that the client holds every message to: what fails it is thrown out of the socket's handler. */
  readonly realtimeMessageItemSchema: Schema;
}

const folder = dirname(createRequire(import.meta.url).resolve("@openai/agents-realtime"));
const load = async (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
const { conversationItemSchema, parseRealtimeEvent } = (await load("openaiRealtimeEvents.mjs")) as EventModule;
const { realtimeMessageItemSchema } = (await load("items.mjs")) as ItemModule;

const translation = "the agents package has no translation sessions; the openai package's own client checks these as it reads them";

/** What this schema does not know though the API says it, and why nothing is lost: the openai package's types have them all. */
const unknownToAgents: Readonly<Record<string, string>> = {
  "conversation.item.created": "the beta's name, kept in the openai package's union",
  "conversation.item.input_audio_transcription.segment": "for diarizing models only",
  "input_audio_buffer.timeout_triggered": "newer than the schema",
  "input_audio_buffer.dtmf_event_received": "for telephone calls only",
  "response.mcp_call.failed": "newer than the schema",
  "session.closed": translation,
  "session.input_transcript.delta": translation,
  "session.output_transcript.delta": translation,
  "session.output_audio.delta": translation,
};

type Fields = Readonly<Record<string, unknown>>;

/** True for an event that the schemas find wrong, or do not know and should. */
export function isForeign(event: Fields & { readonly type: string }): boolean {
  if (Object.hasOwn(unknownToAgents, event.type)) return false;
  const { data, isGeneric } = parseRealtimeEvent({ data: JSON.stringify(event, withoutPictures) });
  return data === null || isGeneric || itemsOf(event).some((item) => !isItem(JSON.parse(JSON.stringify(item, withoutPictures)) as Fields));
}

/** Pictures in a message are newer than the schemas; the rest of such an item is judged. */
const withoutPictures = (key: string, value: unknown): unknown =>
  key === "content" && Array.isArray(value) ? value.filter((part: Fields) => part["type"] !== "input_image") : value;

/** A response's own items are anything at all to the schema of events. */
function itemsOf({ item, response }: Fields): readonly unknown[] {
  const output = (response as Fields | undefined)?.["output"];
  return [...(item === undefined ? [] : [item]), ...(Array.isArray(output) ? (output as unknown[]) : [])];
}

function isItem(item: Fields): boolean {
  const { id: itemId, type, role, status, content } = item;
  const isMessage = type !== "message" || realtimeMessageItemSchema.safeParse({ itemId, type, role, status, content }).success;
  return isMessage && conversationItemSchema.safeParse(item).success;
}
