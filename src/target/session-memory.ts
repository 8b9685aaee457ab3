// What is remembered of a session to judge the one that follows it: its items, its last turn, and the answer it was in the
// middle of. Fed with what a client says and what it is told; knows neither time nor sockets.

import { createHash } from "node:crypto";
import type { ConversationItem } from "../protocol/conversation-item.ts";
import type { Input } from "./conversation.ts";
import { isObject } from "./field-checks.ts";

/** An item as far as telling two apart goes. Without text it was audio that nobody wrote down. */
interface Known {
  readonly kind: string;
  readonly text?: string;
}

/** A turn of the caller's: what was written, or a print of each piece of sound that was appended. */
type Said = { readonly text: string } | { readonly prints: ReadonlySet<string> };

/** An event of the target's, loosely: translations and transcriptions have other ones. */
export interface TargetEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface SessionMemory {
  hear(input: Input): void;
  say(event: TargetEvent): void;
  readonly known: Remembered;
}

interface Remembered {
  readonly items: ReadonlyMap<string, Known>;
  /** What the client put in by itself before its first response. */
  readonly created: readonly Known[];
  readonly firstTurn: Said | undefined;
  readonly lastTurn: Said | undefined;
  readonly isLastTurnAnswered: boolean;
  /** The answer that was being said: its item, and its words so far. */
  readonly half: { readonly itemId: string; readonly text: string } | undefined;
  /** Whether there was any response. */
  readonly hasAnswered: boolean;
  /** Answers that the client stopped, and those of them that it then cut to what was heard. */
  readonly interrupted: number;
  readonly truncated: number;
}

/** How a session took up the one that was lost. */
export interface TakenUp {
  /** Whole items that the lost session had, and how many of them the client put into the new one. */
  readonly items: number;
  readonly itemsRestored: number;
  /** Created items that the lost session did not have. */
  readonly itemsOther: number;
  /** What became of an answer that was being said; absent where none was. */
  readonly halfAnswer?: "left out" | "as far as it was sent" | "shortened" | "changed";
  /** The new session's first turn was the lost one's last. */
  readonly isAskedAgain: boolean;
  /** It was asked again although it had been answered, or although it stands in the restored history too. */
  readonly isDoubled: boolean;
}

/** Pieces of sound remembered of one turn: two minutes of frames of 20 ms. */
const PRINTS = 6_000;

export function createSessionMemory(): SessionMemory {
  const items = new Map<string, Known>();
  const wanted: Known[] = [];
  const created: Known[] = [];
  const stopped = new Set<string>();
  let prints = new Set<string>();
  let written: string | undefined;
  let firstTurn: Said | undefined;
  let lastTurn: Said | undefined;
  let isLastTurnAnswered = false;
  let half: Remembered["half"];
  let hasAnswered = false;
  let [interrupted, truncated] = [0, 0];

  function endTurn(said: Said): void {
    firstTurn ??= said;
    lastTurn = said;
    isLastTurnAnswered = false;
  }

  function hear(input: Input): void {
    if (input.type === "audio" && !input.isSilent && isSound(input.bytes) && prints.size < PRINTS) prints.add(printOf(input.bytes));
    if (input.type !== "event") return;
    const { type, item, item_id } = input.event;
    if (type === "conversation.item.create" && isObject(item)) {
      const known = knownOf(item as Partial<ConversationItem>);
      wanted.push(known);
      if (known.kind === "user") written = known.text;
    } else if (type === "response.create" && written !== undefined) {
      endTurn({ text: written });
      written = undefined;
    } else if (type === "conversation.item.truncate" && typeof item_id === "string" && stopped.delete(item_id)) truncated++;
  }

  function say(event: TargetEvent): void {
    const { type, item, item_id, delta, response } = event;
    if ((type === "conversation.item.added" || type === "conversation.item.done") && isObject(item)) {
      const known = knownOf(item as Partial<ConversationItem>);
      const index = type === "conversation.item.added" ? wanted.findIndex((each) => isSame(each, known)) : -1;
      if (index >= 0) wanted.splice(index, 1);
      if (index >= 0 && !hasAnswered) created.push(known);
      items.set(String(item["id"]), known);
    } else if (type === "conversation.item.deleted") items.delete(String(item_id));
    else if (type === "conversation.item.input_audio_transcription.completed") items.set(String(item_id), { kind: "user", text: String(event["transcript"]) });
    else if (type === "input_audio_buffer.committed") {
      endTurn({ prints });
      prints = new Set();
    } else if (type === "response.created") hasAnswered = true;
    else if (type === "response.output_audio_transcript.delta" || type === "response.output_text.delta")
      half = { itemId: String(item_id), text: (half?.text ?? "") + String(delta) };
    else if (type === "response.done") {
      const status = isObject(response) ? response["status"] : undefined;
      if (status === "completed") isLastTurnAnswered = true;
      if (status === "cancelled" && half) {
        interrupted++;
        stopped.add(half.itemId);
      }
      half = undefined;
    }
  }

  return {
    hear,
    say,
    get known() {
      return { items, created, firstTurn, lastTurn, isLastTurnAnswered, half, hasAnswered, interrupted, truncated };
    },
  };
}

