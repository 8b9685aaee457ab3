// The conversation's items, in order: how they are added, shortened and taken out, and what each costs as input. Those that a
// client makes are checked in new-item.ts.

import type { AssistantContent, ConversationItem, FunctionCallItem, ItemStatus, MessageItem } from "../protocol/conversation-item.ts";
import { assistantAudioTokens, userAudioTokens } from "../protocol/usage.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Stretch } from "./usage-meter.ts";
import { callTokens, textTokens } from "./usage-meter.ts";
import type { ItemAudio } from "./item-audio.ts";

/** Of a conversation, and of what one response reads instead of it; the live server's bound is not known. */
export const MOST_ITEMS = 10_000;

/** `image` is absent where there is none. */
export type Tokens = Omit<Stretch, "key">;

export interface Entry {
  readonly item: ConversationItem;
  readonly tokens: Tokens;
  /** The assistant's audio it holds, ms. */
  readonly audioMs?: number;
  /** What it takes of the session's bound for created items. */
  readonly createdCharacters?: number;
  /** For who retrieves it; absent where it has none, or it was too much to keep. */
  readonly audio?: ItemAudio;
}

export interface Items {
  /** Puts the entry behind the item `after` ("root": in front), else at the end; returns the id it now follows. */
  add(entry: Entry, after?: string): string | null;
  replace(entry: Entry): void;
  find(id: string): Entry | undefined;
  /** What was taken out, if it was there. */
  remove(id: string): Entry | undefined;
  /** The id of the item in front of it, null for the first. */
  before(id: string): string | null;
  readonly lastId: string | null;
  readonly all: readonly Entry[];
  /** The items as the model reads them: all but those left out. */
  readonly read: readonly Entry[];
  readonly count: number;
  /** Whether one of the items is the call of this id. */
  isCall(callId: string): boolean;
  /** The model reads this item no more; it stays in the conversation. */
  leaveOut(id: string): void;
}

export function createItems(): Items {
  const entries: Entry[] = [];
  const byId = new Map<string, Entry>();
  const leftOut = new Set<string>();
  const calls = new Map<string, number>();
  // From the end, near which nearly all that is looked for stands.
  const indexOf = (id: string): number => (byId.has(id) ? entries.findLastIndex((entry) => entry.item.id === id) : -1);
  const countCall = ({ item }: Entry, by: 1 | -1): void => {
    if (item.type === "function_call") calls.set(item.call_id, (calls.get(item.call_id) ?? 0) + by);
    if (item.type === "function_call" && calls.get(item.call_id) === 0) calls.delete(item.call_id);
  };
  return {
    add(entry, after) {
      const index = after === undefined ? entries.length : after === "root" ? 0 : indexOf(after) + 1;
      entries.splice(index, 0, entry);
      byId.set(entry.item.id, entry);
      countCall(entry, 1);
      return entries[index - 1]?.item.id ?? null;
    },
    replace(entry) {
      entries[indexOf(entry.item.id)] = entry;
      byId.set(entry.item.id, entry);
    },
    find: (id) => byId.get(id),
    before: (id) => entries[indexOf(id) - 1]?.item.id ?? null,
    remove(id) {
      const entry = byId.get(id);
      if (!entry) return undefined;
      entries.splice(indexOf(id), 1);
      byId.delete(id);
      leftOut.delete(id);
      countCall(entry, -1);
      return entry;
    },
    get count() {
      return entries.length;
    },
    isCall: (callId) => calls.has(callId),
    leaveOut: (id) => void leftOut.add(id),
    get lastId() {
      return entries.at(-1)?.item.id ?? null;
    },
    all: entries,
    get read() {
      return leftOut.size === 0 ? entries : entries.filter(({ item }) => !leftOut.has(item.id));
    },
  };
}

/** An entry as the model reads it. */
export const stretchOf = ({ item, tokens }: Entry): Stretch => ({ key: item.id, ...tokens });

export function callerAudio(id: string, audioMs: number, bytes: Uint8Array): Entry {
  const item: MessageItem = {
    id,
    object: "realtime.item",
    type: "message",
    status: "completed",
    role: "user",
    content: [{ type: "input_audio", transcript: null }],
  };
  return { item, tokens: { text: 0, audio: userAudioTokens(audioMs) }, audio: { type: "heard", parts: [bytes] } };
}

export function assistantMessage(id: string, status: ItemStatus, content: readonly AssistantContent[], audioMs: number): Entry {
  const item: MessageItem = { id, object: "realtime.item", type: "message", status, role: "assistant", content };
  const text = content.map((part) => (part.type === "output_text" ? part.text : (part.transcript ?? ""))).join(" ");
  return { item, tokens: { text: textTokens(text), audio: assistantAudioTokens(audioMs) }, audioMs };
}

export function functionCall(id: string, status: ItemStatus, name: string, callId: string, args: string): Entry {
  const item: FunctionCallItem = { id, object: "realtime.item", type: "function_call", status, name, call_id: callId, arguments: args };
  return { item, tokens: { text: callTokens(args), audio: 0 } };
}

/** The assistant's audio cut to what was heard. As the live server does, the transcript goes: nobody knows how much of it was spoken. */
export function truncated(items: Items, itemId: string, contentIndex: number, audioEndMs: number): Entry | Fault {
  const entry = items.find(itemId);
  if (!entry) return unknownItem("truncate", "truncating", itemId);
  const { item, audioMs = 0 } = entry;
  if (item.type !== "message" || item.role !== "assistant" || audioMs === 0) return fault(null, null, "Only model output audio messages can be truncated.");
  if (contentIndex !== 0) return fault("invalid_value", "content_index", `Invalid value: ${contentIndex}. The item has one content part.`);
  if (audioEndMs > audioMs) return fault("invalid_value", "audio_end_ms", `Audio content of ${Math.floor(audioMs)}ms is already shorter than ${audioEndMs}ms`);
  const cut = assistantMessage(item.id, item.status, [{ type: "output_audio", transcript: "" }], audioEndMs);
  return entry.audio ? { ...cut, audio: entry.audio } : cut;
}

export const unknownItem = (verb: "truncate" | "delete" | "retrieve", doing: string, id: string): Fault =>
  fault(`item_${verb}_invalid_item_id`, null, `Error ${doing} item: the item with id '${id}' does not exist.`);
