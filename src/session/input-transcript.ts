// What the server writes down of the caller's own words, where the session asked for it.

import { textField, type EventFields } from "./server-fields.ts";
import type { TurnState } from "./turn-state.ts";

/** A piece of the transcript, or the whole of an item's. Those of other turns' speech are passed over; of several items the last counts. */
export function onInputTranscript(turn: TurnState, isCompleted: boolean, fields: EventFields, atUs: number): TurnState {
  const itemId = textField(fields, "item_id");
  if (itemId === undefined || !turn.inputItemIds.includes(itemId)) return turn;
  const begun = turn.firstTranscriptUs === undefined && (isCompleted || textField(fields, "delta") !== "") ? { firstTranscriptUs: atUs } : {};
  if (!isCompleted) return { ...turn, ...begun };
  return { ...turn, ...begun, finalTranscriptUs: atUs, callerTranscript: textField(fields, "transcript") ?? "" };
}
