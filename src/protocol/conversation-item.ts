// Items of a conversation. Content inside items is `output_text` and `output_audio`; the *parts* of a streaming response
// are `text` and `audio` (ContentPart). Mixing the two breaks clients that check.

export type ItemStatus = "completed" | "incomplete" | "in_progress";

export type UserContent =
  | { readonly type: "input_text"; readonly text: string }
  /** The key `transcript` must be there even when nothing was transcribed. */
  | { readonly type: "input_audio"; readonly transcript: string | null; readonly audio?: string | null }
  /** A data URI of PNG or JPEG. */
  | { readonly type: "input_image"; readonly image_url: string; readonly detail: "auto" | "low" | "high" };

export type AssistantContent =
  | { readonly type: "output_text"; readonly text: string }
  | { readonly type: "output_audio"; readonly transcript: string | null; readonly audio?: string | null };

interface ItemBase {
  readonly id: string;
  readonly object: "realtime.item";
  readonly status: ItemStatus;
}

export type MessageItem = ItemBase & { readonly type: "message" } & (
    | { readonly role: "user"; readonly content: readonly UserContent[] }
    | { readonly role: "system"; readonly content: readonly { readonly type: "input_text"; readonly text: string }[] }
    | { readonly role: "assistant"; readonly content: readonly AssistantContent[] }
  );

export type FunctionCallItem = ItemBase & { readonly type: "function_call"; readonly name: string; readonly call_id: string; readonly arguments: string };
export type FunctionCallOutputItem = ItemBase & { readonly type: "function_call_output"; readonly call_id: string; readonly output: string };

/** What a server of tools offers; made by the API when a session names such a server. */
export interface McpListToolsItem {
  readonly id: string;
  readonly type: "mcp_list_tools";
  readonly status?: ItemStatus;
  readonly server_label: string;
  readonly tools: readonly { readonly name: string; readonly description: string; readonly input_schema: unknown }[];
}

export type ConversationItem = MessageItem | FunctionCallItem | FunctionCallOutputItem | McpListToolsItem;

export type ContentPart = { readonly type: "audio"; readonly transcript: string } | { readonly type: "text"; readonly text: string };
