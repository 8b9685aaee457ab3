// What a session remembers: which of its items the next response reads, and how much a client may make it keep.

import type { ConversationState } from "./conversation-state.ts";
import { windowOf } from "./context-window.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import type { Entry } from "./items.ts";
import { MOST_ITEMS, stretchOf } from "./items.ts";
import type { ResponseSettings } from "./session-update.ts";
import { fitContext, tooLong } from "./truncation.ts";
import type { Stretch } from "./usage-meter.ts";
import { textTokens } from "./usage-meter.ts";

type Front = Pick<ResponseSettings, "instructions" | "tools">;

/** What a client can make a session keep in created items, characters of their JSON; the live server's bound is not known. */
const MOST_CHARACTERS = 16 * 1_024 * 1_024;

/** Instructions and tools stand in front of all that is read. */
export function promptFront({ instructions, tools }: Front): Stretch[] {
  const declared = tools.length === 0 ? "" : JSON.stringify(tools, null, 1);
  return [{ key: `instructions ${instructions} ${declared}`, text: textTokens(instructions) + textTokens(declared), audio: 0 }];
}

/**
 * What of these entries a response reads, or why there can be none. What no longer fits of a conversation that is answered is
 * left out of all its later responses too; a response beside it, or one with an input of its own, leaves no trace.
 */
export function settleContext(state: ConversationState, settings: ResponseSettings, entries: readonly Entry[]): readonly Entry[] | Fault {
  const { model, truncation } = state.session;
  const fitting = fitContext({ front: promptFront(settings), items: entries.map(stretchOf), truncation, window: windowOf(model) });
  if (fitting.type === "too_long") return tooLong(model, fitting.tokens);
  if (settings.conversation === "auto" && settings.input === undefined) for (const id of fitting.leftOut) state.items.leaveOut(id);
  return entries.slice(fitting.leftOut.length);
}

/** The entry as the session keeps it, its size counted against the session's bound until it is deleted; or that it is one too many. */
export function admitItem(state: ConversationState, entry: Entry): Entry | Fault {
  const characters = JSON.stringify(entry.item).length;
  if (state.items.count >= MOST_ITEMS || state.createdCharacters + characters > MOST_CHARACTERS) {
    return fault("invalid_value", "item", `The conversation is full: this target keeps ${MOST_ITEMS} items and 16 MiB of created ones a session.`);
  }
  state.createdCharacters += characters;
  return { ...entry, createdCharacters: characters };
}
