// What a session remembers: which of its items the next response reads, and how much a client may make it keep.

import type { ConversationState } from "./conversation-state.ts";
import { windowOf } from "./context-window.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import { stretchOf, type Entry } from "./items.ts";
import type { ResponseSettings } from "./session-update.ts";
import { fitContext, tooLong } from "./truncation.ts";
import type { Stretch } from "./usage-meter.ts";
import { textTokens } from "./usage-meter.ts";

type Front = Pick<ResponseSettings, "instructions" | "tools">;

/** What a client can make a session keep in created items, characters of their JSON; the live server's bound is not known. */
const MOST_CHARACTERS = 16 * 1_024 * 1_024;
const MOST_ITEMS = 10_000;

/** Instructions and tools stand in front of all that is read. */
export function promptFront({ instructions, tools }: Front): Stretch[] {
  const declared = tools.length === 0 ? "" : JSON.stringify(tools, null, 1);
  return [{ key: `instructions ${instructions} ${declared}`, text: textTokens(instructions) + textTokens(declared), audio: 0 }];
}

/** Leaves out the items that no longer fit, for this response and all later ones; or says why there can be no response. */
export function settleContext(state: ConversationState, settings: Front): Fault | undefined {
  const { model, truncation } = state.session;
  const fitting = fitContext({ front: promptFront(settings), items: state.items.read.map(stretchOf), truncation, window: windowOf(model) });
  if (fitting.type === "too_long") return tooLong(model, fitting.tokens);
  for (const id of fitting.leftOut) state.items.leaveOut(id);
  return undefined;
}

/** Counts a created item's size against the session's bound; the fault when it is one too many. */
export function admitItem(state: ConversationState, entry: Entry): Fault | undefined {
  const characters = JSON.stringify(entry.item).length;
  if (state.items.count >= MOST_ITEMS || state.createdCharacters + characters > MOST_CHARACTERS) {
    return fault("invalid_value", "item", `The conversation is full: this target keeps ${MOST_ITEMS} items and 16 MiB of created ones a session.`);
  }
  state.createdCharacters += characters;
  return undefined;
}
