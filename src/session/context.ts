// What the conversation holds besides the current turn: documents before the first one, and no more old turns than asked for.

import { createHash } from "node:crypto";
import { recordField, textField, type EventFields } from "./server-fields.ts";
import type { SessionState, Stepped } from "./state.ts";

/**
 * What makes this session's instructions begin like no other's, where the scenario wants a cold cache. The instant at which the
 * call was planned is in it, so that a second run with the same seed finds nothing cached either.
 */
export function cacheSalt({ call: { cell, session, call }, plannedUs }: SessionState): string | undefined {
  if (cell.settings.session.cache !== "cold") return undefined;
  return createHash("sha256")
    .update(JSON.stringify([cell.id, session, call, plannedUs]))
    .digest("hex")
    .slice(0, 16);
}

export const loadDocuments = (state: SessionState): Stepped => ({ state: { ...state, phase: "loading", documentItems: [] }, commands: [{ type: "preload" }] });

export const areLoaded = ({ call, documentItems = [] }: SessionState): boolean => documentItems.length >= (call.cell.settings.session.documents?.length ?? 0);

/** An item that is now in the conversation: a document, or the current turn's. */
export function noteItem(state: SessionState, fields: EventFields): SessionState {
  const id = textField(recordField(fields, "item") ?? {}, "id");
  const { turn, turnItems = [], documentItems = [] } = state;
  if (id === undefined) return state;
  if (state.phase === "loading") return documentItems.includes(id) ? state : { ...state, documentItems: [...documentItems, id] };
  const isTrimmed = state.call.cell.settings.session.context !== undefined;
  if (!isTrimmed || !turn || turnItems.some((item) => item.id === id)) return state;
  return { ...state, turnItems: [...turnItems, { turn: turn.planned.turn, id }] };
}

/** As a turn begins, deletes the items of all turns before the last `keepTurns` that are over. Documents stay. */
export function trimContext({ state, commands }: Stepped): Stepped {
  const { context } = state.call.cell.settings.session;
  const { turn, turnItems = [] } = state;
  if (!context || !turn) return { state, commands };
  const from = turn.planned.turn - context.keepTurns;
  const old = turnItems.filter((item) => item.turn < from);
  if (old.length === 0) return { state, commands };
  const deletions = old.map(({ id }) => ({ type: "send", event: { type: "conversation.item.delete", item_id: id } }) as const);
  return { state: { ...state, turnItems: turnItems.filter((item) => item.turn >= from) }, commands: [...commands, ...deletions] };
}
