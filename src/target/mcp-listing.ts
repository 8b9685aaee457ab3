// Servers of tools that a session names. The API would ask each for its tools; this target reaches out to nobody, so every
// listing fails, as the API says it of a server that does not answer. That the item is done in the end, empty, is assumed.

import type { McpListToolsItem } from "../protocol/conversation-item.ts";
import type { SessionConfig } from "../protocol/session-config.ts";
import type { ConversationState } from "./conversation-state.ts";
import { emit, emitFault } from "./conversation-state.ts";
import { admitItem } from "./memory.ts";

const serversOf = (session: SessionConfig): string[] => session.tools.flatMap((tool) => (tool.type === "mcp" ? [tool.server_label] : []));

/** Tells of the servers that the update added. */
export function listTools(state: ConversationState, before: SessionConfig, eventId: string | undefined): void {
  const known = serversOf(before);
  for (const server_label of serversOf(state.session)) {
    if (known.includes(server_label)) continue;
    const item: McpListToolsItem = { id: state.options.ids.next("item"), type: "mcp_list_tools", server_label, tools: [] };
    const entry = admitItem(state, { item, tokens: { text: 0, audio: 0 } });
    if (!("item" in entry)) return emitFault(state, entry, eventId);
    const previous_item_id = state.items.add(entry);
    emit(state, { type: "conversation.item.added", item, previous_item_id });
    emit(state, { type: "mcp_list_tools.in_progress", item_id: item.id });
    emit(state, { type: "mcp_list_tools.failed", item_id: item.id });
    emit(state, { type: "conversation.item.done", item, previous_item_id });
  }
}
