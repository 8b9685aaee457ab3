// The conversation's items, in order: how they are added, shortened and taken out, and what each costs as input.

import type { AssistantContent, ConversationItem, ItemStatus, MessageItem } from "../protocol/conversation-item.ts";
import { assistantAudioTokens, userAudioTokens } from "../protocol/usage.ts";
import type { Fault } from "./fault.ts";
import { fault, named, notOffered } from "./fault.ts";
import type { Stretch } from "./usage-meter.ts";
import { textTokens } from "./usage-meter.ts";

export interface Entry {
  readonly item: ConversationItem;
  readonly tokens: { readonly text: number; readonly audio: number };
  /** The assistant's audio it holds, ms. */
  readonly audioMs?: number;
}

export interface Items {
  /** Puts the entry behind the item `after` ("root": in front), else at the end; returns the id it now follows. */
  add(entry: Entry, after?: string): string | null;
  replace(entry: Entry): void;
  find(id: string): Entry | undefined;
  remove(id: string): boolean;
  /** The id of the item in front of it, null for the first. */
  before(id: string): string | null;
  readonly lastId: string | null;
  readonly count: number;
  /** The model reads this item no more; it stays in the conversation. */
  leaveOut(id: string): void;
  /** The items as the model reads them. */
  stretches(): Stretch[];
}

export function createItems(): Items {
  const entries: Entry[] = [];
  const leftOut = new Set<string>();
  const indexOf = (id: string): number => entries.findIndex((entry) => entry.item.id === id);
  return {
    add(entry, after) {
      const index = after === undefined ? entries.length : after === "root" ? 0 : indexOf(after) + 1;
      entries.splice(index, 0, entry);
      return entries[index - 1]?.item.id ?? null;
    },
    replace(entry) {
      entries[indexOf(entry.item.id)] = entry;
    },
    find: (id) => entries[indexOf(id)],
    before: (id) => entries[indexOf(id) - 1]?.item.id ?? null,
    remove: (id) => indexOf(id) >= 0 && entries.splice(indexOf(id), 1).length > 0,
    get count() {
      return entries.length;
    },
    leaveOut: (id) => void leftOut.add(id),
    get lastId() {
      return entries.at(-1)?.item.id ?? null;
    },
    stretches: () => entries.filter(({ item }) => !leftOut.has(item.id)).map(({ item, tokens }) => ({ key: item.id, ...tokens })),
  };
}

export function callerAudio(id: string, audioMs: number): Entry {
  const item: MessageItem = {
    id,
    object: "realtime.item",
    type: "message",
    status: "completed",
    role: "user",
    content: [{ type: "input_audio", transcript: null }],
  };
  return { item, tokens: { text: 0, audio: userAudioTokens(audioMs) } };
}

export function assistantMessage(id: string, status: ItemStatus, content: readonly AssistantContent[], audioMs: number): Entry {
  const item: MessageItem = { id, object: "realtime.item", type: "message", status, role: "assistant", content };
  const text = content.map((part) => (part.type === "output_text" ? part.text : (part.transcript ?? ""))).join(" ");
  return { item, tokens: { text: textTokens(text), audio: assistantAudioTokens(audioMs) }, audioMs };
}

/** The assistant's audio cut to what was heard. As the live server does, the transcript goes: nobody knows how much of it was spoken. */
export function truncated(items: Items, itemId: string, contentIndex: number, audioEndMs: number): Entry | Fault {
  const entry = items.find(itemId);
  if (!entry) return unknownItem("truncate", "truncating", itemId);
  const { item, audioMs = 0 } = entry;
  if (item.type !== "message" || item.role !== "assistant" || audioMs === 0) return fault(null, null, "Only model output audio messages can be truncated.");
  if (contentIndex !== 0) return fault("invalid_value", "content_index", `Invalid value: ${contentIndex}. The item has one content part.`);
  if (audioEndMs > audioMs) return fault("invalid_value", "audio_end_ms", `Audio content of ${Math.floor(audioMs)}ms is already shorter than ${audioEndMs}ms`);
  return assistantMessage(item.id, item.status, [{ type: "output_audio", transcript: "" }], audioEndMs);
}

export const unknownItem = (verb: "truncate" | "delete" | "retrieve", doing: string, id: string): Fault =>
  fault(`item_${verb}_invalid_item_id`, null, `Error ${doing} item: the item with id '${id}' does not exist.`);

const ID_LENGTH = 32;
const textTypes: Readonly<Record<string, string>> = { user: "input_text", system: "input_text", assistant: "output_text" };

/** An item as a client wants it created, checked; or what is wrong with it. */
export function newItem(value: unknown, items: Items, makeId: () => string): Entry | Fault {
  if (typeof value !== "object" || value === null) return fault("missing_required_parameter", "item", "Missing required parameter: 'item'.");
  const { id, type, role, content } = value as Readonly<Record<string, unknown>>;
  if (id !== undefined && (typeof id !== "string" || id === "" || id.length > ID_LENGTH)) {
    return fault("invalid_value", "item.id", `Invalid 'item.id': expected a string of 1 to ${ID_LENGTH} characters.`);
  }
  if (typeof id === "string" && items.find(id)) return fault("invalid_value", "item.id", `Invalid value: an item with id '${id}' already exists.`);
  if (type === "function_call_output" || type === "function_call") return notOffered("item.type", "function calling");
  if (type !== "message") return fault("invalid_value", "item.type", `Invalid value: '${named(type)}'. Supported values are: 'message'.`);
  const textType = typeof role === "string" ? textTypes[role] : undefined;
  if (!textType) return fault("invalid_value", "item.role", `Invalid value: '${named(role)}'. Supported values are: 'user', 'system' and 'assistant'.`);
  if (!Array.isArray(content) || content.length === 0)
    return fault("missing_required_parameter", "item.content", "Missing required parameter: 'item.content'.");
  for (const [index, part] of (content as readonly ({ type?: unknown; text?: unknown } | null)[]).entries()) {
    const path = `item.content[${index}]`;
    if (part?.type === "input_audio" || part?.type === "input_image") return notOffered(`${path}.type`, `${part.type} in created items`);
    if (part?.type !== textType) return fault("invalid_value", `${path}.type`, `Invalid value: '${named(part?.type)}'. Supported values are: '${textType}'.`);
    if (typeof part.text !== "string") return fault("missing_required_parameter", `${path}.text`, `Missing required parameter: '${path}.text'.`);
  }
  const texts = (content as readonly { readonly text: string }[]).map(({ text }) => text);
  const item = {
    id: id ?? makeId(),
    object: "realtime.item",
    type: "message",
    status: "completed",
    role,
    content: texts.map((text) => ({ type: textType, text })),
  };
  return { item: item as MessageItem, tokens: { text: textTokens(texts.join(" ")), audio: 0 } };
}
