// Items as a client makes them: for the conversation, or to be read by one response instead of it. Checked whole; what is
// wrong is said with the field's path.

import type { AudioFormat } from "../audio/format.ts";
import { formats } from "../audio/format.ts";
import type { ConversationItem, FunctionCallItem, FunctionCallOutputItem, MessageItem } from "../protocol/conversation-item.ts";
import { userAudioTokens } from "../protocol/usage.ts";
import { createAudioDecoder } from "./append.ts";
import type { Fault } from "./fault.ts";
import { fault, missing, named } from "./fault.ts";
import type { Entry, Items, Tokens } from "./items.ts";
import { MOST_ITEMS } from "./items.ts";
import { callTokens, textTokens } from "./usage-meter.ts";

export interface NewItemContext {
  readonly items: Items;
  readonly makeId: (prefix: "item" | "call") => string;
  /** Of audio in an item. */
  readonly format: AudioFormat;
  /** Where the item stands in the event, for example `item`. */
  readonly path: string;
  /** Whether a call of this id was made before. */
  readonly isCall: (callId: string) => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const ID_LENGTH = 32;
const textTypes: Readonly<Record<string, string>> = { user: "input_text", system: "input_text", assistant: "output_text" };
const itemTypes = ["message", "function_call", "function_call_output", "mcp_approval_response"];
/** ASSUMED: what an image costs, by detail; `auto` is taken for high. */
const imageTokens: Readonly<Record<string, number>> = { low: 85, high: 765, auto: 765 };
const imageStart = /^data:image\/(png|jpeg);base64,/;

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");
const unknownValue = (path: string, value: unknown, known: readonly string[]): Fault =>
  fault("invalid_value", path, `Invalid value: '${named(value)}'. Supported values are: ${quoted(known)}.`);

/** The item, or what is wrong with it. */
export function newItem(value: unknown, context: NewItemContext): Entry | Fault {
  const { path, items, makeId } = context;
  if (typeof value !== "object" || value === null) return missing(path);
  const { id, type, ...fields } = value as Fields;
  if (id !== undefined && (typeof id !== "string" || id === "" || id.length > ID_LENGTH)) {
    return fault("invalid_value", `${path}.id`, `Invalid '${path}.id': expected a string of 1 to ${ID_LENGTH} characters.`);
  }
  if (typeof id === "string" && items.find(id)) return fault("invalid_value", `${path}.id`, `Invalid value: an item with id '${id}' already exists.`);
  if (type === undefined) return missing(`${path}.type`);
  const base = { id: id ?? makeId("item"), object: "realtime.item", status: "completed" } as const;
  if (type === "message") return newMessage(base, fields, path, context.format);
  if (type === "function_call") return newCall(base, fields, path, () => makeId("call"));
  if (type === "function_call_output") return newOutput(base, fields, context);
  if (type === "mcp_approval_response") {
    // No MCP server is ever reached from here, so none ever asked for approval.
    const asked = named(fields["approval_request_id"]);
    return fault("invalid_value", `${path}.approval_request_id`, `Invalid value: there is no approval request with id '${asked}'.`);
  }
  return unknownValue(`${path}.type`, type, itemTypes);
}

type Base = Pick<MessageItem, "id" | "object" | "status">;

const ofText = (item: ConversationItem, text: string): Entry => ({ item, tokens: { text: textTokens(text), audio: 0 } });

function newCall(base: Base, { name, call_id, arguments: given }: Fields, path: string, makeId: () => string): Entry | Fault {
  if (typeof name !== "string" || name === "") return missing(`${path}.name`);
  if (typeof given !== "string") return missing(`${path}.arguments`);
  if (call_id !== undefined && typeof call_id !== "string")
    return fault("invalid_type", `${path}.call_id`, `Invalid type for '${path}.call_id': expected a string.`);
  const { id, object, status } = base;
  const item: FunctionCallItem = { id, object, type: "function_call", status, name, call_id: call_id ?? makeId(), arguments: given };
  return { item, tokens: { text: callTokens(given), audio: 0 } };
}

function newOutput(base: Base, { call_id, output }: Fields, { path, isCall }: NewItemContext): Entry | Fault {
  if (typeof call_id !== "string") return missing(`${path}.call_id`);
  if (typeof output !== "string") return missing(`${path}.output`);
  if (!isCall(call_id)) return fault("invalid_tool_call_id", null, `Tool call ID '${call_id}' not found in conversation.`);
  const { id, object, status } = base;
  const item: FunctionCallOutputItem = { id, object, type: "function_call_output", status, call_id, output };
  return ofText(item, output);
}

interface Part {
  readonly content: object;
  readonly tokens: Tokens;
  /** Of a part with audio. */
  readonly bytes?: Uint8Array;
}

function newMessage(base: Base, { role, content }: Fields, path: string, format: AudioFormat): Entry | Fault {
  const textType = typeof role === "string" && Object.hasOwn(textTypes, role) ? textTypes[role] : undefined;
  if (!textType) return fault("invalid_value", `${path}.role`, `Invalid value: '${named(role)}'. Supported values are: 'user', 'system' and 'assistant'.`);
  if (!Array.isArray(content) || content.length === 0) return missing(`${path}.content`);
  const types = role === "user" ? [textType, "input_audio", "input_image"] : [textType];
  const parts: Part[] = [];
  for (const [index, value] of (content as readonly (Fields | null)[]).entries()) {
    const place = `${path}.content[${index}]`;
    if (!types.includes(value?.["type"] as string)) return unknownValue(`${place}.type`, value?.["type"], types);
    const part = newPart(value as Fields, place, format);
    if (!("content" in part)) return part;
    parts.push(part);
  }
  const sum = (of: (tokens: Tokens) => number): number => parts.reduce((total, { tokens }) => total + of(tokens), 0);
  const image = sum((tokens) => tokens.image ?? 0);
  const { id, object, status } = base;
  const item = { id, object, type: "message", status, role, content: parts.map((part) => part.content) } as unknown as MessageItem;
  const tokens = { text: sum(({ text }) => text), audio: sum(({ audio }) => audio), ...(image > 0 ? { image } : {}) };
  return parts.some(({ bytes }) => bytes) ? { item, tokens, audio: { type: "heard", parts: parts.map(({ bytes }) => bytes) } } : { item, tokens };
}

function newPart({ type, text, audio, transcript, image_url, detail = "auto" }: Fields, path: string, format: AudioFormat): Part | Fault {
  if (type === "input_audio") {
    if (audio === undefined) return missing(`${path}.audio`);
    const bytes = typeof audio === "string" ? createAudioDecoder().decode(audio)?.slice() : undefined;
    if (bytes === undefined) return fault("invalid_value", `${path}.audio`, `Invalid '${path}.audio'. Expected base64-encoded audio bytes.`);
    const content = { type, transcript: typeof transcript === "string" ? transcript : null };
    return { content, tokens: { text: 0, audio: userAudioTokens(bytes.length / formats[format].bytesPerMs) }, bytes };
  }
  if (type === "input_image") {
    if (typeof image_url !== "string") return missing(`${path}.image_url`);
    if (!imageStart.test(image_url)) return fault("invalid_value", `${path}.image_url`, `Invalid '${path}.image_url'. Expected a data URI of a PNG or JPEG.`);
    const image = Object.hasOwn(imageTokens, named(detail)) ? imageTokens[named(detail)] : undefined;
    return image === undefined
      ? unknownValue(`${path}.detail`, detail, ["auto", "low", "high"])
      : { content: { type, image_url, detail }, tokens: { text: 0, audio: 0, image } };
  }
  if (typeof text !== "string") return missing(`${path}.text`);
  return { content: { type, text }, tokens: { text: textTokens(text), audio: 0 } };
}

/** What one response reads instead of the conversation: items made for it, and references to the conversation's. */
export function readInput(input: readonly unknown[], context: Omit<NewItemContext, "path" | "isCall">): readonly Entry[] | Fault {
  if (input.length > MOST_ITEMS) return fault("invalid_value", "response.input", `Invalid value: 'response.input' holds at most ${MOST_ITEMS} items.`);
  const entries: Entry[] = [];
  const callIds = new Set<string>();
  const isCall = (callId: string): boolean => callIds.has(callId) || context.items.isCall(callId);
  for (const [index, value] of input.entries()) {
    const path = `response.input[${index}]`;
    const { type, id } = (typeof value === "object" && value !== null ? value : {}) as Fields;
    const entry = type === "item_reference" ? (context.items.find(named(id)) ?? unknownReference(path, id)) : newItem(value, { ...context, path, isCall });
    if (!("item" in entry)) return entry;
    if (entry.item.type === "function_call") callIds.add(entry.item.call_id);
    entries.push(entry);
  }
  return entries;
}

const unknownReference = (path: string, id: unknown): Fault =>
  id === undefined ? missing(`${path}.id`) : fault("invalid_value", `${path}.id`, `Invalid value: the item with id ${JSON.stringify(id)} does not exist.`);

/** The text of the last message of a user among the entries; what was spoken is not known from here. */
export function lastWritten(entries: readonly Entry[]): string | undefined {
  const item = entries.findLast(({ item }) => item.type === "message" && item.role === "user")?.item;
  if (item?.type !== "message" || item.role !== "user") return undefined;
  const texts = item.content.flatMap((part) => (part.type === "input_text" ? [part.text] : []));
  return texts.length > 0 ? texts.join(" ") : undefined;
}
