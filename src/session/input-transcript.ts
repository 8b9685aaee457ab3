// What the server writes down of the caller's own words, where the session asked for it.

import { textField, type EventFields } from "./server-fields.ts";
import type { TurnState } from "./turn-state.ts";

/** A piece of the transcript, or the whole of an item's. Those of other turns' speech are passed over; those of several items of one turn are one text. */
export function onInputTranscript(turn: TurnState, isCompleted: boolean, fields: EventFields, atUs: number): TurnState {
  const itemId = textField(fields, "item_id");
  if (itemId === undefined || !turn.inputItemIds.includes(itemId)) return turn;
  const begun = turn.firstTranscriptUs === undefined && (isCompleted || textField(fields, "delta") !== "") ? { firstTranscriptUs: atUs } : {};
  if (!isCompleted) return { ...turn, ...begun };
  const inputTranscripts = { ...turn.inputTranscripts, [itemId]: textField(fields, "transcript") ?? "" };
  return { ...turn, ...begun, finalTranscriptUs: atUs, inputTranscripts };
}

/** All that was written down of the turn, in the order in which it was said; undefined where nothing came. */
export function callerTranscript({ inputItemIds, inputTranscripts = {} }: TurnState): string | undefined {
  const texts = inputItemIds.flatMap((id) => inputTranscripts[id] ?? []);
  return texts.length === 0 ? undefined : texts.filter((text) => text !== "").join(" ");
}
