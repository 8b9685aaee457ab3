// A turn that is written: the text as a message of the user's, and at once the wish for an answer, whatever finds the end of
// speech. Its latency counts from the sending.

import type { PlannedCall } from "../plan/plan.ts";
import type { PlannedTurn } from "../plan/planned-turn.ts";
import type { Command } from "./state.ts";
import { responseCreate } from "./turn-ask.ts";

export function sendText(call: PlannedCall, turn: PlannedTurn, text: string): readonly Command[] {
  const item = { type: "message", role: "user", content: [{ type: "input_text", text }] } as const;
  return [
    { type: "send", event: { type: "conversation.item.create", item } },
    { type: "send", event: responseCreate(call, turn) },
  ];
}