/** What the session `next` made of the session `lost` before its own first response. */
export function takenUp(lost: Remembered, next: Remembered): TakenUp {
  const wanted = [...lost.items].filter(([id]) => id !== lost.half?.itemId).map(([, known]) => known);
  const left = [...next.created];
  const restored = wanted.filter((item) => {
    const index = left.findIndex((each) => isSame(each, item));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
  const half = lost.half && halfAnswer(lost.half.text, left);
  const isAskedAgain = lost.lastTurn !== undefined && next.firstTurn !== undefined && isSameTurn(lost.lastTurn, next.firstTurn);
  const lastUser = wanted.findLast(({ kind }) => kind === "user");
  const text = isAskedAgain && next.firstTurn && "text" in next.firstTurn ? next.firstTurn.text : undefined;
  // A written turn that is asked again is an item of the history by itself; only a second one doubles it.
  const isInHistory = text === undefined ? lastUser !== undefined && restored.includes(lastUser) : next.created.filter((each) => each.text === text).length > 1;
  return {
    items: wanted.length,
    itemsRestored: restored.length,
    itemsOther: left.length - (half === undefined || half === "left out" ? 0 : 1),
    ...(half ? { halfAnswer: half } : {}),
    isAskedAgain,
    isDoubled: isAskedAgain && (lost.isLastTurnAnswered || isInHistory),
  };
}

function halfAnswer(said: string, left: readonly Known[]): NonNullable<TakenUp["halfAnswer"]> {
  const replayed = left.find(({ kind }) => kind === "assistant")?.text?.trim();
  if (replayed === undefined) return "left out";
  if (replayed === said.trim()) return "as far as it was sent";
  return said.trim().startsWith(replayed) ? "shortened" : "changed";
}

function isSameTurn(before: Said, after: Said): boolean {
  if ("text" in before || "text" in after) return "text" in before && "text" in after && before.text === after.text;
  // Whoever plays a turn again sends the pieces he kept; the first or last may be others.
  const again = [...after.prints].filter((print) => before.prints.has(print)).length;
  return again > 0 && again * 2 >= after.prints.size;
}

/** The same item, or an item of the same kind where one of both is sound without words. */
const isSame = (a: Known, b: Known): boolean => a.kind === b.kind && (a.text === undefined || b.text === undefined || a.text === b.text);

function knownOf(item: { readonly type?: unknown; readonly role?: unknown; readonly [field: string]: unknown }): Known {
  if (item.type === "function_call") return { kind: "function_call", text: `${String(item["name"])} ${String(item["arguments"])}` };
  if (item.type === "function_call_output") return { kind: "function_call_output", text: String(item["output"]) };
  const parts = Array.isArray(item["content"]) ? item["content"].filter(isObject) : [];
  const texts = parts.flatMap((part) => [part["text"], part["transcript"]]).filter((text) => typeof text === "string" && text !== "");
  return { kind: String(item.role ?? item.type), ...(texts.length > 0 ? { text: texts.join(" ").trim() } : {}) };
}

const isSound = (bytes: Uint8Array): boolean => bytes.some((byte) => byte !== bytes[0]);
const printOf = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("base64").slice(0, 12);
